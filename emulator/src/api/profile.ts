import type { MoneiKycLimits, MoneiKycStatus } from '../../../src/api/index.js';
import { publicUser } from './people.js';
import { ok, type Routes, route } from './route.js';

/** The limits of tier 2. Monei documents only some of them. The emulator does not enforce them. */
const LIMITS: MoneiKycLimits = {
  maxSingleTransaction: 200_000,
  dailyTransactionLimit: 500_000,
  monthlyTransactionLimit: 2_000_000,
  maxWalletBalance: 5_000_000,
  cryptoAllowed: true,
  crossBorderAllowed: false,
  cryptoDailyLimit: 500_000,
  p2pAllowed: true,
  withdrawalAllowed: true,
};

const STATUS: MoneiKycStatus = {
  currentTier: 'tier_2',
  status: 'verified',
  limits: LIMITS,
  requirements: 'Submit BVN',
  verified: { nin: true, bvn: false, governmentId: false, selfie: false, biometric: false, address: false },
  canUpgrade: true,
  nextTier: 'tier_3',
};

/** Returns the routes of `profile:read` and `kyc:read`. */
export function profileRoutes(): Routes {
  return {
    'GET /user/me': route({}, (user) => ok('Success', publicUser(user))),
    'GET /kyc/status': route({}, () => ok('KYC status retrieved', STATUS)),
    'GET /kyc/limits': route({}, () => ok('KYC limits retrieved', LIMITS)),
  };
}
