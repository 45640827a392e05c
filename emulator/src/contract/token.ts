import { isJsonObject } from '../is-json-object.js';
import { assume, DOCS } from './assume.js';
import { type Assumption, compare, NotTried } from './assumption.js';
import { describeRefusal, describeSuccess, expectedRefusal } from './reply.js';
import { typeOf } from './shape.js';
import { TOKEN_RESPONSE } from './shapes.js';

/** The assumptions about codes at `POST /connect/token`. */
export const token: Assumption[] = [
  assume(
    'gives tokens for a code in a JSON body, in the documented fields and types',
    DOCS.tokens,
    async (session) => {
      const { expected, seen } = describeSuccess((await session.firstExchange()).reply, TOKEN_RESPONSE);
      return compare(expected, seen);
    },
  ),
  assume('says that tokens are of the type Bearer', DOCS.tokens, async (session) => {
    await session.first();
    const { body } = (await session.firstExchange()).reply;
    const type = isJsonObject(body) ? body.token_type : undefined;
    return compare('Bearer', type === 'Bearer' ? type : `another ${typeOf(type)}`);
  }),
  assume('says that access tokens live for 3600 seconds', DOCS.tokens, async (session) => {
    await session.first();
    const { body } = (await session.firstExchange()).reply;
    const seconds = isJsonObject(body) ? body.expires_in : undefined;
    return compare('3600', typeof seconds === 'number' ? String(seconds) : typeOf(seconds));
  }),
  assume('begins access tokens with mct_ and refresh tokens with mcr_', DOCS.tokens, async (session) => {
    const { accessToken, refreshToken } = await session.first();
    const seen = [accessToken.startsWith('mct_') && 'mct_', refreshToken.startsWith('mcr_') && 'mcr_'];
    return compare('mct_ and mcr_', seen.map((prefix) => prefix || 'another prefix').join(' and '));
  }),
  assume('refuses a form body, with 400', 'guess: the documentation shows JSON only', async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.form())),
  ),
  assume('refuses a code that was used before, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal((await session.usedTwice()).reply)),
  ),
  assume('leaves the tokens of a code valid when the code is used again', 'guess', async (session) =>
    compare('status 200', `status ${(await session.usedTwice()).access.status}`),
  ),
  assume('refuses a code with another redirect URI, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal((await session.refusedCode()).redirectURI)),
  ),
  assume('refuses a wrong client secret, with 401', DOCS.errors, async (session) =>
    compare(expectedRefusal(401), describeRefusal((await session.refusedCode()).secret)),
  ),
  assume('still takes a code after it refused the secret or the redirect URI', 'guess', async (session) => {
    const { secret, redirectURI, right } = await session.refusedCode();
    if (secret.status < 400 || redirectURI.status < 400) throw new NotTried('Monei did not refuse them');
    return compare('status 200', `status ${right.status}`);
  }),
  assume('refuses an unknown client_id, with 401', DOCS.errors, async (session) =>
    compare(
      expectedRefusal(401),
      describeRefusal(
        await session.exchange({ code: 'no-such-code', client_id: 'mc_a-client-that-is-not-registered' }),
      ),
    ),
  ),
  assume('refuses an unknown code, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.exchange({ code: 'no-such-code' }))),
  ),
  assume('takes a code with the right PKCE verifier', 'guess: RFC 7636', async (session) => {
    const { expected, seen } = describeSuccess(await session.pkce(), TOKEN_RESPONSE);
    return compare(expected, seen);
  }),
  assume('refuses a code with a wrong PKCE verifier, with 400', 'guess: RFC 7636', async (session) =>
    compare(expectedRefusal(400), describeRefusal((await session.wrongVerifier()).wrong)),
  ),
  assume('refuses a code without its PKCE verifier, with 400', 'guess: RFC 7636', async (session) => {
    const { wrong, absent } = await session.wrongVerifier();
    if (wrong.status < 400) throw new NotTried('a wrong verifier already used the code');
    return compare(expectedRefusal(400), describeRefusal(absent));
  }),
  assume('refuses an unknown grant_type, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.token({ grant_type: 'password' }))),
  ),
  assume('refuses an exchange without a code, with 400', DOCS.errors, async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.exchange({}))),
  ),
  assume('refuses a body that is not JSON, with 400', 'guess', async (session) =>
    compare(expectedRefusal(400), describeRefusal(await session.token('{'))),
  ),
  assume('refuses a code that is older than ten minutes, with 400', DOCS.errors, async () => {
    throw new NotTried('it takes ten minutes');
  }),
];
