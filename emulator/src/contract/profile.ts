import { isJsonObject } from '../is-json-object.js';
import { assume, DOCS } from './assume.js';
import { type Assumption, compare } from './assumption.js';
import { describeRefusal, expectedRefusal, type Reply } from './reply.js';
import { compareShape } from './routes.js';
import { enveloped, USER } from './shapes.js';

/** The assumptions about `GET /user/me`. */
export const profile: Assumption[] = [
  assume('gives the documented fields at GET /user/me', DOCS.scopes, async (session) =>
    compareShape((await session.readRoutes()).get('/user/me') as Reply, enveloped(USER)),
  ),
  assume('gives a user the same id at every sign-in', DOCS.overview, async (session) => {
    const { accessToken } = await session.last();
    const [one, other] = [
      (await session.readRoutes()).get('/user/me') as Reply,
      await session.read('/user/me', accessToken),
    ].map(idOf);
    return compare(
      'the same id',
      one !== undefined && one === other ? 'the same id' : 'no id, or another one',
    );
  }),
  assume('refuses GET /user/me to a token without profile:read, with 403', DOCS.errors, async (session) => {
    await session.requireFreshGrant();
    const reply = (await session.withoutScope()).get('/user/me') as Reply;
    return compare(expectedRefusal(403), describeRefusal(reply));
  }),
];

function idOf({ body }: Reply): unknown {
  return isJsonObject(body) && isJsonObject(body.data) ? body.data.id : undefined;
}
