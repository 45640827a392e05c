import { expect } from 'chai';
import { MoneiConnect, MoneiConnectError } from '../../../src/index.js';
import { memoryStore, TokenKeeper, type TokenStore } from '../../../src/tokens/index.js';
import { credentials, pair } from '../../helpers/fixtures.js';
import { startLoopbackServer } from '../../helpers/loopback-server.js';
import { expired, type RecordedMonei, ScriptedConnect, signedIn, startRecordedMonei } from './setup.js';

describe('TokenKeeper.forget', () => {
  describe('with the emulator', () => {
    let monei: RecordedMonei;
    let store: TokenStore;
    let keeper: TokenKeeper;
    let failures: [unknown, string][];

    beforeEach(async () => {
      monei = await startRecordedMonei();
      store = memoryStore();
      failures = [];
      const onRevocationError = (...failure: [unknown, string]) => failures.push(failure);
      keeper = new TokenKeeper({ connect: monei.connect, store, onRevocationError, keys: false });
    });
    afterEach(() => monei.close());

    it('[S31] revokes tokens at Monei before it deletes them', async () => {
      const tokens = await monei.signIn();
      await keeper.save('ada', tokens);
      await keeper.forget('ada');
      expect(await monei.accepts(tokens.accessToken)).to.equal(false);
      expect(await store.load('ada')).to.equal(undefined);
      await keeper.forget('ada');
      expect(monei.seen).to.have.lengthOf(1);
      expect(failures).to.deep.equal([]);
    });

    it('deletes tokens that cannot be revoked because Monei cannot be reached, and reports it', async () => {
      await keeper.save('ada', await monei.signIn());
      await monei.disconnect();
      await keeper.forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
      expect(failures).to.have.lengthOf(1);
      expect(failures[0]?.[0]).to.be.instanceOf(MoneiConnectError).with.property('code', 'network');
      expect(failures[0]?.[1]).to.equal('ada');
    });

    it('[S32] refreshes expired tokens before it revokes them, so that the refresh token ends too', async () => {
      const tokens = await monei.signIn();
      await keeper.save('ada', { ...tokens, expiresIn: 0 });
      await keeper.forget('ada');
      expect(monei.seen.map(({ url }) => url)).to.deep.equal([monei.paths.token, monei.paths.revocation]);
      const revoked = JSON.parse(monei.seen[1]?.body ?? '').token;
      expect(revoked).to.match(/^mct_/).and.not.equal(tokens.accessToken);
      expect(await monei.accepts(revoked)).to.equal(false);
      expect(await store.load('ada')).to.equal(undefined);
    });

    it('reports nothing if nothing is stored', async () => {
      await keeper.forget('ada');
      expect([failures, monei.seen]).to.deep.equal([[], []]);
    });

    it('deletes and reports what it cannot read', async () => {
      await store.save('ada', 'no tokens');
      await keeper.forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
      expect(String(failures)).to.include('cannot be read');
      await store.save('ada', 'no tokens');
      await new TokenKeeper({ connect: monei.connect, store, keys: false }).forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
    });
  });

  describe('of expired tokens, when the refresh and the revocation get', () => {
    const own = (status: number) => ({ ...pair, scopes: undefined, statusCode: status, message: 'no' });
    const gateway = () => ({ error: 'no' });
    for (const [refresh, revocation, body, reported] of [
      [200, 200, own, undefined],
      [401, 200, own, undefined], // The refresh token has ended, and the access token with it.
      [401, 200, gateway, 'unauthorized'],
      [404, 200, own, 'not_found'],
      [400, 200, own, 'bad_request'],
      [500, 200, own, 'unavailable'],
      [200, 404, own, 'not_found'],
      [200, 401, own, 'unauthorized'],
      [200, 500, own, 'unavailable'],
    ] as const) {
      const sender = body === own ? 'Monei' : 'a gateway';
      it(`${refresh} and ${revocation} from ${sender}, reports ${reported ?? 'nothing'}, and deletes them`, async () => {
        const monei = await startLoopbackServer((req, res) => {
          const status = req.url === '/token' ? refresh : revocation;
          res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body(status)));
        });
        const connect = new MoneiConnect({
          ...credentials,
          tokenURL: `${monei.url}/token`,
          revocationURL: `${monei.url}/revoke`,
        });
        const store = memoryStore();
        const failures: unknown[] = [];
        const onRevocationError = (error: unknown) => failures.push((error as MoneiConnectError).code);
        const keeper = new TokenKeeper({ connect, store, keys: false, onRevocationError });
        await keeper.save('ada', expired);
        await keeper.forget('ada');
        await monei.close();
        expect(failures).to.deep.equal(reported === undefined ? [] : [reported]);
        expect(await store.load('ada')).to.equal(undefined);
      });
    }
  });

  it('reports an error that is not a MoneiConnectError, too', async () => {
    const connect = new ScriptedConnect();
    const failure = new Error('no refresh');
    connect.refresh = () => Promise.reject(failure);
    const failures: unknown[] = [];
    const onRevocationError = (error: unknown) => failures.push(error);
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, onRevocationError });
    await keeper.save('ada', expired);
    await keeper.forget('ada');
    expect(failures).to.deep.equal([failure]);
  });

  it('gives up after three tries on tokens that the store does not delete', async () => {
    const connect = new ScriptedConnect();
    const store: TokenStore = { ...memoryStore(), delete: async () => false };
    const keeper = new TokenKeeper({ connect, store, keys: false });
    await keeper.save('ada', signedIn);
    const message = await keeper.forget('ada').catch((error: Error) => error.message);
    expect(message).to.include('change faster than they can be read');
    expect(connect.revoked).to.deep.equal(['mct_1', 'mct_1', 'mct_1']);
  });

  for (const [how, onRevocationError] of [
    [
      'throws',
      () => {
        throw new Error('not reported');
      },
    ],
    ['rejects', () => Promise.reject(new Error('not reported'))],
  ] as const) {
    it(`deletes the tokens if onRevocationError ${how}`, async () => {
      const store = memoryStore();
      const connect = new ScriptedConnect();
      connect.revoke = () => Promise.reject(new Error('not revoked'));
      const keeper = new TokenKeeper({ connect, store, onRevocationError, keys: false });
      await keeper.save('ada', signedIn);
      await keeper.forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
    });
  }
});
