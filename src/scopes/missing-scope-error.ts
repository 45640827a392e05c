/**
 * The error for a user who did not grant the required scopes. `requireScopes` passes it to `next`, unless the app set
 * `onMissing`. `fetch` of a `TokenKeeper` rejects with it.
 */
export class MissingScopeError extends Error {
  /** The code, by which apps recognize the error. */
  readonly code = 'missing_scope';
  /** The HTTP status for the app's response. */
  readonly status = 403;
  /** The scopes to request in a new sign-in. */
  readonly missing: string[];

  /**
   * Creates an error, for checks of the app's own.
   *
   * @param missing the scopes to request in a new sign-in
   */
  constructor(missing: string[]) {
    super(`This needs permissions that were not allowed at Monei: ${missing.join(', ')}.`);
    this.missing = missing;
  }
}

// On the prototype, as for built-in errors, so that JSON logs leave it out. Outside the class, because bundlers rename
// a class that refers to itself (`_MissingScopeError`).
Object.defineProperty(MissingScopeError.prototype, 'name', { value: 'MissingScopeError' });
