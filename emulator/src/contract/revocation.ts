import { assume, DOCS } from './assume.js';
import { type Assumption, compare } from './assumption.js';
import { describeRefusal, describeScopes, expectedRefusal } from './reply.js';

/** The assumptions about `POST /connect/token/revoke`. */
export const revocation: Assumption[] = [
  assume('revokes an access token, with 200', DOCS.tokens, async (session) =>
    compare('status 200', `status ${(await session.revoked()).reply.status}`),
  ),
  assume('refuses a revoked access token, with 401', DOCS.errors, async (session) =>
    compare(expectedRefusal(401), describeRefusal((await session.revoked()).access)),
  ),
  assume('revokes the refresh token together with its access token', DOCS.tokens, async (session) =>
    compare(expectedRefusal(401), describeRefusal((await session.revoked()).refresh)),
  ),
  assume('leaves the tokens of other sign-ins valid at a revocation', 'guess', async (session) =>
    compare('status 200', `status ${(await session.revoked()).others.status}`),
  ),
  assume('does not find a token that was revoked before, with 404', DOCS.errors, async (session) =>
    compare(expectedRefusal(404), describeRefusal((await session.revoked()).again)),
  ),
  assume('does not find a refresh token at the revocation endpoint, with 404', 'guess', async (session) =>
    compare(expectedRefusal(404), describeRefusal((await session.revokedRefresh()).reply)),
  ),
  assume(
    'leaves an access token valid when its refresh token is sent to be revoked',
    'guess',
    async (session) => compare('status 200', `status ${(await session.revokedRefresh()).access.status}`),
  ),
  assume('remembers after a revocation what the user granted', 'guess', async (session) => {
    await session.revoked();
    const { scopes } = await session.last();
    const { scopes: before } = await session.full();
    return compare(describeScopes(before), describeScopes(scopes));
  }),
  assume('refuses a revocation without a token, with 400', DOCS.errors, async (session) =>
    compare(
      expectedRefusal(400),
      describeRefusal(await session.post(session.monei.endpoints.revocationURL, {})),
    ),
  ),
];
