import { refuseOtherSpelling } from '../internal/misspelled-options.js';

/** The options of a route that belong to this strategy. */
const ROUTE_OPTIONS = ['scope', 'requiredScopes', 'callbackURL', 'state', 'callback'];

/** Options that were checked before: most routes pass the same object each time. */
const checked = new WeakSet<object>();

/**
 * Checks the names of the options of `passport.authenticate()`.
 *
 * @throws {TypeError} for one of this strategy's in other case, with `_`, or with an `s` too many or too few
 */
export function checkRouteOptions(options: object): void {
  if (checked.has(options)) return;
  refuseOtherSpelling(options, ROUTE_OPTIONS);
  checked.add(options);
}
