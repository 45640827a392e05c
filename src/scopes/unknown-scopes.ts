import { quoteForMessage } from '../internal/quote-for-message.js';
import { MONEI_SCOPES } from './catalogue.js';

/** The scopes that this process has reported. */
const reported = new Set<string>();

/** The largest number of scopes to report. It limits the memory of an app that takes scopes from requests. */
const MAX_REPORTED = 100;

/** Emits a process warning for each scope that is not in the catalogue, once per process. */
export function reportUnknownScopes(scopes: readonly string[]): void {
  for (const scope of scopes) {
    if (Object.hasOwn(MONEI_SCOPES, scope) || reported.has(scope) || reported.size >= MAX_REPORTED) continue;
    reported.add(scope);
    process.emitWarning(`${quoteForMessage(scope)} is not in Monei's list of scopes. Is it misspelled?`, {
      type: 'PassportMoneiWarning',
      code: 'PASSPORT_MONEI_UNKNOWN_SCOPE',
      detail: 'MONEI_SCOPES lists the scopes that passport-monei knows.',
    });
  }
}
