import { isJsonObject } from '../is-json-object.js';
import { assume, DOCS } from './assume.js';
import { type Assumption, compare, NotTried } from './assumption.js';
import { describeRefusal, describeScopes, describeSuccess, expectedRefusal } from './reply.js';
import { typeOf } from './shape.js';
import { TOKEN_RESPONSE } from './shapes.js';

/** The assumptions about refresh tokens at `POST /connect/token`. */
export const refresh: Assumption[] = [
  assume('gives tokens for a refresh token, without client credentials', DOCS.tokens, async (session) => {
    const { expected, seen } = describeSuccess(await session.refreshReply(), TOKEN_RESPONSE);
    return compare(expected, seen);
  }),
  assume('takes client credentials with a refresh token, too', 'guess: RFC 6749 §6', async (session) =>
    compare('status 200', `status ${(await session.refreshWithCredentials()).status}`),
  ),
  assume('gives a new refresh token at every refresh', DOCS.tokens, async (session) => {
    const { before, tokens } = await session.refreshed();
    return compare('a new one', before.refreshToken === tokens.refreshToken ? 'the old one' : 'a new one');
  }),
  assume('gives a new access token at every refresh', DOCS.tokens, async (session) => {
    const { before, tokens } = await session.refreshed();
    return compare('a new one', before.accessToken === tokens.accessToken ? 'the old one' : 'a new one');
  }),
  assume('lists the scopes of the old tokens after a refresh', DOCS.tokens, async (session) => {
    const { before, tokens } = await session.refreshed();
    return compare(describeScopes(before.scopes), describeScopes(tokens.scopes));
  }),
  assume('says that refreshed access tokens live for 3600 seconds', DOCS.tokens, async (session) => {
    await session.refreshed();
    const { body } = await session.refreshReply();
    const seconds = isJsonObject(body) ? body.expires_in : undefined;
    return compare('3600', typeof seconds === 'number' ? String(seconds) : typeOf(seconds));
  }),
  assume('takes the new access token', DOCS.tokens, async (session) =>
    compare('status 200', `status ${(await session.refreshed()).newAccess.status}`),
  ),
  assume('refuses the old access token after a refresh, with 401', DOCS.tokens, async (session) =>
    compare(expectedRefusal(401), describeRefusal((await session.refreshed()).oldAccess)),
  ),
  assume(
    'refuses a refresh token that was used before, with 401',
    `${DOCS.tokens}; the status is a guess`,
    async (session) => compare(expectedRefusal(401), describeRefusal((await session.refreshed()).oldRefresh)),
  ),
  assume('leaves the new tokens valid when the old refresh token is used again', 'guess', async (session) =>
    compare('status 200', `status ${(await session.refreshed()).afterReuse.status}`),
  ),
  assume('refuses an unknown refresh token, with 401', DOCS.errors, async (session) =>
    compare(expectedRefusal(401), describeRefusal(await session.refresh('no-such-token'))),
  ),
  assume('refuses a refresh without a refresh token, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.token({ grant_type: 'refresh_token' }))),
  ),
  assume(
    'refuses an access token after an hour, and still takes its refresh token',
    DOCS.tokens,
    async () => {
      throw new NotTried('it takes an hour');
    },
  ),
];
