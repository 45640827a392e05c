import { randomBytes } from 'node:crypto';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import fetch from 'node-fetch';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiConnect, MoneiConnectError, type MoneiTokens } from '../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenKeeperOptions,
  type TokenStore,
} from '../../src/tokens/index.js';
import { type Deferred, deferred } from '../helpers/deferred.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const signedIn = { accessToken: 'mct_1', refreshToken: 'mcr_1', expiresIn: 3600, scopes: ['wallet:read'] };
const expired = { ...signedIn, expiresIn: 0 };

/** A Monei whose answers the test decides on, one by one. */
class PromptedConnect extends MoneiConnect {
  readonly revoked: string[] = [];
  readonly asked: string[] = [];
  readonly #prompts: Deferred<MoneiTokens>[] = [];

  constructor() {
    super(credentials);
  }

  /** Resolves when the `nth` refresh (from 0) has been asked for. */
  async untilAsked(nth: number): Promise<Deferred<MoneiTokens>> {
    for (let turn = 0; turn < 1000; turn++) {
      const prompt = this.#prompts[nth];
      if (prompt) return prompt;
      await new Promise(setImmediate);
    }
    throw new Error(`refresh ${nth} was never asked for`);
  }

  override refresh(refreshToken: string): Promise<MoneiTokens> {
    this.asked.push(refreshToken);
    const prompt = deferred<MoneiTokens>();
    this.#prompts.push(prompt);
    return prompt.promise;
  }

  override async revoke(accessToken: string): Promise<void> {
    this.revoked.push(accessToken);
  }
}

function answer(n: number): MoneiTokens {
  const expiresAt = new Date(Date.now() + 3_600_000);
  return { ...signedIn, accessToken: `mct_${n}`, refreshToken: `mcr_${n}`, tokenType: 'Bearer', expiresAt };
}

function refusal(): MoneiConnectError {
  return new MoneiConnectError('refused', { code: 'unauthorized', endpoint: 'token', moneiStatus: 401 });
}

/** A store whose lock is as good as lost as soon as one has it. */
function storeWithLostLock(): TokenStore {
  return { ...memoryStore(), lock: (_userId, fn) => fn() };
}

