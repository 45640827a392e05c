import { lineOf, type SignInEvent } from '../diagnostics.js';

const warnedReasons = new Set<string>();

/**
 * Emits a process warning if the reason of a refused state is probably a mistake of the app. Warns once for each reason.
 *
 * @param isSignedIn whether a user is signed in: a login explains why the session has no pending sign-in
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
  process.emitWarning(`passport-monei: ${lineOf(event)} See docs/troubleshooting.md.`, {
    code: 'PASSPORT_MONEI_SIGN_IN',
  });
}

function isProbablyMistake(reason: string, isSignedIn: boolean): boolean {
  // Proxies that rewrite paths often exist only in production.
  if (reason === 'other_route') return true;
  if (process.env.NODE_ENV === 'production') return false;
  return reason === 'no_cookie' || reason === 'store' || (reason === 'no_sign_in' && !isSignedIn);
}
