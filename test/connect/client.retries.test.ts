import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnect, type MoneiConnectOptions } from '../../src/index.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code', redirectURI: 'http://localhost/callback' };

/** What the server does with one request: answers with a status and headers, or resets the connection. */
type Turn = [status: number, headers?: Record<string, string>] | 'reset';

describe('a call that did not get through', () => {
  let server: LoopbackServer;
  let clock: FakeTimers.Clock;
  /** What happens to the next requests. After that, all is well. */
  let turns: Turn[];

  beforeEach(async () => {
    server = await startLoopbackServer((request, response) => {
      const turn = turns.shift() ?? [200];
      if (turn === 'reset') return request.socket.resetAndDestroy();
      const [status, headers = {}] = turn;
      const body = request.url === '/me' ? { id: 'u1' } : pair;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(status === 200 ? body : { statusCode: status, message: 'Not now' }));
    });
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.now() });
  });
  afterEach(async () => {
    clock.uninstall();
    await server.close();
  });

  const connect = (options: Partial<MoneiConnectOptions> = {}) =>
    new MoneiConnect({
      ...credentials,
      tokenURL: `${server.url}/token`,
      revocationURL: `${server.url}/revoke`,
      userProfileURL: `${server.url}/me`,
      ...options,
    });

  /** Lets real I/O go on until the server has seen this many requests, and the client had time to look at the answer. */
  async function seen(count: number): Promise<void> {
    while (server.seen.length < count) await new Promise(setImmediate);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }

  /** Lets I/O and pauses alternate until a call is over. */
  async function over<T>(call: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    call.then(settle, settle);
    while (!settled) {
      await new Promise(setImmediate);
      clock.tick(1);
    }
    return call;
  }

  describe('because Monei was asked too often (429)', () => {
    it('is sent once more, after the time that Monei asks for, with all that it held', async () => {
      turns = [[429, { 'retry-after': '3' }]];
      const tokens = connect().exchangeCode(exchange);
      await seen(1);
      clock.tick(2999);
      await seen(1);
      expect(server.seen).to.have.lengthOf(1);
      clock.tick(1);
      expect(await tokens).to.include({ accessToken: 'mct_access' });
      expect(server.seen).to.have.lengthOf(2);
      expect(server.seen[1]?.body).to.equal(server.seen[0]?.body);
    });

    it('has its whole timeout again', async () => {
      turns = [[429, { 'retry-after': '5' }]];
      const tokens = connect({ timeout: 1000 }).exchangeCode(exchange);
      await seen(1);
      clock.tick(5000);
      expect(await tokens).to.include({ accessToken: 'mct_access' });
    });

    const calls: Record<string, (monei: MoneiConnect) => Promise<unknown>> = {
      'an exchange': (monei) => monei.exchangeCode(exchange),
      'a refresh': (monei) => monei.refresh('mcr_1'),
      'a revocation': (monei) => monei.revoke('mct_1'),
      'a profile': (monei) => monei.fetchUser('mct_1'),
    };
    for (const [name, call] of Object.entries(calls)) {
      it(`is not sent a third time: ${name}`, async () => {
        turns = Array(2).fill([429, { 'retry-after': '0' }]);
        expect(await over(rejection(call(connect())))).to.include({ code: 'rate_limited' });
        expect(server.seen).to.have.lengthOf(2);
      });
    }

    const final: [what: string, headers: Record<string, string>, options: Partial<MoneiConnectOptions>][] = [
      ['Monei asks for more than 5 s', { 'retry-after': '6' }, {}],
      ['Monei asks for more than the app allows', { 'retry-after': '2' }, { maxRetryAfter: 1 }],
      ['the app allows none', { 'retry-after': '0' }, { maxRetryAfter: 0 }],
      ['Monei does not say for how long', {}, {}],
    ];
    for (const [what, headers, options] of final) {
      it(`is not sent again when ${what}`, async () => {
        turns = [[429, headers]];
        expect(await rejection(connect(options).exchangeCode(exchange))).to.include({ code: 'rate_limited' });
        expect(server.seen).to.have.lengthOf(1);
      });
    }

    it('is sent again after as long as the app allows', async () => {
      turns = [[429, { 'retry-after': '30' }]];
      const user = connect({ maxRetryAfter: 30 }).fetchUser('mct_1');
      await seen(1);
      clock.tick(30_000);
      expect(await user).to.include({ id: 'u1' });
    });

    it('can be told to wait for as long as a timer keeps, and no longer', () => {
      expect(() => connect({ maxRetryAfter: 2_147_483.647 })).to.not.throw();
      expect(() => connect({ maxRetryAfter: 2_147_483.648 })).to.throw(TypeError, '`maxRetryAfter`');
    });

    for (const maxRetryAfter of [-1, 2_147_484, Number.NaN, Number.POSITIVE_INFINITY, '5', null]) {
      it(`refuses ${maxRetryAfter} as the longest wait`, () => {
        expect(() => connect({ maxRetryAfter } as never)).to.throw(TypeError, '`maxRetryAfter`');
      });
    }
  });

  describe('because the network or a gateway failed', () => {
    const troubles: Turn[] = ['reset', [502], [503, { 'retry-after': '0' }], [504]];

    for (const trouble of troubles) {
      it(`is sent twice more if it only reads: ${trouble}`, async () => {
        turns = [trouble, trouble];
        expect(await over(connect().fetchUser('mct_1'))).to.include({ id: 'u1' });
        expect(server.seen).to.have.lengthOf(3);
      });

      it(`is not sent again if it changes something: ${trouble}`, async () => {
        const monei = connect();
        for (const call of [monei.exchangeCode(exchange), monei.refresh('mcr_1'), monei.revoke('mct_1')]) {
          turns = [trouble];
          expect(await rejection(call))
            .to.have.property('code')
            .that.matches(/^(network|unavailable)$/);
        }
        expect(server.seen).to.have.lengthOf(3);
      });
    }

    it('fails in the end', async () => {
      turns = Array(4).fill([503]);
      expect(await over(rejection(connect().fetchUser('mct_1')))).to.include({
        code: 'unavailable',
        moneiStatus: 503,
      });
      expect(server.seen).to.have.lengthOf(3);
    });

    it('pauses 100 ms before the second try, and 300 ms before the third', async () => {
      turns = [[503], [503]];
      const user = connect().fetchUser('mct_1');
      for (const [tries, pause] of [
        [1, 100],
        [2, 300],
      ] as const) {
        await seen(tries);
        clock.tick(pause - 1);
        await seen(tries);
        expect(server.seen).to.have.lengthOf(tries);
        clock.tick(1);
      }
      expect(await user).to.include({ id: 'u1' });
    });

    it('is not sent again where the timeout leaves no time for it', async () => {
      turns = [[503], [503]];
      expect(await over(rejection(connect({ timeout: 350 }).fetchUser('mct_1')))).to.include({
        code: 'unavailable',
      });
      expect(server.seen).to.have.lengthOf(2);
    });

    for (const status of [500, 401, 403, 404]) {
      it(`is not sent again after an answer that will not change: ${status}`, async () => {
        turns = [[status]];
        await rejection(connect().fetchUser('mct_1'));
        expect(server.seen).to.have.lengthOf(1);
      });
    }
  });
});
