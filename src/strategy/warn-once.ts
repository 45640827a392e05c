import { lineOf, type SignInEvent } from '../diagnostics.js';

const warnedReasons = new Set<string>();

/**
 * Reports a refused state that points at a mistake of the app, once per process and reason, with `process.emitWarning`.
 *
 * @param isSignedIn whether a user is signed in: a session without a sign-in is then the one after a login
 * @param warned the reasons that were reported before
 */
export function warnOnce(
  event: Extract<SignInEvent, { step: 'state' }>,
  isSignedIn: boolean,
  warned: Set<string> = warnedReasons,
): void {
  const reason = String(event.reason);
  if (warned.has(reason) || !pointsAtMistake(reason, isSignedIn)) return;
  warned.add(reason);
  process.emitWarning(`passport-monei: ${lineOf(event)} See docs/troubleshooting.md.`, {
    code: 'PASSPORT_MONEI_SIGN_IN',
  });
}

function pointsAtMistake(reason: string, isSignedIn: boolean): boolean {
  // Proxies that rewrite paths often exist only in production.
  if (reason === 'other_route') return true;
  if (process.env.NODE_ENV === 'production') return false;
  return reason === 'no_cookie' || reason === 'store' || (reason === 'no_sign_in' && !isSignedIn);
}
