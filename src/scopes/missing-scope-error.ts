/**
 * The user did not grant what is needed. `requireScopes` passes it on, where the app brought no `onMissing`; a keeper's
 * `fetch` rejects with it.
 */
export class MissingScopeError extends Error {
  /** Tells it apart from other errors. */
  readonly code = 'missing_scope';
  /** The HTTP status for the app's answer. */
  readonly status = 403;
  /** The scopes to ask the user for. */
  readonly missing: string[];

  /**
   * For the guards of an app's own.
   * @param missing the scopes to ask the user for
   */
  constructor(missing: string[]) {
    super(`This needs permissions that were not allowed at Monei: ${missing.join(', ')}.`);
    this.missing = missing;
  }
}

// On the prototype, as with the language's own errors: an own `name` would turn up in every JSON log line. Outside of the
// class, because a class that names itself gets another name from bundlers (`_MissingScopeError`).
Object.defineProperty(MissingScopeError.prototype, 'name', { value: 'MissingScopeError' });
