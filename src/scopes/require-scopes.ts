import type { MoneiRequest } from '../internal/passport-request.js';
import { missingScopes } from './grant.js';
import { MissingScopeError } from './missing-scope-error.js';
import { type MoneiScopes, requireScopeList } from './syntax.js';

type MoneiResponse = NonNullable<MoneiRequest['res']>;
type Next = (error?: unknown) => void;
type Scopes = Iterable<string> | null | undefined;

/** Options of `requireScopes`. */
export interface RequireScopesOptions<Request, Response> {
  /** Returns the scopes that the app stored for the user of a request, or nothing if it stored none. */
  granted: (req: Request) => Scopes | PromiseLike<Scopes>;
  /**
   * Handles a request whose user granted too little, such as by a redirect to a route that requests the missing scopes.
   * Default: `next(error)`.
   */
  onMissing?: ((req: Request, res: Response, next: Next, missing: string[]) => unknown) | undefined;
}

/**
 * Returns Connect-style middleware that calls `next` only if the user granted all of `scopes`. Errors and rejections of
 * `granted` and `onMissing` are passed to `next`.
 *
 * @example
 * ```ts
 * const granted = (req) => req.user?.scopes; // what you stored for this user
 * app.post('/send', requireScopes(['wallet:send'], { granted }), send);
 * ```
 *
 * @throws {TypeError} if `scopes` is empty, or if `granted` is not a function
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
      'passport-monei: `granted` must be a function of the request that returns the stored scopes.',
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
