import { lineOf, type SignInEvent } from '../diagnostics.js';
import { isUserSignedIn } from './signed-in-user.js';

const warnedReasons = new Set<string>();

/**
 * Emits a process warning if the reason of a refused state is probably a mistake of the app. Warns once for each
 * reason.
 *
 * @param isSignedIn whether a user is signed in: the login may have renewed the session, without the pending sign-in
 * @param warned the reasons that this process has warned of
 */
export function warnOnce(
  event: Extract<SignInEvent, { step: 'state' }>,
  isSignedIn: boolean,
  warned: Set<string> = warnedReasons,
): void {
  const reason = String(event.reason);
  if (warned.has(reason) || !isProbablyMistake(reason, isSignedIn)) return;
  warned.add(reason);
  emitWarning(lineOf(event));
}

/**
 * Emits a process warning if a user who is logged in starts a sign-in and Passport has not read that user from the
 * session: the app probably lacks `passport.session()`. Warns once, and not in production.
 *
 * @param options the options of `passport.authenticate()`. With `assignProperty`, the user may be in another property.
 * @param warned the reasons that this process has warned of
 */
export function warnIfUserWasNotRead(
  req: object,
  { assignProperty }: { assignProperty?: unknown },
  warned: Set<string> = warnedReasons,
): void {
  const { user, _userProperty, _sessionManager } = req as Record<string, unknown>;
  const mayBeElsewhere = Boolean(assignProperty ?? _userProperty) || !_sessionManager;
  if (user || mayBeElsewhere || process.env.NODE_ENV === 'production') return;
  if (warned.has('no_user_read') || !isUserSignedIn(req)) return;
  warned.add('no_user_read');
  emitWarning(
    'a user is logged in, but `req.user` is not set. Call app.use(passport.session()) after the session middleware and ' +
      'before the routes.',
  );
}

function emitWarning(text: string): void {
  process.emitWarning(`passport-monei: ${text} See docs/troubleshooting.md.`, {
    code: 'PASSPORT_MONEI_SIGN_IN',
  });
}

function isProbablyMistake(reason: string, isSignedIn: boolean): boolean {
  // Proxies that rewrite paths often exist only in production.
  if (reason === 'other_route') return true;
  if (process.env.NODE_ENV === 'production') return false;
  return reason === 'no_cookie' || reason === 'store' || (reason === 'no_sign_in' && !isSignedIn);
}
