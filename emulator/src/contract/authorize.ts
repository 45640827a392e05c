import { assume, DOCS } from './assume.js';
import { type Assumption, type AssumptionResult, compare, NotTried } from './assumption.js';
import { describeScopes } from './reply.js';
import { toggleSlash } from './requests.js';
import type { Session } from './session.js';

const ALL = describeScopes(['profile:read', 'kyc:read', 'wallet:read']);

/** The assumptions about `GET /connect/authorize` and the consent page. */
export const authorize: Assumption[] = [
  assume('shows an error page for an unknown client_id, and does not redirect', DOCS.errors, (session) =>
    checkErrorPage(session, { client_id: 'mc_a-client-that-is-not-registered' }),
  ),
  assume('shows an error page for a redirect URI that differs by a slash', DOCS.registration, (session) =>
    checkErrorPage(session, { redirect_uri: toggleSlash(session.monei.redirectURI) }),
  ),
  assume('shows an error page for a redirect URI on another host', DOCS.registration, (session) =>
    checkErrorPage(session, { redirect_uri: 'https://app.example/callback' }),
  ),
  assume('shows an error page for a request without a redirect URI', 'guess: RFC 6749 §4.1.2.1', (session) =>
    checkErrorPage(session, { redirect_uri: '' }),
  ),
  assume(
    'returns to the app with invalid_scope for an unknown scope',
    'guess: RFC 6749 §4.1.2.1',
    (session) => checkRedirectError(session, { scope: 'profile:read no-such:scope' }, 'invalid_scope'),
  ),
  assume(
    'returns to the app with invalid_scope for a request without a scope',
    'guess: RFC 6749 §3.3',
    (session) => checkRedirectError(session, { scope: '' }, 'invalid_scope'),
  ),
  assume(
    'returns to the app with unsupported_response_type for another response_type',
    'guess: RFC 6749 §4.1.2.1',
    (session) => checkRedirectError(session, { response_type: 'token' }, 'unsupported_response_type'),
  ),
  assume(
    'returns to the app with invalid_request for an unknown code_challenge_method',
    'guess: RFC 7636 §4.4.1',
    (session) =>
      checkRedirectError(
        session,
        { code_challenge: 'a'.repeat(43), code_challenge_method: 'S512' },
        'invalid_request',
      ),
  ),
  assume('returns to the app with access_denied after a denial', DOCS.flow, async (session) => {
    const { code, error } = await session.denied();
    return compare('access_denied', error === undefined ? (code ? 'a code' : 'no error') : nameOf(error));
  }),
  assume('returns the state with a denial', DOCS.flow, async (session) =>
    compareState((await session.denied()).stateIsSame),
  ),
  assume('returns the state with a code', DOCS.flow, async (session) =>
    compareState((await session.firstExchange()).callback.stateIsSame),
  ),
  assume('grants only the scopes that the user allows', DOCS.partialGrants, async (session) => {
    await session.requireFreshGrant();
    const { scopes } = await session.partial();
    const without = (list: unknown) =>
      Array.isArray(list) ? list.filter((one) => one !== 'kyc:read') : list;
    return compare(describeScopes(['wallet:read']), describeScopes(without(scopes)));
  }),
  assume('does not show a scope again that the user granted before', DOCS.partialGrants, async (session) => {
    await session.requireFreshGrant();
    const { leftOut } = await session.full();
    if (leftOut === undefined)
      throw new NotTried("only a user can see this on Monei's page, and none can be asked");
    return compare('not shown again', leftOut ? 'not shown again' : 'shown again');
  }),
  assume('gives tokens a scope that was granted before and is requested again', 'guess', async (session) =>
    compare(ALL, describeScopes((await session.full()).scopes)),
  ),
  assume(
    'gives tokens a scope that was granted before and is not requested again',
    DOCS.tokens,
    async (session) => {
      await session.full();
      return compare(ALL, describeScopes((await session.narrow()).scopes));
    },
  ),
];

/** Checks that a request ends on Monei's own error page. */
async function checkErrorPage(session: Session, changes: Record<string, string>): Promise<AssumptionResult> {
  const expected = 'an error page';
  const { page, error } = await requestPage(session, changes);
  if (error !== undefined) return compare(expected, `a redirect to the app with ${error}`);
  if (page === 'error') return compare(expected, expected);
  const question = `Open ${session.authorizationURL(changes)} in a browser. Does Monei show an error, and stay there?`;
  return compare(expected, (await answer(session, question)) ? expected : 'no error page');
}

/** Checks that a request returns to the app with an error code. */
async function checkRedirectError(
  session: Session,
  changes: Record<string, string>,
  code: string,
): Promise<AssumptionResult> {
  const expected = `a redirect to the app with ${code}`;
  const { page, error } = await requestPage(session, changes);
  if (error !== undefined) return compare(expected, `a redirect to the app with ${error}`);
  if (page === 'error') return compare(expected, 'an error page');
  const question = `Open ${session.authorizationURL(changes)} in a browser. Does it come back to the app with error=${code} in its address?`;
  return compare(expected, (await answer(session, question)) ? expected : 'no such redirect');
}

/** Requests the page without a browser. Returns the kind of the page, or the error of a redirect to the app. */
async function requestPage(session: Session, changes: Record<string, string>) {
  const { status, headers } = await session.authorize(changes);
  const location = headers.get('location') ?? '';
  const target = changes.redirect_uri || session.monei.redirectURI;
  if (status >= 300 && status < 400 && location.startsWith(target)) {
    const error = new URL(location).searchParams.get('error');
    return { page: undefined, error: error === null ? 'no error' : nameOf(error) };
  }
  return { page: status >= 400 ? 'error' : 'other', error: undefined };
}

async function answer({ monei }: Session, question: string): Promise<boolean> {
  const answered = await monei.ask(question);
  if (answered === undefined)
    throw new NotTried("only a user can see this on Monei's page, and none can be asked");
  return answered;
}

/** Returns an error code of Monei's. Does not quote a text that is not a code. */
function nameOf(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an error that is not a code';
}

function compareState(isSame: boolean): AssumptionResult {
  return compare('the state that was sent', isSame ? 'the state that was sent' : 'no state, or another one');
}
