import { getEventListeners } from 'node:events';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnectError } from '../../../src/index.js';
import type { TokenKeeper } from '../../../src/tokens/index.js';
import { deferred } from '../../helpers/deferred.js';
import { pair } from '../../helpers/fixtures.js';
import { JSON_TYPE, signedIn, useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';
import { until } from '../../helpers/until.js';

describe('TokenKeeper.fetch rejects with the reason of the caller’s signal', () => {
  const monei = useMoneiApi();
  const reason = new Error('the caller left');

  it('before it begins: nothing is read and nothing is sent', async () => {
    const loaded: string[] = [];
    const inner = monei.store;
    monei.store = {
      ...inner,
      load(userId) {
        loaded.push(userId);
        return inner.load(userId);
      },
    };
    let pulled = false;
    const body = new ReadableStream(
      {
        pull() {
          pulled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const init = { method: 'POST', body, signal: AbortSignal.abort(reason) };
    expect(await rejection(monei.keeper().fetch('ada', '/wallet/payout/transfer', init))).to.equal(reason);
    expect([loaded, monei.server.seen, pulled]).to.deep.equal([[], [], false]);
  });

  it('while a stream gives nothing, and cancels the stream', async () => {
    let canceled = false;
    const body = new ReadableStream({
      cancel() {
        canceled = true;
      },
    });
    const controller = new AbortController();
    const { signal } = controller;
    const keeper = await monei.signIn();
    const failed = rejection(
      keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body, signal }),
    );
    await new Promise(setImmediate);
    controller.abort(reason);
    expect(await failed).to.equal(reason);
    expect([canceled, monei.server.seen]).to.deep.equal([true, []]);
  });

  it('while the store is slow', async () => {
    monei.store = { ...monei.store, load: () => new Promise(() => {}) };
    const controller = new AbortController();
    const failed = rejection(monei.keeper().fetch('ada', '/wallet/me', controller));
    controller.abort(reason);
    expect(await failed).to.equal(reason);
  });

  it('while another holder has the lease', async () => {
    const keeper = await monei.signIn({}, 0);
    const [held, opened] = [deferred<void>(), deferred<void>()];
    const holding = monei.store.lock('ada', async () => {
      held.resolve();
      await opened.promise;
    });
    await held.promise;
    const controller = new AbortController();
    const failed = rejection(keeper.fetch('ada', '/wallet/me', controller));
    await new Promise(setImmediate);
    controller.abort(reason);
    expect(await failed).to.equal(reason);
    opened.resolve();
    await holding;
    expect(await keeper.accessToken('ada')).to.equal(pair.access_token);
  });

  it('while a refresh runs, which goes on for the others', async () => {
    const keeper = await monei.signIn({}, 0);
    const [asked, gate] = [deferred<void>(), deferred<void>()];
    monei.respondToRefresh = async (_req, res) => {
      asked.resolve();
      await gate.promise;
      res.writeHead(200, JSON_TYPE).end(JSON.stringify({ ...pair, scopes: signedIn.scopes }));
    };
    const controller = new AbortController();
    const failed = rejection(keeper.fetch('ada', '/wallet/me', controller));
    const other = keeper.fetch('ada', '/wallet/me');
    await asked.promise;
    controller.abort(reason);
    expect(await failed).to.equal(reason);
    gate.resolve();
    expect((await other).status).to.equal(200);
    expect([monei.requests().length, monei.refreshes]).to.deep.equal([1, 1]);
  });

  it('while the API is slow to respond, and hangs up', async () => {
    const keeper = await monei.signIn();
    const controller = new AbortController();
    const closed = deferred<void>();
    monei.respond = (_req, res) => {
      res.on('close', closed.resolve);
      controller.abort(reason);
    };
    expect(await rejection(keeper.fetch('ada', '/wallet/me', controller))).to.equal(reason);
    await closed.promise;
  });

  it('while the response is arriving, and hangs up', async () => {
    const keeper = await monei.signIn();
    const controller = new AbortController();
    const closed = deferred<void>();
    monei.respond = (_req, res) => {
      res
        .on('close', closed.resolve)
        .writeHead(200, JSON_TYPE)
        .write('{', () => controller.abort(reason));
    };
    expect(await rejection(keeper.fetch('ada', '/wallet/me', controller))).to.equal(reason);
    await closed.promise;
  });

  it('during the refresh after a 401', async () => {
    const keeper = await monei.signIn();
    monei.respondWith([401]);
    const controller = new AbortController();
    monei.respondToRefresh = () => controller.abort(reason);
    expect(await rejection(keeper.fetch('ada', '/wallet/me', controller))).to.equal(reason);
    expect(monei.requests()).to.have.lengthOf(1);
  });

  it('during the wait that Monei asked for', async () => {
    const keeper = await monei.signIn();
    monei.respondWith([429, { 'retry-after': '1' }]);
    const controller = new AbortController();
    const failed = rejection(keeper.fetch('ada', '/wallet/me', controller));
    await until(async () => monei.requests().length === 1);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    controller.abort(reason);
    expect(await failed).to.equal(reason);
    expect(monei.requests()).to.have.lengthOf(1);
  });

  it('and leaves no listener on the signal afterwards', async () => {
    const keeper = await monei.signIn();
    const { signal } = new AbortController();
    await keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body: '{}', signal });
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });

  it('or with an AbortError, if the signal of a package has no reason', async () => {
    const signal = Object.assign(new EventTarget(), { aborted: true, reason: undefined });
    const error = await rejection(monei.keeper().fetch('ada', '/wallet/me', { signal: signal as never }));
    expect(error).to.have.property('name', 'AbortError');
  });

  it('and takes null for no signal and for no init', async () => {
    const keeper = await monei.signIn();
    await keeper.fetch('ada', '/wallet/me', null as never);
    await keeper.fetch('ada', '/wallet/me', { signal: null });
    expect(monei.requests()).to.have.lengthOf(2);
  });
});

