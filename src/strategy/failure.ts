import type { MoneiGrant } from '../scopes/grant.js';
import type { InvalidStateReason } from './pending/pending-sign-in.js';

/**
 * The details of a failed sign-in, as Passport's `fail` action gets them: `info` in the callback of
 * `passport.authenticate()`. The `message` of `access_denied` holds Monei's words; show users your own, by `code`.
 *
 * `state` is the app's own `state` of the sign-in, if it had one.
 */
export type MoneiFailure =
  | {
      code: 'missing_scope';
      message: string;
      /** The required scopes that the user did not grant. */
      missing: string[];
      grant: MoneiGrant;
      state?: unknown;
    }
  | { code: 'access_denied'; message: string; state?: unknown }
  | { code: 'invalid_state'; message: string; reason: InvalidStateReason }
  | { code: 'invalid_callback'; message: string };
