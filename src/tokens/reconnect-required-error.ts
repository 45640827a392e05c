/**
 * The error for a user without valid tokens, who has to sign in with Monei again.
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
  /** The code, by which apps recognize the error. */
  readonly code = 'reconnect_required';
  /** The HTTP status for the app's response. */
  readonly status = 401;

  /**
   * Creates an error. Apps do so in tests only.
   *
   * @param options `cause`: the error with which Monei refused the refresh, if it did
   */
  constructor(options?: { cause?: unknown }) {
    super(
      'This user is not, or no longer, connected with Monei. Let them sign in with Monei again.',
      options,
    );
  }
}

// On the prototype, as for built-in errors, so that JSON logs leave it out. Outside the class, because bundlers rename
// a class that refers to itself (`_ReconnectRequiredError`).
Object.defineProperty(ReconnectRequiredError.prototype, 'name', { value: 'ReconnectRequiredError' });
