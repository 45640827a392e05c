import { authorize } from './authorize.js';
import { errors } from './errors.js';
import { profile } from './profile.js';
import { rateLimits } from './rate-limits.js';
import { refresh } from './refresh.js';
import { revocation } from './revocation.js';
import { routes } from './routes.js';
import { token } from './token.js';

/** The assumptions by topic, in the order in which the command `check` tries them. */
export const TOPICS = {
  'The consent page': authorize,
  Tokens: token,
  Refresh: refresh,
  'The profile': profile,
  'Read routes': routes,
  Errors: errors,
  Revocation: revocation,
  'Rate limits': rateLimits,
};
