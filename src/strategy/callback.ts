/** The kind of a request and the values in its query. They are not trusted yet: the state is checked later. */
export type CallbackQuery =
  /** Not a callback: the user wants to sign in. */
  | { kind: 'none' }
  /** A query that Monei does not send. */
  | { kind: 'invalid'; message: string }
  | { kind: 'code'; code: string; state: string | undefined }
  | CallbackError;

/** An error response of Monei's authorization endpoint (RFC 6749 §4.1.2.1). */
export interface CallbackError {
  kind: 'error';
  error: string;
  description: string | undefined;
  uri: string | undefined;
  state: string | undefined;
}

/** The parameters of an authorization response (RFC 6749 §4.1.2 and §4.1.2.1). */
const PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri'] as const;

/**
 * Reads the authorization response from the parsed query of a request.
 *
 * @param isCallback whether this is known to be the callback route, which does not start sign-ins
 */
export function readCallback(query: Record<string, unknown>, isCallback = false): CallbackQuery {
  const values: (string | undefined)[] = [];
  for (const name of PARAMETERS) {
    const found = query[name];
    const value = found !== undefined && Object.hasOwn(query, name) ? found : undefined;
    if (value !== undefined && typeof value !== 'string') {
      // RFC 6749 §3.1: parameters are not repeated.
      return { kind: 'invalid', message: `The parameter ${name} of this callback is not a single string.` };
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
    return {
      kind: 'invalid',
      message: 'The code of this callback is too long, or has characters that Monei does not send.',
    };
  }
  if (code) return { kind: 'code', code, state };
  if (error) return { kind: 'error', error, description, uri: isURI(uri) ? uri : undefined, state };
  return { kind: 'invalid', message: 'This callback has neither a code nor an error.' };
}

/** Whether a code has only visible ASCII and spaces (RFC 6749 appendix A.11), and at most 2048 characters. */
function isCode(code: string): boolean {
  return code.length <= 2048 && /^[\x20-\x7e]*$/.test(code);
}

/** Whether `error_uri` is a web address that an error page can link to (RFC 6749 §4.1.2.1). */
function isURI(uri: string | undefined): boolean {
  return uri !== undefined && uri.length <= 1000 && /^https?:[\x21-\x7e]*$/.test(uri);
}
