import type { MoneiGrant } from '../scopes/grant.js';
import type { InvalidStateReason } from './pending/pending-sign-in.js';

/**
 * The details of a failed sign-in: `info` in the callback of `passport.authenticate()`. Show users a text of your own for
 * each `code`, because the `message` of `access_denied` may have Monei's words.
 *
 * `state` is the app's own `state` of the sign-in.
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
