import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type { MoneiConnect, MoneiConnectOptions } from '../../src/index.js';
import { connectTo } from '../helpers/connect-server.js';
import { pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code', redirectURI: 'http://localhost/callback' };

/** The reaction of the server to one request: a response with a status and headers, or a reset of the connection. */
type Reaction = [status: number, headers?: Record<string, string>] | 'reset';

describe('a request that failed', () => {
  let server: LoopbackServer;
  let clock: FakeTimers.Clock;
  /** The reactions to the next requests. All later requests succeed. */
  let reactions: Reaction[];

  beforeEach(async () => {
    server = await startLoopbackServer((request, response) => {
      const reaction = reactions.shift() ?? [200];
      if (reaction === 'reset') return request.socket.resetAndDestroy();
      const [status, headers = {}] = reaction;
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

  const connect = (options: Partial<MoneiConnectOptions> = {}) => connectTo(server.url, options);

  /**
   * Waits for real I/O until the server has seen this many requests, and the client has had time to read the responses.
   */
  async function untilSeen(count: number): Promise<void> {
    while (server.seen.length < count) await new Promise(setImmediate);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }

  /** Lets real I/O and fake time go on until a promise settles. */
  async function withTime<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    while (!isSettled) {
      await new Promise(setImmediate);
      clock.tick(1);
    }
    return promise;
  }

  describe('because Monei limits the rate (429)', () => {
    it('is repeated once with the same body, after the time that Monei asks for', async () => {
      reactions = [[429, { 'retry-after': '3' }]];
      const tokens = connect().exchangeCode(exchange);
      await untilSeen(1);
      clock.tick(2999);
      await untilSeen(1);
      expect(server.seen).to.have.lengthOf(1);
      clock.tick(1);
      expect(await tokens).to.include({ accessToken: 'mct_access' });
      expect(server.seen).to.have.lengthOf(2);
      expect(server.seen[1]?.body).to.equal(server.seen[0]?.body);
    });

    it('has the whole time limit again when it is repeated', async () => {
      reactions = [[429, { 'retry-after': '5' }]];
      const tokens = connect({ timeout: 1000 }).exchangeCode(exchange);
      await untilSeen(1);
      clock.tick(5000);
      expect(await tokens).to.include({ accessToken: 'mct_access' });
    });

    const requests: Record<string, (monei: MoneiConnect) => Promise<unknown>> = {
      'an exchange': (monei) => monei.exchangeCode(exchange),
      'a refresh': (monei) => monei.refresh('mcr_1'),
      'a revocation': (monei) => monei.revoke('mct_1'),
      'a profile': (monei) => monei.fetchUser('mct_1'),
    };
    for (const [name, send] of Object.entries(requests)) {
      it(`is not sent a third time: ${name}`, async () => {
        reactions = Array(2).fill([429, { 'retry-after': '0' }]);
        expect(await withTime(rejection(send(connect())))).to.include({ code: 'rate_limited' });
        expect(server.seen).to.have.lengthOf(2);
      });
    }

    const unrepeated: [
      when: string,
      headers: Record<string, string>,
      options: Partial<MoneiConnectOptions>,
    ][] = [
      ['Monei asks for more than 5 s', { 'retry-after': '6' }, {}],
      ['Monei asks for more than the app allows', { 'retry-after': '2' }, { maxRetryAfter: 1 }],
      ['the app allows no wait', { 'retry-after': '0' }, { maxRetryAfter: 0 }],
      ['the response has no Retry-After', {}, {}],
    ];
    for (const [when, headers, options] of unrepeated) {
      it(`is not repeated if ${when}`, async () => {
        reactions = [[429, headers]];
        expect(await rejection(connect(options).exchangeCode(exchange))).to.include({ code: 'rate_limited' });
        expect(server.seen).to.have.lengthOf(1);
      });
    }

    it('is repeated after the longest wait that the app allows', async () => {
      reactions = [[429, { 'retry-after': '30' }]];
      const user = connect({ maxRetryAfter: 30 }).fetchUser('mct_1');
      await untilSeen(1);
      clock.tick(30_000);
      expect(await user).to.include({ id: 'u1' });
    });

    it('accepts a longest wait that a timer can keep, and refuses a longer one', () => {
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
    const faults: Reaction[] = ['reset', [502], [503, { 'retry-after': '0' }], [504]];

    for (const fault of faults) {
      it(`is retried twice if it only reads: ${fault}`, async () => {
        reactions = [fault, fault];
        expect(await withTime(connect().fetchUser('mct_1'))).to.include({ id: 'u1' });
        expect(server.seen).to.have.lengthOf(3);
      });

      it(`is not repeated if it changes something: ${fault}`, async () => {
        const monei = connect();
        for (const response of [
          monei.exchangeCode(exchange),
          monei.refresh('mcr_1'),
          monei.revoke('mct_1'),
        ]) {
          reactions = [fault];
          expect(await rejection(response))
            .to.have.property('code')
            .that.matches(/^(network|unavailable)$/);
        }
        expect(server.seen).to.have.lengthOf(3);
      });
    }

    it('rejects if the second retry fails', async () => {
      reactions = Array(4).fill([503]);
      expect(await withTime(rejection(connect().fetchUser('mct_1')))).to.include({
        code: 'unavailable',
        moneiStatus: 503,
      });
      expect(server.seen).to.have.lengthOf(3);
    });

    it('is retried after 100 ms, and again after 300 ms', async () => {
      reactions = [[503], [503]];
      const user = connect().fetchUser('mct_1');
      for (const [requests, pauseMs] of [
        [1, 100],
        [2, 300],
      ] as const) {
        await untilSeen(requests);
        clock.tick(pauseMs - 1);
        await untilSeen(requests);
        expect(server.seen).to.have.lengthOf(requests);
        clock.tick(1);
      }
      expect(await user).to.include({ id: 'u1' });
    });

    it('is not retried if the time limit leaves no time for it', async () => {
      reactions = [[503], [503]];
      expect(await withTime(rejection(connect({ timeout: 350 }).fetchUser('mct_1')))).to.include({
        code: 'unavailable',
      });
      expect(server.seen).to.have.lengthOf(2);
    });

    for (const status of [500, 401, 403, 404]) {
      it(`is not retried after the status ${status}, which would not change`, async () => {
        reactions = [[status]];
        await rejection(connect().fetchUser('mct_1'));
        expect(server.seen).to.have.lengthOf(1);
      });
    }
  });
});