describe('Without a signal, TokenKeeper.fetch', () => {
  const monei = useMoneiApi();
  const NOW = Date.UTC(2030, 0, 1);
  let clock: FakeTimers.Clock;
  let keeper: TokenKeeper;

  beforeEach(async () => {
    clock = FakeTimers.install({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    keeper = await monei.signIn({ connect: monei.connect({ timeout: 50 }) });
  });
  afterEach(() => clock.uninstall());

  /** Lets real I/O go on until the API has seen this many requests, and the client had time to look at the response. */
  async function seen(count: number): Promise<void> {
    while (monei.requests().length < count) await new Promise(setImmediate);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }

  async function givesUpAfter10s(failed: Promise<unknown>): Promise<unknown> {
    let over = false;
    void failed.then(() => {
      over = true;
    });
    await clock.tickAsync(9_999);
    await new Promise(setImmediate);
    expect(over).to.equal(false);
    await clock.tickAsync(1);
    const error = await failed;
    expect(error)
      .to.be.instanceOf(MoneiConnectError)
      .and.include({ code: 'timeout', endpoint: 'api', status: 504 });
    expect(clock.countTimers()).to.equal(0);
    return error;
  }

  const stalled = () => ({ method: 'POST', body: new ReadableStream() });

  it('gives up after 10 s while a stream gives nothing: nothing was sent', async () => {
    const error = await givesUpAfter10s(rejection(keeper.fetch('ada', '/wallet/payout/transfer', stalled())));
    expect(error).to.have.property('requestSent', false);
  });

  it('gives up after 10 s while the store is slow: nothing was sent', async () => {
    monei.store.load = () => new Promise(() => {});
    const error = await givesUpAfter10s(rejection(keeper.fetch('ada', '/wallet/me')));
    expect(error).to.have.property('requestSent', false);
  });

  it('gives up after 10 s while the API is slow, whatever the `timeout` of `connect`: it may have been sent', async () => {
    monei.respond = () => {};
    const failed = rejection(keeper.fetch('ada', '/wallet/me'));
    await seen(1);
    expect(await givesUpAfter10s(failed)).to.have.property('requestSent', true);
  });

  it('gives up after 10 s while the response is arriving: it may have been sent', async () => {
    monei.respond = (_req, res) => res.writeHead(200, JSON_TYPE).write('{');
    const failed = rejection(keeper.fetch('ada', '/wallet/me'));
    await seen(1);
    expect(await givesUpAfter10s(failed)).to.include({ requestSent: true, moneiStatus: 200 });
  });

  it('does not give the status of an earlier response, when it gives up', async () => {
    monei.respond = (_req, res) => {
      if (monei.requests().length === 1) res.writeHead(401).end();
    };
    const failed = rejection(keeper.fetch('ada', '/wallet/me'));
    await seen(2);
    const error = await givesUpAfter10s(failed);
    expect(error).to.include({ requestSent: true }).and.to.not.have.property('moneiStatus');
  });

  it('leaves no timer behind', async () => {
    await keeper.fetch('ada', '/wallet/me');
    await rejection(keeper.fetch('ada', '/wallet/me', { body: 'of a GET' }));
    expect(clock.countTimers()).to.equal(0);
  });

  const waits: [what: string, retryAfter: string][] = [
    ['seconds', '5'],
    ['a date', 'Tue, 01 Jan 2030 00:00:05 GMT'],
  ];
  for (const [what, retryAfter] of waits) {
    it(`waits as long as Monei asks for, in ${what}`, async () => {
      monei.respondWith([503, { 'retry-after': retryAfter }]);
      const response = keeper.fetch('ada', '/wallet/me');
      await seen(1);
      await clock.tickAsync(4_999);
      await seen(1);
      expect(monei.requests()).to.have.lengthOf(1);
      await clock.tickAsync(1);
      expect((await response).status).to.equal(200);
    });
  }

  it('does not wait past its own time limit', async () => {
    const gate = deferred<void>();
    const load = monei.store.load;
    monei.store.load = async (userId) => {
      await gate.promise;
      return load(userId);
    };
    monei.respondWith([503, { 'retry-after': '5' }]);
    const response = keeper.fetch('ada', '/wallet/me');
    await clock.tickAsync(5_000);
    gate.resolve();
    expect((await response).status).to.equal(503);
  });

  it('has no time limit where the caller brings a signal', async () => {
    monei.respond = () => {};
    const controller = new AbortController();
    const failed = rejection(keeper.fetch('ada', '/wallet/me', controller));
    await seen(1);
    await clock.tickAsync(60_000);
    controller.abort('enough');
    expect(await failed).to.equal('enough');
  });
});
