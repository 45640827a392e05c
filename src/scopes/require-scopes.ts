import type { MoneiRequest } from '../internal/passport-request.js';
import { missingScopes } from './grant.js';
import { MissingScopeError } from './missing-scope-error.js';
import { type MoneiScopes, requireScopeList } from './syntax.js';

type MoneiResponse = NonNullable<MoneiRequest['res']>;
type Next = (error?: unknown) => void;
type Scopes = Iterable<string> | null | undefined;

/** What `requireScopes` needs to know. */
export interface RequireScopesOptions<Request, Response> {
  /** The scopes that the app stored for this user (none, where it stored nothing). */
  granted: (req: Request) => Scopes | PromiseLike<Scopes>;
  /**
   * Handles a request whose user granted too little, such as by a redirect to a route that requests the missing scopes.
   * Default: `next(error)`.
   */
  onMissing?: ((req: Request, res: Response, next: Next, missing: string[]) => unknown) | undefined;
}

/**
 * Connect-style middleware that lets a request pass only if the user granted all of `scopes`. What `granted` or
 * `onMissing` throws, or rejects with, goes to `next`.
 *
 * @example
 * ```ts
 * const granted = (req) => req.user?.scopes; // what you stored for this user
 * app.post('/send', requireScopes(['wallet:send'], { granted }), send);
 * ```
 *
 * @throws {TypeError} when it is made without scopes or without `granted`
 */
export function requireScopes<Request = MoneiRequest, Response = MoneiResponse>(
  scopes: MoneiScopes,
  options: RequireScopesOptions<Request, Response>,
): (req: Request, res: Response, next: Next) => void {
  const { granted, onMissing } = options ?? {};
  const required = requireScopeList('scopes', scopes);
  if (required.length === 0)
    throw new TypeError('passport-monei: name at least one scope that the route requires.');
  if (typeof granted !== 'function') {
    throw new TypeError(
      'passport-monei: `granted` must be a function of the request that gives the stored scopes.',
    );
  }

  return async (req, res, next) => {
    try {
      const missing = missingScopes((await granted(req)) || [], required);
      if (missing.length > 0) {
        if (!onMissing) throw new MissingScopeError(missing);
        await onMissing(req, res, next, missing);
        return;
      }
    } catch (error) {
      next(asError(error));
      return;
    }
    next();
  };
}

/** Returns `thrown` as an Error: `next()` continues for a falsy one, and Express skips the route for `'route'`. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error('passport-monei: `granted` or `onMissing` failed without an error.', { cause: thrown });
}
