/** The query that the browser brought, sorted but not trusted: the state is still to be checked. */
export type Callback =
  /** No callback: the user wants to sign in. */
  | { kind: 'none' }
  /** A query that Monei does not send. */
  | { kind: 'invalid'; message: string }
  | { kind: 'code'; code: string; state: string | undefined }
  | {
      kind: 'error';
      error: string;
      description: string | undefined;
      uri: string | undefined;
      state: string | undefined;
    };

/** The parameters of an authorization response (RFC 6749 §4.1.2 and §4.1.2.1). */
const PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri'] as const;

/**
 * Sorts the query of a request, as a query parser left it.
 *
 * @param isCallback whether the route is known to be the callback route, which starts no sign-in
 */
export function readCallback(query: Record<string, unknown>, isCallback = false): Callback {
  const values: (string | undefined)[] = [];
  for (const name of PARAMETERS) {
    const found = query[name];
    const value = found !== undefined && Object.hasOwn(query, name) ? found : undefined;
    if (value !== undefined && typeof value !== 'string') {
      // RFC 6749 §3.1: parameters are not repeated.
      return { kind: 'invalid', message: `The parameter ${name} of this callback is not a single text.` };
    }
    values.push(value);
  }
  const [code, givenState, error, description, uri] = values;
  const state = givenState || undefined;
  if (!isCallback && values.every((value) => value === undefined)) return { kind: 'none' };
  if (code !== undefined && error !== undefined) {
    return { kind: 'invalid', message: 'This callback has both a code and an error.' };
  }
  if (code !== undefined && !isCode(code)) {
    return { kind: 'invalid', message: 'The code of this callback is not one that Monei sends.' };
  }
  if (code) return { kind: 'code', code, state };
  if (error) return { kind: 'error', error, description, uri: isURI(uri) ? uri : undefined, state };
  return { kind: 'invalid', message: 'This callback has neither a code nor an error.' };
}

/** A code is visible ASCII and spaces (RFC 6749 appendix A.11), and fits into a URL. */
function isCode(code: string): boolean {
  return code.length <= 2048 && /^[\x20-\x7e]*$/.test(code);
}

/** An address that may be shown (RFC 6749 §4.1.2.1). */
function isURI(uri: string | undefined): boolean {
  return uri !== undefined && uri.length <= 1000 && /^https?:[\x21-\x7e]*$/.test(uri);
}
