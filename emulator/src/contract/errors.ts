import { assume, DOCS } from './assume.js';
import { type Assumption, compare } from './assumption.js';
import { describeRefusal, expectedRefusal } from './reply.js';

/** The assumptions about refused API requests. */
export const errors: Assumption[] = [
  assume('refuses a request without an access token, with 401', DOCS.errors, async (session) =>
    compare(expectedRefusal(401), describeRefusal(await session.read('/user/me'))),
  ),
  assume('refuses a garbled access token, with 401', DOCS.errors, async (session) =>
    compare(expectedRefusal(401), describeRefusal(await session.read('/user/me', 'no-such-token'))),
  ),
  assume('refuses a refresh token in place of an access token, with 401', 'guess', async (session) => {
    const { refreshToken } = await session.first();
    return compare(expectedRefusal(401), describeRefusal(await session.read('/kyc/status', refreshToken)));
  }),
  assume('does not find an unknown route, with 404', 'guess: NestJS', async (session) => {
    const { accessToken } = await session.first();
    return compare(expectedRefusal(404), describeRefusal(await session.read('/no/such/route', accessToken)));
  }),
  assume('does not find a route with another method, with 404', 'guess: NestJS', async (session) => {
    const { accessToken } = await session.first();
    const reply = await session.send(session.apiURL('/kyc/status'), {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    return compare(expectedRefusal(404), describeRefusal(reply));
  }),
  assume('answers HEAD as GET, without a body', 'guess: Express', async (session) => {
    const { accessToken } = await session.first();
    const reply = await session.send(session.apiURL('/kyc/status'), {
      method: 'HEAD',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    return compare('status 200', `status ${reply.status}`);
  }),
];
