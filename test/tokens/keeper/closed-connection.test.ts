import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { MoneiConnect } from '../../../src/index.js';
import { memoryStore, TokenKeeper, type TokenStore } from '../../../src/tokens/index.js';
import { credentials, pair } from '../../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../../helpers/loopback-server.js';
import { rejection } from '../../helpers/rejection.js';
import { expired } from './setup.js';

describe('If a kept connection is closed before a response to a refresh, the keeper', () => {
  let monei: LoopbackServer;
  let agent: Agent;
  let inner: TokenStore;
  let store: TokenStore;
  let keeper: TokenKeeper;
  /** Runs when the server gets the first refresh of `mcr_1`, and resets its connection. */
  let onFirst: () => Promise<unknown>;
  /** The number of connections that the server resets. */
  let resets: number;

  const refreshes = () => monei.seen.filter(({ body }) => body.includes('mcr_1'));

  beforeEach(async () => {
    resets = 1;
    onFirst = async () => {};
    monei = await startLoopbackServer(async (request, response) => {
      if (refreshes().length > 0 && resets-- > 0) {
        await onFirst();
        (request.socket as Socket).resetAndDestroy();
      } else response.end(JSON.stringify(pair));
    });
    agent = new Agent({ keepAlive: true });
    const urls = { tokenURL: monei.url, revocationURL: monei.url };
    const connect = new MoneiConnect({ ...credentials, ...urls, agent });
    await connect.refresh('mcr_other'); // Leaves a kept connection.
    inner = memoryStore();
    store = { ...inner };
    keeper = new TokenKeeper({ connect, store, keys: false });
    await keeper.save('ada', expired);
  });
  afterEach(async () => {
    agent.destroy();
    await monei.close();
  });

  it('repeats the refresh on another connection', async () => {
    expect(await keeper.accessToken('ada')).to.equal('mct_access');
    expect(refreshes()).to.have.lengthOf(2);
    expect(monei.connections).to.equal(2);
  });

  it('repeats it once only', async () => {
    resets = 2;
    const error = await rejection(keeper.accessToken('ada'));
    expect(error).to.include({ code: 'network', requestSent: true });
    expect(refreshes()).to.have.lengthOf(2);
    expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
  });

  for (const [what, change] of [
    ['has other tokens', () => inner.save('ada', 'other')],
    ['has no tokens', () => inner.delete('ada')],
    [
      'cannot be read',
      async () => {
        store.load = () => Promise.reject(new Error('store down'));
      },
    ],
  ] as const) {
    it(`does not repeat it if the store ${what} by then`, async () => {
      onFirst = change;
      const error = await rejection(keeper.accessToken('ada'));
      expect(error).to.include({ code: 'network', requestSent: true });
      expect(refreshes()).to.have.lengthOf(1);
    });
  }

  it('repeats the refresh before a revocation, too', async () => {
    await keeper.forget('ada');
    expect(refreshes()).to.have.lengthOf(2);
    expect(monei.seen.at(-1)?.body).to.equal(JSON.stringify({ token: 'mct_access' }));
  });
});
