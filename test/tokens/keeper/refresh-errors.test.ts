import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { MoneiConnect as OtherMoneiConnect } from 'passport-monei/connect';
import { MoneiConnect } from '../../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenStore,
} from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { credentials } from '../../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../../helpers/loopback-server.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, ScriptedConnect } from './setup.js';

describe('When a refresh fails, the keeper', () => {
  let monei: LoopbackServer;
  let store: TokenStore;
  let respond: (response: ServerResponse) => void;

  const respondWith = (status: number, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    respond = (response) => response.writeHead(status).end(text);
  };
  const keeperWith = async (connect: MoneiConnect | OtherMoneiConnect) => {
    const keeper = new TokenKeeper({ connect, store, keys: false });
    await keeper.save('ada', expired);
    return keeper;
  };

  beforeEach(async () => {
    monei = await startLoopbackServer((_request, response) => respond(response));
    store = memoryStore();
  });
  afterEach(() => monei.close());

  for (const [copy, Connect] of [
    ['this copy', MoneiConnect],
    ['another copy', OtherMoneiConnect],
  ] as const) {
    describe(`with a MoneiConnect of ${copy} of the package,`, () => {
      let keeper: TokenKeeper;

      beforeEach(async () => {
        keeper = await keeperWith(new Connect({ ...credentials, tokenURL: monei.url }));
      });

      for (const [status, keeps] of [
        [401, false],
        [400, true],
        [404, true],
      ] as const) {
        it(`requires a reconnect and ${keeps ? 'keeps' : 'deletes'} the tokens after Monei's own ${status}`, async () => {
          respondWith(status, { statusCode: status, message: 'no good: mcr_1' });
          const error = await rejection(keeper.accessToken('ada'));
          expect(error).to.be.instanceOf(ReconnectRequiredError);
          expect(everythingIn(error)).to.not.include('mcr_1');
          expect((await store.load('ada')) !== undefined).to.equal(keeps);
        });
      }

      for (const status of [400, 401, 404]) {
        for (const [what, body] of [
          ['a page', `<title>${status}</title>`],
          ['no body', ''],
          ['an empty object', {}],
          ['a message without a status', { message: 'Unauthorized' }],
          ['a status without a message', { statusCode: status }],
          ['an empty message', { statusCode: status, message: '' }],
          ['another status', { statusCode: 403, message: 'no' }],
          ['a status as text', { statusCode: String(status), message: 'no' }],
          ['an error of RFC 6749', { error: 'invalid_grant' }],
          ['a list', [{ statusCode: status, message: 'no' }]],
          ['a body of more than 16 KB', { statusCode: status, message: 'no'.repeat(9_000) }],
        ] as const) {
          it(`[S35] passes on a ${status} with ${what} as the error of a gateway, and keeps the tokens`, async () => {
            respondWith(status, body);
            const error = await rejection(keeper.accessToken('ada'));
            expect(error).to.include({ name: 'MoneiConnectError', moneiStatus: status });
            const again = await rejection(keeper.accessToken('ada'));
            expect(again).to.include({ name: 'MoneiConnectError', moneiStatus: status });
            expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
          });
        }
      }

      it('accepts a list of messages as the form of Monei', async () => {
        respondWith(401, { statusCode: 401, message: ['expired', 'revoked'] });
        expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'reconnect_required');
        expect(await store.load('ada')).to.equal(undefined);
      });

      for (const [status, code] of [
        [403, 'forbidden'],
        [429, 'rate_limited'],
        [500, 'unavailable'],
        [302, 'unexpected_status'],
      ] as const) {
        it(`passes ${code} on and keeps the tokens after a ${status}`, async () => {
          respondWith(status, { statusCode: status, message: 'no' });
          const error = await rejection(keeper.accessToken('ada'));
          expect(error).to.include({ name: 'MoneiConnectError', code });
          expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
        });
      }

      it('keeps the tokens if Monei cannot be reached', async () => {
        await monei.close();
        expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'network');
        expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
      });
    });
  }

  it('keeps the tokens if Monei does not respond in time', async () => {
    respond = () => {};
    const keeper = await keeperWith(new MoneiConnect({ ...credentials, tokenURL: monei.url, timeout: 20 }));
    expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'timeout');
    expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
  });

  it('passes on an error that is not a MoneiConnectError', async () => {
    const connect = new ScriptedConnect();
    const failures = [
      Object.assign(new Error('other'), { code: 'unauthorized' }),
      Object.assign(new Error('no code'), { name: 'MoneiConnectError' }),
      undefined,
    ];
    const keeper = await keeperWith(connect);
    for (const failure of failures) {
      connect.refresh = () => Promise.reject(failure);
      expect(await rejection(keeper.accessToken('ada'))).to.equal(failure);
      expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
    }
  });
});
