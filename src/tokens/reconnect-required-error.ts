/**
 * There are no tokens for this user, or Monei no longer accepts them: the user has to sign in with Monei again.
 *
 * @example
 * ```ts
 * app.use((error, req, res, next) => {
 *   if (error instanceof ReconnectRequiredError) res.redirect('/auth/monei');
 *   else next(error);
 * });
 * ```
 */
export class ReconnectRequiredError extends Error {
  /** Tells it apart from other errors. */
  readonly code = 'reconnect_required';
  /** The HTTP status for the app's answer. */
  readonly status = 401;

  /**
   * Made by a keeper; apps make one in tests.
   * @param options `cause`: Monei's refusal, if there was one
   */
  constructor(options?: { cause?: unknown }) {
    super(
      'Monei is not connected for this user, or not any more. Let them sign in with Monei again.',
      options,
    );
  }
}

// On the prototype, as with the language's own errors: an own `name` would turn up in every JSON log line. Outside of the
// class, because a class that names itself gets another name from bundlers (`_ReconnectRequiredError`).
Object.defineProperty(ReconnectRequiredError.prototype, 'name', { value: 'ReconnectRequiredError' });