describe('TokenKeeper', () => {
  describe('against the emulator', () => {
    let emulator: MoneiEmulator;
    let monei: LoopbackServer;
    let connect: MoneiConnect;
    let store: TokenStore;
    let keeper: TokenKeeper;

    beforeEach(async () => {
      emulator = await startEmulator();
      // Sees each request on its way to the emulator.
      monei = await startLoopbackServer(async (req, res) => {
        const { body } = monei.seen.at(-1) ?? {};
        const headers = { 'content-type': 'application/json' };
        const answered = await fetch(emulator.url + req.url, { method: 'POST', headers, body: body ?? '' });
        res.writeHead(answered.status, headers).end(await answered.text());
      });
      const at = (url: string) => monei.url + new URL(url).pathname;
      connect = new MoneiConnect({
        ...emulator.client,
        tokenURL: at(emulator.endpoints.tokenURL),
        revocationURL: at(emulator.endpoints.revocationURL),
      });
      store = memoryStore();
      keeper = new TokenKeeper({ connect, store, keys: false });
    });
    afterEach(async () => {
      await monei.close();
      await emulator.close();
    });

    async function signIn(): Promise<MoneiTokens> {
      const redirectURI = 'http://localhost/callback';
      const asked = new URL(emulator.endpoints.authorizationURL);
      asked.search = new URLSearchParams({
        client_id: emulator.client.clientID,
        redirect_uri: redirectURI,
        scope: 'profile:read',
      }).toString();
      const code = new URL(await emulator.authorize(asked)).searchParams.get('code') ?? '';
      const tokens = await new MoneiConnect({ ...emulator.client, ...emulator.endpoints }).exchangeCode({
        code,
        redirectURI,
      });
      return tokens;
    }

    async function works(accessToken: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await fetch(emulator.endpoints.userProfileURL, { headers })).ok;
    }

    it('gives back the access token of a sign-in without asking Monei', async () => {
      const tokens = await signIn();
      await keeper.save('ada', tokens);
      expect(await keeper.accessToken('ada')).to.equal(tokens.accessToken);
      expect(await keeper.scopes('ada')).to.deep.equal(['profile:read']);
      expect(monei.seen).to.deep.equal([]);
    });

    it('refreshes a token with less than a minute to live, and keeps the new pair', async () => {
      const tokens = await signIn();
      await keeper.save('ada', { ...tokens, expiresAt: new Date(Date.now() + 59_000) });
      const renewed = await keeper.accessToken('ada');
      expect(renewed).to.not.equal(tokens.accessToken);
      expect(await works(renewed)).to.equal(true);
      expect(await works(tokens.accessToken)).to.equal(false);
      expect(await keeper.accessToken('ada')).to.equal(renewed);
      expect(monei.seen).to.have.lengthOf(1);
    });

    it('refreshes once for everyone who asks at the same time, in all processes', async () => {
      const others = [1, 2, 3].map(() => new TokenKeeper({ connect, store, keys: false }));
      await keeper.save('ada', { ...(await signIn()), expiresIn: 0 });
      const asked = [keeper, ...others].flatMap((one) =>
        Array.from({ length: 10 }, () => one.accessToken('ada')),
      );
      const given = new Set(await Promise.all(asked));
      expect(given.size).to.equal(1);
      expect(await works([...given].join())).to.equal(true);
      expect(monei.seen).to.have.lengthOf(1);
    });

    it('asks for a reconnect when the user took the access back, and forgets the tokens', async () => {
      await keeper.save('ada', { ...(await signIn()), expiresIn: 0 });
      emulator.revokeGrant();
      const error = await rejection(keeper.accessToken('ada'));
      expect(error).to.be.instanceOf(ReconnectRequiredError);
      expect(error).to.include({
        code: 'reconnect_required',
        status: 401,
        name: 'ReconnectRequiredError',
        message: 'Monei is not connected for this user, or not any more. Let them sign in with Monei again.',
      });
      expect(error).to.have.nested.property('cause.code', 'unauthorized');
      expect(everythingIn(error)).to.not.match(/mc[rst]_/);
      expect(await store.load('ada')).to.equal(undefined);
      expect(await keeper.scopes('ada')).to.deep.equal([]);
      // Monei limits how often it is asked: once is enough.
      expect(await rejection(keeper.accessToken('ada'))).to.be.instanceOf(ReconnectRequiredError);
      expect(monei.seen).to.have.lengthOf(1);
      const again = await signIn();
      await keeper.save('ada', again);
      expect(await keeper.accessToken('ada')).to.equal(again.accessToken);
    });

    it('revokes at Monei what it forgets', async () => {
      const tokens = await signIn();
      await keeper.save('ada', tokens);
      await keeper.forget('ada');
      expect(await works(tokens.accessToken)).to.equal(false);
      expect(await store.load('ada')).to.equal(undefined);
      await keeper.forget('ada');
      expect(monei.seen).to.have.lengthOf(1);
    });

    it('forgets also what Monei cannot be told to revoke, and says that it could not', async () => {
      const failures: [unknown, string][] = [];
      keeper = new TokenKeeper({
        connect,
        store,
        onRevocationError: (...failure) => failures.push(failure),
        keys: false,
      });
      await keeper.save('ada', await signIn());
      await monei.close();
      await keeper.forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
      expect(failures).to.have.lengthOf(1);
      expect(failures[0]?.[0]).to.be.instanceOf(MoneiConnectError).with.property('code', 'network');
      expect(failures[0]?.[1]).to.equal('ada');
    });

    it('refreshes an expired pair before it revokes it, so that its refresh token dies too', async () => {
      const tokens = await signIn();
      await keeper.save('ada', { ...tokens, expiresIn: 0 });
      await keeper.forget('ada');
      const paths = monei.seen.map(({ url }) => url);
      expect(paths).to.deep.equal(
        [emulator.endpoints.tokenURL, emulator.endpoints.revocationURL].map((url) => new URL(url).pathname),
      );
      const revoked = JSON.parse(monei.seen[1]?.body ?? '').token;
      expect(revoked).to.match(/^mct_/).and.not.equal(tokens.accessToken);
      expect(await works(revoked)).to.equal(false);
      expect(await store.load('ada')).to.equal(undefined);
    });

    it('says nothing when there is nothing to forget', async () => {
      const failures: unknown[] = [];
      const onRevocationError = (error: unknown) => failures.push(error);
      await new TokenKeeper({ connect, store, onRevocationError, keys: false }).forget('ada');
      expect([failures, monei.seen]).to.deep.equal([[], []]);
    });

    it('forgets also what it cannot read', async () => {
      const failures: unknown[] = [];
      const onRevocationError = (error: unknown) => failures.push(error);
      await store.save('ada', 'no tokens');
      await new TokenKeeper({ connect, store, onRevocationError, keys: false }).forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
      expect(String(failures)).to.include("can't be read");
      await store.save('ada', 'no tokens');
      await keeper.forget('ada');
      expect(await store.load('ada')).to.equal(undefined);
    });
  });

  describe('when Monei answers a refresh with', () => {
    let monei: LoopbackServer;
    let store: TokenStore;
    let keeper: TokenKeeper;
    let answers: [status: number, body: object][];

    beforeEach(async () => {
      monei = await startLoopbackServer((_req, res) => {
        const [status, body] = answers.shift() ?? [200, pair];
        res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
      const connect = new MoneiConnect({ ...credentials, tokenURL: monei.url });
      store = memoryStore();
      keeper = new TokenKeeper({ connect, store, keys: false });
      await keeper.save('ada', expired);
    });
    afterEach(() => monei.close());

    for (const [status, keeps] of [
      [401, false],
      [400, true],
      [404, true],
    ] as const) {
      it(`${status}, asks for a reconnect, and ${keeps ? 'keeps' : 'deletes'} the tokens`, async () => {
        answers = [[status, { statusCode: status, message: 'no good: mcr_1' }]];
        const error = await rejection(keeper.accessToken('ada'));
        expect(error).to.be.instanceOf(ReconnectRequiredError);
        expect(everythingIn(error)).to.not.include('mcr_1');
        expect((await store.load('ada')) !== undefined).to.equal(keeps);
      });
    }

    it('nothing in time, keeps the tokens', async () => {
      monei.close();
      expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'network');
      expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
    });

    for (const [status, code] of [
      [403, 'forbidden'],
      [429, 'rate_limited'],
      [500, 'unavailable'],
      [302, 'unexpected_status'],
    ] as const) {
      it(`${status}, keeps the tokens and passes the error on; the next try may succeed`, async () => {
        answers = [[status, {}]];
        const error = await rejection(keeper.accessToken('ada'));
        expect(error).to.be.instanceOf(MoneiConnectError).with.property('code', code);
        expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
        expect(await keeper.accessToken('ada')).to.equal('mct_access');
        expect(monei.seen.map(({ body }) => JSON.parse(body).refresh_token)).to.deep.equal([
          'mcr_1',
          'mcr_1',
        ]);
      });
    }

    it('500 after it has changed the pair, asks for a reconnect at the next try', async () => {
      answers = [
        [500, {}],
        [401, {}],
      ];
      expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'unavailable');
      expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'reconnect_required');
      expect(await keeper.scopes('ada')).to.deep.equal([]);
      await keeper.save('ada', signedIn);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
    });

    it('nothing for too long, keeps the tokens', async () => {
      const slow = await startLoopbackServer(() => {});
      const connect = new MoneiConnect({ ...credentials, tokenURL: slow.url, timeout: 20 });
      keeper = new TokenKeeper({ connect, store, keys: false });
      expect(await rejection(keeper.accessToken('ada'))).to.have.property('code', 'timeout');
      expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
      await slow.close();
    });

    it('other scopes than before, knows the new ones', async () => {
      answers = [[200, { ...pair, scopes: ['profile:read', 'bills:pay'] }]];
      await keeper.accessToken('ada');
      expect(await keeper.scopes('ada')).to.deep.equal(['profile:read', 'bills:pay']);
    });

    it('no scopes, goes on with those of the old pair', async () => {
      answers = [[200, { ...pair, scopes: undefined }]];
      await keeper.accessToken('ada');
      expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
    });
  });

  describe('when it is told to forget an expired pair and Monei answers the refresh and the revocation with', () => {
    for (const [refresh, revocation, told] of [
      [200, 200, undefined],
      [401, 200, undefined], // The refresh token is dead, and its pair with it.
      [404, 200, 'not_found'],
      [400, 200, 'bad_request'],
      [500, 200, 'unavailable'],
      [200, 404, 'not_found'],
      [200, 401, 'unauthorized'],
      [200, 500, 'unavailable'],
    ] as const) {
      it(`${refresh} and ${revocation}, tells of ${told ?? 'nothing'}, and deletes it`, async () => {
        const monei = await startLoopbackServer((req, res) => {
          const status = req.url === '/token' ? refresh : revocation;
          // What the pair may do is not said again.
          const body = JSON.stringify({ ...pair, scopes: undefined });
          res.writeHead(status, { 'content-type': 'application/json' }).end(body);
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
        expect(failures).to.deep.equal(told === undefined ? [] : [told]);
        expect(await store.load('ada')).to.equal(undefined);
      });
    }
  });

  describe('by the clock', () => {
    let clock: FakeTimers.Clock;

    beforeEach(() => {
      clock = FakeTimers.install({ now: Date.UTC(2030, 0, 1) });
    });
    afterEach(() => clock.uninstall());

    it('gives a token out as long as it has a minute to live', async () => {
      const connect = new PromptedConnect();
      const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      await keeper.save('ada', signedIn);
      clock.tick((3600 - 60) * 1000);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
      clock.tick(1);
      connect.refresh = async () => answer(2);
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
    });

    it('gives a token that lives less than two minutes out for half its life, and then asks once', async () => {
      const connect = new PromptedConnect();
      const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      await keeper.save('ada', { ...signedIn, expiresIn: 30 });
      clock.tick(15_000);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
      clock.tick(1);
      connect.refresh = async (token) => {
        connect.asked.push(token);
        return { ...answer(2), expiresIn: 30, expiresAt: new Date(clock.now + 30_000) };
      };
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
      expect(connect.asked).to.deep.equal(['mcr_1']);
    });

    it('refreshes a token that is dead on arrival, however short its life was to be', async () => {
      const connect = new PromptedConnect();
      connect.refresh = async () => answer(2);
      const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      for (const expiresIn of [0, -1]) {
        await keeper.save('ada', { ...signedIn, expiresIn });
        expect(await keeper.accessToken('ada')).to.equal('mct_2');
      }
    });

    it('takes the hour that Monei documents where a sign-in does not say how long its token lives', async () => {
      const connect = new PromptedConnect();
      const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      const { accessToken, refreshToken } = signedIn;
      await keeper.save('ada', { accessToken, refreshToken, grant: { granted: ['wallet:send'] } });
      expect(await keeper.scopes('ada')).to.deep.equal(['wallet:send']);
      clock.tick((3600 - 60) * 1000);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
      clock.tick(1);
      connect.refresh = async () => answer(2);
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
    });

    describe('with a store that fails for a while', () => {
      const ALL_TRIES = 17_600;
      let failures: number;
      let store: TokenStore;
      let connect: PromptedConnect;
      let keeper: TokenKeeper;

      beforeEach(() => {
        const inner = memoryStore();
        failures = 0;
        const failing = async (work: () => Promise<unknown>) => {
          if (failures-- > 0) throw new Error('store down');
          return work();
        };
        store = {
          ...inner,
          save: (...args) => failing(() => inner.save(...args)),
          delete: (...args) => failing(() => inner.delete(...args)),
        };
        connect = new PromptedConnect();
        connect.refresh = async () => answer(2);
        keeper = new TokenKeeper({ connect, store, keys: false });
      });

      it('asks it again, because a new pair exists nowhere else', async () => {
        const saving = keeper.save('ada', expired);
        failures = 5;
        await clock.tickAsync(ALL_TRIES);
        await saving;
        failures = 5;
        const token = keeper.accessToken('ada');
        await clock.tickAsync(ALL_TRIES);
        expect(await token).to.equal('mct_2');
        expect(await keeper.accessToken('ada')).to.equal('mct_2');
        failures = 5;
        const forgetting = keeper.forget('ada');
        await clock.tickAsync(ALL_TRIES);
        await forgetting;
        expect(await store.load('ada')).to.equal(undefined);
      });

      it('asks it again after longer and longer times', async () => {
        const started = clock.now;
        const tries: number[] = [];
        const { save } = store;
        store.save = (...args) => {
          tries.push(clock.now - started);
          return save(...args);
        };
        failures = 5;
        const saving = keeper.save('ada', signedIn);
        await clock.tickAsync(ALL_TRIES);
        await saving;
        expect(tries).to.deep.equal([0, 100, 600, 2_600, 7_600, 17_600]);
      });

      it('gives a new pair out that it cannot write, and writes it as soon as that works', async () => {
        const saving = keeper.save('ada', expired);
        await saving;
        const before = await store.load('ada');
        failures = Number.POSITIVE_INFINITY;
        const token = keeper.accessToken('ada');
        await clock.tickAsync(ALL_TRIES);
        expect(await token).to.equal('mct_2');
        // The refresh token of the old pair is dead: asking Monei again would lock the user out.
        connect.refresh = () => Promise.reject(refusal());
        expect(await keeper.accessToken('ada')).to.equal('mct_2');
        expect(await store.load('ada')).to.equal(before);
        failures = 0;
        expect(await keeper.accessToken('ada')).to.equal('mct_2');
        expect(await store.load('ada')).to.not.equal(before);
        const elsewhere = new TokenKeeper({ connect, store, keys: false });
        expect(await elsewhere.accessToken('ada')).to.equal('mct_2');
      });

      for (const [what, others, token] of [
        [
          'signed in again',
          (one: TokenKeeper) => one.save('ada', { ...signedIn, accessToken: 'mct_new' }),
          'mct_new',
        ],
        ['disconnected', () => store.delete('ada'), 'reconnect_required'],
      ] as const) {
        it(`drops a pair that it could not write when the user has ${what} elsewhere`, async () => {
          await keeper.save('ada', expired);
          failures = 6;
          const first = keeper.accessToken('ada');
          await clock.tickAsync(ALL_TRIES);
          expect(await first).to.equal('mct_2');
          await others(new TokenKeeper({ connect, store, keys: false }));
          expect(await keeper.accessToken('ada').catch(({ code }) => code)).to.equal(token);
        });
      }

      it('renews and revokes a pair that it could not write', async () => {
        await keeper.save('ada', expired);
        failures = 6;
        const first = keeper.accessToken('ada');
        await clock.tickAsync(ALL_TRIES);
        await first;
        failures = Number.POSITIVE_INFINITY;
        connect.refresh = async (token) => {
          connect.asked.push(token);
          return answer(3);
        };
        const second = keeper.accessToken('ada', { refused: 'mct_2' });
        await clock.tickAsync(ALL_TRIES);
        expect(await second).to.equal('mct_3');
        expect(connect.asked).to.deep.equal(['mcr_2']);
        failures = 0;
        await keeper.forget('ada');
        expect(connect.revoked).to.deep.equal(['mct_3']);
      });

      it('passes its error on in the end', async () => {
        failures = 6;
        const given = rejection(keeper.save('ada', signedIn));
        await clock.tickAsync(ALL_TRIES);
        expect(await given).to.have.property('message', 'store down');
      });
    });

    it('goes by the earlier of the times that a pair comes with', async () => {
      const keeper = new TokenKeeper({ connect: new PromptedConnect(), store: memoryStore(), keys: false });
      const hour = (hours: number) => new Date(clock.now + hours * 3_600_000);
      await keeper.save('ada', { ...signedIn, expiresAt: hour(2) });
      clock.tick(59 * 60_000);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
      const stale = new PromptedConnect();
      stale.refresh = async () => answer(3);
      const store = memoryStore();
      await new TokenKeeper({ connect: stale, store, keys: false }).save('ada', {
        ...signedIn,
        expiresAt: hour(-1),
      });
      expect(await new TokenKeeper({ connect: stale, store, keys: false }).accessToken('ada')).to.equal(
        'mct_3',
      );
    });
  });

  describe('when something else happens during a refresh', () => {
    let connect: PromptedConnect;

    beforeEach(() => {
      connect = new PromptedConnect();
    });

    async function keepers(store: TokenStore, tokens = expired): Promise<[TokenKeeper, TokenKeeper]> {
      const first = new TokenKeeper({ connect, store, keys: false });
      await first.save('ada', tokens);
      return [first, new TokenKeeper({ connect, store, keys: false })];
    }

    it('lets a new sign-in wait, and then hold', async () => {
      const [first, second] = await keepers(memoryStore());
      const renewing = first.accessToken('ada');
      const prompt = await connect.untilAsked(0);
      const saving = second.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
      prompt.resolve(answer(2));
      expect(await renewing).to.equal('mct_2');
      await saving;
      expect(await first.accessToken('ada')).to.equal('mct_new');
    });

    it('lets a user who disconnects wait, and then revokes the new pair', async () => {
      const store = memoryStore();
      const [first, second] = await keepers(store);
      const renewing = first.accessToken('ada');
      const prompt = await connect.untilAsked(0);
      const forgetting = second.forget('ada');
      prompt.resolve(answer(2));
      await Promise.all([renewing, forgetting]);
      expect(connect.revoked).to.deep.equal(['mct_2']);
      expect(await store.load('ada')).to.equal(undefined);
    });

    it('gives what another process has refreshed, without waiting for the lock', async () => {
      const inner = memoryStore();
      const [first] = await keepers(inner);
      const waiting = new TokenKeeper({
        connect,
        store: { ...inner, lock: () => new Promise(() => {}) },
        keys: false,
      });
      const asked = [waiting.accessToken('ada'), waiting.accessToken('ada', { refused: 'mct_1' })];
      const renewing = first.accessToken('ada');
      (await connect.untilAsked(0)).resolve(answer(2));
      expect(await renewing).to.equal('mct_2');
      expect(await Promise.all(asked)).to.deep.equal(['mct_2', 'mct_2']);
      const later = rejection(waiting.accessToken('ada', { refused: 'mct_2' }));
      await first.forget('ada');
      expect(await later).to.be.instanceOf(ReconnectRequiredError);
    });

    it('fails for everyone who waits in the same process, and tries anew for who comes later', async () => {
      const [first] = await keepers(memoryStore());
      const waiting = [first.accessToken('ada'), first.accessToken('ada')].map(rejection);
      (await connect.untilAsked(0)).reject(
        new MoneiConnectError('down', { code: 'network', endpoint: 'token' }),
      );
      for (const error of await Promise.all(waiting)) expect(error).to.have.property('code', 'network');
      const later = first.accessToken('ada');
      (await connect.untilAsked(1)).resolve(answer(2));
      expect(await later).to.equal('mct_2');
    });

    it('takes the pair of the process that was faster, where the lock was lost', async () => {
      const [first, second] = await keepers(storeWithLostLock());
      const slow = first.accessToken('ada');
      const slowPrompt = await connect.untilAsked(0);
      const fast = second.accessToken('ada');
      (await connect.untilAsked(1)).resolve(answer(2));
      expect(await fast).to.equal('mct_2');
      slowPrompt.reject(refusal());
      expect(await slow).to.equal('mct_2');
      expect(connect.asked).to.deep.equal(['mcr_1', 'mcr_1']);
    });

    it('does not write over a newer sign-in, where the lock was lost, and revokes what nobody keeps', async () => {
      const [first, second] = await keepers(storeWithLostLock());
      const slow = first.accessToken('ada');
      const prompt = await connect.untilAsked(0);
      await second.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
      prompt.resolve(answer(2));
      expect(await slow).to.equal('mct_new');
      expect(await second.accessToken('ada')).to.equal('mct_new');
      expect(connect.revoked).to.deep.equal(['mct_2']);
    });

    it('takes its own write for done whose answer was lost', async () => {
      const inner = memoryStore();
      let lost = 1;
      const store: TokenStore = {
        ...inner,
        async save(...args) {
          const saved = await inner.save(...args);
          if (args[2] && lost-- > 0) throw new Error('the answer was lost');
          return saved;
        },
      };
      const [keeper] = await keepers(store);
      const renewing = keeper.accessToken('ada');
      (await connect.untilAsked(0)).resolve(answer(2));
      expect(await renewing).to.equal('mct_2');
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
      expect(connect.revoked).to.deep.equal([]);
    });

    it('keeps a pair that two keepers were given at once, where the lock was lost', async () => {
      const [first, second] = await keepers(storeWithLostLock());
      const both = [first.accessToken('ada'), second.accessToken('ada')];
      (await connect.untilAsked(0)).resolve(answer(2));
      (await connect.untilAsked(1)).resolve(answer(2));
      expect(await Promise.all(both)).to.deep.equal(['mct_2', 'mct_2']);
      expect(connect.revoked).to.deep.equal([]);
    });

    it('lets the sign-in hold that was stored first, where two have lost their locks, and revokes the other', async () => {
      const inner = storeWithLostLock();
      const gate = deferred<void>();
      let slow = true;
      const store: TokenStore = {
        ...inner,
        async save(...args) {
          if (slow) {
            slow = false;
            await gate.promise;
          }
          return inner.save(...args);
        },
      };
      const keeper = new TokenKeeper({ connect, store, keys: false });
      const late = keeper.save('ada', signedIn);
      await keeper.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
      gate.resolve();
      await late;
      expect(await keeper.accessToken('ada')).to.equal('mct_new');
      expect(connect.revoked).to.deep.equal(['mct_1']);
    });

    it('revokes also the pair that took the place of the one to forget, where the lock was lost', async () => {
      const store = storeWithLostLock();
      const [first, second] = await keepers(store, signedIn);
      const revoking = deferred<void>();
      connect.revoke = async (token) => {
        connect.revoked.push(token);
        if (token === 'mct_1') await revoking.promise;
      };
      const forgetting = first.forget('ada');
      const renewing = second.accessToken('ada', { refused: 'mct_1' });
      (await connect.untilAsked(0)).resolve(answer(2));
      await renewing;
      revoking.resolve();
      await forgetting;
      expect(connect.revoked).to.deep.equal(['mct_1', 'mct_2']);
      expect(await store.load('ada')).to.equal(undefined);
    });

    it('gives up on a store that shows something else than what was written, instead of asking Monei without end', async () => {
      const inner = memoryStore();
      await new TokenKeeper({ connect, store: inner, keys: false }).save('ada', expired);
      const lagging = (await inner.load('ada')) ?? '';
      const keeper = new TokenKeeper({
        connect,
        store: { ...inner, load: async () => lagging },
        keys: false,
      });
      connect.refresh = async (token) => {
        connect.asked.push(token);
        return answer(connect.asked.length + 1);
      };
      await inner.delete('ada');
      expect(await rejection(keeper.accessToken('ada')))
        .to.have.property('message')
        .that.includes('change faster than they can be read');
      expect(connect.asked).to.have.lengthOf(3);
    });

    it('gives up on forgetting what never goes away, after three tries', async () => {
      const store: TokenStore = { ...memoryStore(), delete: async () => false };
      const keeper = new TokenKeeper({ connect, store, keys: false });
      await keeper.save('ada', signedIn);
      expect(await rejection(keeper.forget('ada')))
        .to.have.property('message')
        .that.includes('change faster than they can be read');
      expect(connect.revoked).to.deep.equal(['mct_1', 'mct_1', 'mct_1']);
    });

    it('keeps users apart who need new tokens at the same time', async () => {
      const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      await keeper.save('ada', expired);
      await keeper.save('bob', { ...expired, refreshToken: 'mcr_bob' });
      const both = [keeper.accessToken('ada'), keeper.accessToken('bob')];
      (await connect.untilAsked(0)).resolve(answer(2));
      (await connect.untilAsked(1)).resolve(answer(3));
      expect(await Promise.all(both)).to.deep.equal(['mct_2', 'mct_3']);
      expect(connect.asked).to.deep.equal(['mcr_1', 'mcr_bob']);
    });

    it('does not bring back what the user disconnected, where the lock was lost', async () => {
      const store = storeWithLostLock();
      const [first, second] = await keepers(store, signedIn);
      const slow = rejection(first.accessToken('ada', { refused: 'mct_1' }));
      const prompt = await connect.untilAsked(0);
      await second.forget('ada');
      prompt.resolve(answer(2));
      expect(await slow).to.be.instanceOf(ReconnectRequiredError);
      expect(await store.load('ada')).to.equal(undefined);
      expect(connect.revoked).to.deep.equal(['mct_1', 'mct_2']);
    });
  });

  describe('when Monei’s API refuses a token', () => {
    let connect: PromptedConnect;
    let keeper: TokenKeeper;

    beforeEach(async () => {
      connect = new PromptedConnect();
      keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
      await keeper.save('ada', signedIn);
    });

    it('refreshes it, once for all who say so', async () => {
      const asked = [1, 2, 3].map(() => keeper.accessToken('ada', { refused: 'mct_1' }));
      (await connect.untilAsked(0)).resolve(answer(2));
      expect(await Promise.all(asked)).to.deep.equal(['mct_2', 'mct_2', 'mct_2']);
      expect(connect.asked).to.deep.equal(['mcr_1']);
    });

    it('gives the newer one that is stored by now', async () => {
      expect(await keeper.accessToken('ada', { refused: 'mct_0' })).to.equal('mct_1');
      expect(connect.asked).to.deep.equal([]);
    });

    it('finds out that the user took the access back', async () => {
      const asked = rejection(keeper.accessToken('ada', { refused: 'mct_1' }));
      (await connect.untilAsked(0)).reject(refusal());
      expect(await asked).to.be.instanceOf(ReconnectRequiredError);
      expect(await keeper.scopes('ada')).to.deep.equal([]);
    });
  });

  describe('with a store or an app that does not do its part', () => {
    const connect = new PromptedConnect();

    it('does without what the lock should hand through', async () => {
      const store: TokenStore = {
        ...memoryStore(),
        async lock(_userId, fn) {
          await fn();
          return undefined as never;
        },
      };
      const keeper = new TokenKeeper({ connect, store, keys: false });
      await keeper.save('ada', expired);
      const renewing = keeper.accessToken('ada');
      (await connect.untilAsked(0)).resolve(answer(2));
      expect(await renewing).to.equal('mct_2');
    });

    it('gives what was done under a lock that could not be opened: it opens by itself', async () => {
      const inner = memoryStore();
      const store: TokenStore = {
        ...inner,
        async lock(userId, fn) {
          await inner.lock(userId, fn);
          throw new Error('not opened');
        },
      };
      const keeper = new TokenKeeper({ connect, store, keys: false });
      await keeper.save('ada', signedIn);
      expect(await keeper.accessToken('ada')).to.equal('mct_1');
    });

    it('passes on that there was no lock to be had', async () => {
      const store: TokenStore = { ...memoryStore(), lock: () => Promise.reject(new Error('no lock')) };
      const keeper = new TokenKeeper({ connect, store, keys: false });
      expect(await rejection(keeper.save('ada', signedIn))).to.have.property('message', 'no lock');
    });

    it('takes what it cannot read for a pair of somebody else', async () => {
      const inner = memoryStore();
      const store: TokenStore = {
        ...inner,
        async save(userId) {
          await inner.save(userId, 'something else');
          return false;
        },
      };
      const revoked: string[] = [];
      const revoking = {
        refresh: connect.refresh,
        revoke: async (token: string) => {
          revoked.push(token);
        },
      };
      await new TokenKeeper({ connect: revoking, store, keys: false }).save('ada', signedIn);
      expect(revoked).to.deep.equal(['mct_1']);
    });

    it('says so when the lock does nothing', async () => {
      const store: TokenStore = { ...memoryStore(), lock: async () => undefined as never };
      const error = await rejection(new TokenKeeper({ connect, store, keys: false }).save('ada', signedIn));
      expect(error)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes('`store.lock` must be a function that calls the one it is given, and waits for it.');
    });

    for (const told of [
      () => {
        throw new Error('told');
      },
      async () => {
        throw new Error('told');
      },
    ]) {
      it('forgets also when who is told of a revocation that failed fails', async () => {
        const store = memoryStore();
        const failing = { refresh: connect.refresh, revoke: () => Promise.reject(new Error('no')) };
        const keeper = new TokenKeeper({ connect: failing, store, onRevocationError: told, keys: false });
        await keeper.save('ada', signedIn);
        await keeper.forget('ada');
        expect(await store.load('ada')).to.equal(undefined);
      });
    }
  });

  describe('with keys', () => {
    it('stores nothing readable, and reads with old keys what they wrote', async () => {
      const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
      const store = memoryStore();
      const connect = new PromptedConnect();
      await new TokenKeeper({ connect, store, keys: [oldKey] }).save('ada', signedIn);
      expect(await store.load('ada')).to.not.match(/mc[rt]_|wallet/);
      const error = await rejection(new TokenKeeper({ connect, store, keys: [newKey] }).accessToken('ada'));
      expect(error).to.be.an('error').with.property('message').that.includes('none of the `keys` opens them');
      const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
      expect(await rotated.accessToken('ada')).to.equal('mct_1');
    });

    it('seals anew what it reads that an old key sealed, once, so that the old key can go', async () => {
      const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
      const inner = memoryStore();
      const connect = new PromptedConnect();
      const old = new TokenKeeper({ connect, store: inner, keys: [oldKey] });
      let writes = 0;
      const store: TokenStore = {
        ...inner,
        save(...args) {
          writes++;
          return inner.save(...args);
        },
      };
      const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
      const reads: [string, (userId: string) => Promise<unknown>][] = [
        ['ada', (userId) => rotated.accessToken(userId)],
        ['bob', (userId) => rotated.scopes(userId)],
      ];
      for (const [userId, read] of reads) {
        await old.save(userId, signedIn);
        writes = 0;
        await Promise.all([read(userId), read(userId), read(userId)]);
        await read(userId);
        expect(writes).to.equal(1);
        const without = new TokenKeeper({ connect, store, keys: [newKey] });
        expect(await without.accessToken(userId)).to.equal('mct_1');
      }
    });

    it('seals anew for every user who is read at the same time, whichever process reads them', async () => {
      const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
      const inner = memoryStore();
      const connect = new PromptedConnect();
      const written: string[] = [];
      const store: TokenStore = {
        ...inner,
        save(userId, ...args) {
          written.push(userId);
          return inner.save(userId, ...args);
        },
      };
      const old = new TokenKeeper({ connect, store: inner, keys: [oldKey] });
      for (const userId of ['ada', 'bob']) await old.save(userId, signedIn);
      const processes = [1, 2].map(() => new TokenKeeper({ connect, store, keys: [newKey, oldKey] }));
      await Promise.all(processes.flatMap((one) => ['ada', 'bob'].map((userId) => one.accessToken(userId))));
      expect(written.sort()).to.deep.equal(['ada', 'bob']);
    });

    it('takes no lock to read what needs no change', async () => {
      const connect = new PromptedConnect();
      const inner = memoryStore();
      const keys = [randomBytes(32)];
      await new TokenKeeper({ connect, store: inner, keys }).save('ada', signedIn);
      let locks = 0;
      const store: TokenStore = {
        ...inner,
        lock(...args) {
          locks++;
          return inner.lock(...args);
        },
      };
      await new TokenKeeper({ connect, store, keys }).accessToken('ada');
      expect(locks).to.equal(0);
    });

    it('gives tokens out that it cannot seal anew', async () => {
      const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
      const inner = memoryStore();
      const connect = new PromptedConnect();
      await new TokenKeeper({ connect, store: inner, keys: [oldKey] }).save('ada', signedIn);
      const store: TokenStore = { ...inner, save: () => Promise.reject(new Error('read-only')) };
      const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
      expect(await rotated.accessToken('ada')).to.equal('mct_1');
    });

    it('does not seal anew over what happened meanwhile', async () => {
      const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
      for (const meanwhile of ['forget', 'save'] as const) {
        const inner = memoryStore();
        const connect = new PromptedConnect();
        await new TokenKeeper({ connect, store: inner, keys: [oldKey] }).save('ada', signedIn);
        const other = new TokenKeeper({ connect, store: inner, keys: [newKey, oldKey] });
        const store: TokenStore = {
          ...inner,
          async lock(userId, fn) {
            if (meanwhile === 'forget') await other.forget(userId);
            else await other.save(userId, { ...signedIn, accessToken: 'mct_new' });
            return inner.lock(userId, fn);
          },
        };
        const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
        expect(await rotated.accessToken('ada')).to.equal('mct_1');
        const left = await other.accessToken('ada').catch(({ code }) => code);
        expect(left).to.equal(meanwhile === 'forget' ? 'reconnect_required' : 'mct_new');
      }
    });

    it('reads what an earlier version stored, and stores it as this one does', async () => {
      const connect = new PromptedConnect();
      const store = memoryStore();
      const key = Buffer.alloc(32, 7);
      const before =
        '1.mKxzNoI0TuwihRopb0BXBGkountCRA70m72cIAWZBt5MCMNoUQgPHVMaYwFB8uuEHyeBUuGplBFjIDwrlmPUnAzr2vYKHJJSZqzJsnIPiPK7jTb87V6aSjKJVqGikwHeCod50_z4JNv2I5oPuw3hur7hlTILNivrfjK2SLrc3dPugwhMZ_chXIZb7lnZjOsPX3598xq7RQ';
      await store.save('ada', before);
      const keeper = new TokenKeeper({ connect, store, keys: [key] });
      expect(await keeper.accessToken('ada')).to.equal('mct_access');
      expect(await store.load('ada')).to.match(/^2\./);
      expect(await keeper.scopes('ada')).to.deep.equal(['profile:read', 'wallet:read']);
    });

    it('does not take the tokens of one user for those of another', async () => {
      const store = memoryStore();
      const keeper = new TokenKeeper({ connect: new PromptedConnect(), store, keys: [randomBytes(32)] });
      await keeper.save('ada', signedIn);
      await store.save('bob', (await store.load('ada')) ?? '');
      expect(await rejection(keeper.accessToken('bob')))
        .to.have.property('message')
        .that.includes("can't be read");
      expect(await rejection(keeper.scopes('bob'))).to.be.an('error');
    });
  });

  describe('given something wrong', () => {
    const connect = new PromptedConnect();
    const store = memoryStore();
    const keeper = new TokenKeeper({ connect, store, keys: false });

    const options: [string, unknown, string][] = [
      ['no options', undefined, '`connect` must be an object with `refresh`, `revoke`.'],
      ['no connect', { store }, '`connect` must be an object with `refresh`, `revoke`.'],
      [
        'a connect that can not revoke',
        { connect: { refresh() {} }, store },
        '`connect` must be an object with `refresh`, `revoke`.',
      ],
      ['no store', { connect }, '`store` must be an object with `load`, `save`, `delete`, `lock`.'],
      [
        'a store without a lock',
        { connect, store: { ...store, lock: undefined } },
        '`store` must be an object with `load`, `save`, `delete`, `lock`.',
      ],
      [
        'a callback that is none',
        { connect, store, onRevocationError: 'log' },
        '`onRevocationError` must be a function.',
      ],
      [
        'an option that is not there',
        { connect, store, keys: false, onRevokeError() {} },
        'TokenKeeper has no option `onRevokeError`, only connect, store, keys, ',
      ],
      ['no word on keys', { connect, store }, '`keys` must be a list of buffers'],
      [
        'keys and no client ID',
        { connect: { refresh() {}, revoke() {} }, store, keys: [randomBytes(32)] },
        '`connect.clientID`',
      ],
      ['keys of the wrong length', { connect, store, keys: [Buffer.alloc(16)] }, '`keys`'],
    ];
    for (const [what, wrong, name] of options) {
      it(`refuses ${what}, and names it`, () => {
        expect(() => new TokenKeeper(wrong as TokenKeeperOptions)).to.throw(TypeError, name);
      });
    }

    const text = (name: string) =>
      `\`${name}\` must be a string that is not empty, as a sign-in or Monei's token answer gives it.`;
    const SECONDS = '`expiresIn` must be a number of seconds, if it is given.';
    const SCOPES =
      '`scopes` must be a list of strings, unless `grant` is given: `profile.grant` in a verify function.';
    const tokens: [string, unknown, string][] = [
      ['no tokens', undefined, text('accessToken')],
      ['no access token', { ...signedIn, accessToken: '' }, text('accessToken')],
      ['no refresh token', { ...signedIn, refreshToken: undefined }, text('refreshToken')],
      ['a life of no number', { ...signedIn, expiresIn: '3600' }, SECONDS],
      ['a life without end', { ...signedIn, expiresIn: Number.POSITIVE_INFINITY }, SECONDS],
      ['a life of more than JavaScript can count', { ...signedIn, expiresIn: 1e15 }, SECONDS],
      ['a life beyond all time', { ...signedIn, expiresIn: Number.MAX_VALUE }, SECONDS],
      [
        'an end that is no time',
        { ...signedIn, expiresAt: new Date('soon') },
        '`expiresAt` must be a valid Date, if it is given.',
      ],
      ['scopes in a string', { ...signedIn, scopes: 'wallet:read' }, SCOPES],
      ['scopes of which one is no string', { ...signedIn, scopes: ['wallet:read', 1] }, SCOPES],
      ['neither scopes nor a grant', { ...signedIn, scopes: undefined }, SCOPES],
      ['a grant of nothing', { ...signedIn, scopes: undefined, grant: {} }, SCOPES],
      ['scopes of no strings', { ...signedIn, scopes: [1] }, SCOPES],
    ];
    for (const [what, wrong, name] of tokens) {
      it(`refuses to save ${what}, and says nothing of the others`, async () => {
        const error = await rejection(keeper.save('ada', wrong as typeof signedIn));
        expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes(name);
        expect(everythingIn(error)).to.not.match(/mc[rt]_/);
        expect(await store.load('ada')).to.equal(undefined);
      });
    }

    for (const userId of [undefined, null, '', 7, {}, 'a\ud800'] as string[]) {
      it(`refuses the user ${JSON.stringify(userId)}: all who have no id would share their tokens`, async () => {
        const calls = [
          keeper.save(userId, signedIn),
          keeper.scopes(userId),
          keeper.accessToken(userId),
          keeper.forget(userId),
        ];
        for (const call of calls) {
          expect(await rejection(call))
            .to.be.instanceOf(TypeError)
            .with.property('message')
            .that.includes(
              '`userId` must be a string of whole characters that is not empty. Check where it comes from.',
            );
        }
      });
    }
  });
});
