import { refuseOtherSpelling } from '../internal/misspelled-options.js';

/** The options of `passport.authenticate()` that this strategy adds to Passport's. */
const ROUTE_OPTIONS = ['scope', 'requiredScopes', 'callbackURL', 'state', 'callback'];

/** Objects that were checked before: most routes pass the same object each time. */
const checked = new WeakSet<object>();

/**
 * Checks the names of the options of `passport.authenticate()`.
 *
 * @throws {TypeError} if an option of this strategy is written in another case, with `_`, or with an `s` too many or too few
 */
export function checkRouteOptions(options: object): void {
  if (checked.has(options)) return;
  refuseOtherSpelling(options, ROUTE_OPTIONS);
  checked.add(options);
}
