/** The level of a user's identity check. */
export type MoneiKycTier = 'tier_1' | 'tier_2' | 'tier_3' | 'tier_4';

/** `GET /kyc/limits`. Amounts are in naira. */
export interface MoneiKycLimits {
  maxSingleTransaction: number;
  dailyTransactionLimit: number;
  monthlyTransactionLimit: number;
  maxWalletBalance: number;
  cryptoAllowed: boolean;
  crossBorderAllowed: boolean;
  cryptoDailyLimit: number;
  p2pAllowed: boolean;
  withdrawalAllowed: boolean;
}

/** `GET /kyc/status`. */
export interface MoneiKycStatus {
  currentTier: MoneiKycTier;
  status: 'none' | 'pending' | 'verified' | 'rejected' | 'expired';
  limits: MoneiKycLimits;
  requirements: string;
  verified: {
    nin: boolean;
    bvn: boolean;
    governmentId: boolean;
    selfie: boolean;
    biometric: boolean;
    address: boolean;
  };
  canUpgrade: boolean;
  nextTier?: MoneiKycTier;
}
