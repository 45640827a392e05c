import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MONEI_SCOPES } from '../../../src/scopes/catalogue.js';
import type { MoneiAuthenticateOptions } from '../../../src/strategy/options.js';
import {
  accountHash,
  type PendingAuthorization,
  strategyHash,
} from '../../../src/strategy/pending/pending-sign-in.js';
import { keepOthersThroughLogin, SessionStore } from '../../../src/strategy/pending/session-store.js';

const KEY = 'oauth2:monei.cc';
const strategy = {
  name: 'monei',
  _oauth2: { _clientId: 'mc_1' },
  _callbackURL: 'https://app.example/cb',
  _asked: { required: ['wallet:read'] },
};
const OURS = strategyHash(strategy as never);

const pending: PendingAuthorization = {
  requested: ['profile:read', 'wallet:read'],
  required: ['profile:read'],
  callbackURL: 'https://app.example.com/auth/monei/callback',
  strategy: OURS,
};
type Request = { session: Record<string, unknown> };
const newRequest = (session: Record<string, unknown> = {}): Request => ({ session });
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const store = new SessionStore(KEY);

function start(req: object, what: Partial<PendingAuthorization> = {}, verifier?: string): string {
  return store.keep(req, { ...pending, ...what, ...(verifier !== undefined && { verifier }) });
}

function finish(req: object, state: string): { ok: boolean | string; pending?: object; reason?: string } {
  const taken = store.take(req, state, OURS);
  if ('reason' in taken) return { ok: false, reason: taken.reason };
  const { verifier, ...pending } = taken;
  return { ok: verifier ?? true, pending };
}

/** What happens on a login of `account`, to a session that is kept by `kept`. */
function keepThroughLogin(
  req: object,
  account: string | null = 'ada',
  kept: SessionStore = store,
  options: MoneiAuthenticateOptions = {},
): void {
  keepOthersThroughLogin(kept, OURS, req, account ?? undefined, options);
}

/** The session as it comes back from a store, in the next request. */
const nextRequest = (req: Request): Request => newRequest(JSON.parse(JSON.stringify(req.session)));

describe('SessionStore', () => {
  it('gives back what it was given, once', () => {
    const req = newRequest();
    const state = start(req, { state: { returnTo: '/wallet' } });
    const back = nextRequest(req);
    expect(finish(back, state)).to.deep.equal({
      ok: true,
      pending: { ...pending, state: { returnTo: '/wallet' } },
    });
    expect(finish(nextRequest(back), state).ok).to.equal(false);
  });

  it('gives a sign-in to one of two requests that come at the same moment', () => {
    const req = newRequest();
    const state = start(req);
    const [one, two] = [nextRequest(req), nextRequest(req)];
    expect([finish(one, state).ok, finish(two, state).reason]).to.deep.equal([true, 'unknown']);
  });

  it('remembers the last thousand states that were taken, and forgets them some day', () => {
    const req = newRequest();
    const first = start(req);
    const copy = nextRequest(req);
    finish(req, first);
    const takeOthers = (count: number) => {
      for (let i = 0; i < count; i++) {
        const other = newRequest();
        finish(other, start(other));
      }
    };
    takeOthers(1000);
    expect(finish(copy, first).reason).to.equal('unknown');
    takeOthers(1000);
    expect(finish(copy, first).ok).to.equal(true);
  });

  it('[S2] makes states of at least 128 random bits', () => {
    const states = Array.from({ length: 200 }, () => start(newRequest()));
    expect(new Set(states)).to.have.lengthOf(200);
    for (const state of states) expect(Buffer.from(state, 'base64url')).to.have.lengthOf.at.least(16);
  });

  for (const state of [null, false, 0, '', 'text', ['a', 1], { deep: { er: [null] } }]) {
    it(`carries any JSON value of the app: ${JSON.stringify(state)}`, () => {
      const req = newRequest();
      const handle = start(req, { state });
      expect(finish(nextRequest(req), handle).pending).to.deep.equal({ ...pending, state });
    });
  }

  it('tells the required scopes from the others, also among more than ten', () => {
    const requested = Array.from({ length: 13 }, (_, place) => `scope:${place}`);
    const asked = { requested, required: ['scope:10', 'scope:12'] };
    const req = newRequest();
    const state = start(req, asked);
    expect(finish(nextRequest(req), state).pending).to.deep.equal({ ...pending, ...asked });
  });

  it('does not let expired sign-ins take the place of others', () => {
    const clock = FakeTimers.install({ toFake: ['Date'] });
    try {
      const req = newRequest();
      for (let i = 0; i < 10; i++) start(req);
      clock.tick(60 * 60 * 1000);
      const state = start(req);
      expect(bytes(req.session)).to.be.below(400);
      expect(finish(req, state).ok).to.equal(true);
    } finally {
      clock.uninstall();
    }
  });

  const all = Object.keys(MONEI_SCOPES);
  const everything = { requested: all, required: all };
  const verifier = 'v'.repeat(43);

  it('has room for ten that ask for everything, require everything and use PKCE', () => {
    const req = newRequest();
    const states = Array.from({ length: 10 }, () => start(req, everything, verifier));
    const back = nextRequest(req);
    for (const state of states) {
      expect(finish(back, state)).to.deep.equal({ ok: verifier, pending: { ...pending, ...everything } });
    }
  });

  /** The session as a cookie, with someone logged in. */
  const cookieOf = ({ session }: Request) => {
    const json = JSON.stringify({ ...session, passport: { user: '64b7f0c2a1d94e0012ab34cd' } });
    return `session=${Buffer.from(json).toString('base64')}; path=/; httponly`;
  };

  const crowds: Record<string, Partial<PendingAuthorization>> = {
    'ask for everything': everything,
    'bring a state of their own, too': { ...everything, state: { returnTo: `/${'x'.repeat(200)}` } },
  };
  for (const [what, asked] of Object.entries(crowds)) {
    it(`leaves room for a login in a session that is a cookie, when thirty sign-ins ${what}`, () => {
      const req = newRequest();
      const states = Array.from({ length: 30 }, () => start(req, asked, verifier));
      expect(cookieOf(req)).to.have.lengthOf.at.most(4096);
      const newest = states.slice(-3).map((state) => finish(req, state).ok);
      expect(newest).to.deep.equal([verifier, verifier, verifier]);
    });
  }

  it('refuses a sign-in before it is too large for a cookie', () => {
    let req = newRequest();
    let largest = '';
    const grow = () => {
      for (let length = 2000; ; length++) {
        req = newRequest();
        start(req, { state: 'x'.repeat(length) });
        largest = cookieOf(req);
      }
    };
    expect(grow).to.throw(TypeError, /state.*session/);
    expect(largest).to.have.lengthOf.within(3900, 4096);
    expect(req.session).to.deep.equal({});
  });

  for (const state of ['', 'unknown', '__proto__', 'constructor', 'toString', 'pending', '0', 'length']) {
    it(`knows no state ${JSON.stringify(state)}`, () => {
      const req = newRequest();
      const known = start(req);
      expect(finish(req, state).ok).to.equal(false);
      expect(finish(req, known).ok).to.equal(true);
    });
  }

  it('leaves alone what others keep in the session, under the same key even', () => {
    const req = newRequest({ user: 7, [KEY]: { state: 'of another strategy' } });
    const state = start(req);
    expect(req.session).to.deep.include({ user: 7 });
    finish(req, state);
    expect(req.session).to.deep.equal({ user: 7, [KEY]: { state: 'of another strategy' } });
  });

  const wellFormed: unknown[] = ['h', 9e15, 'a', '', '', '', OURS, ''];

  it('takes what has the right shape for a sign-in', () => {
    const entry = wellFormed.with(0, 'well-formed');
    expect(finish(newRequest({ [KEY]: { pending: [entry] } }), 'well-formed').ok).to.equal(true);
  });

  const odd: [name: string, slot: unknown][] = [
    ['a text', 'x'],
    ['a number', 7],
    ['null', null],
    ['a list', [wellFormed]],
    ['entries that are no list', { pending: { 0: wellFormed } }],
    ['entries of every kind', { pending: [null, 7, 'h', [], ['h'], { handle: 'h', expires: 9e15 }] }],
    ['an entry that is too short', { pending: [wellFormed.slice(0, 7)] }],
    ...['handle', 'expires', 'requested', 'required', 'callbackURL', 'verifier', 'strategy', 'account'].map(
      (what, place): [string, unknown] => [
        `an entry whose ${what} has the wrong type`,
        { pending: [wellFormed.with(place, ['h'])] },
      ],
    ),
  ];
  for (const [name, slot] of odd) {
    it(`takes a session that holds ${name} for empty`, () => {
      const req = newRequest({ [KEY]: slot });
      expect(finish(req, 'h').ok).to.equal(false);
      const state = start(req);
      expect(req.session[KEY]).to.have.property('pending').with.lengthOf(1);
      expect(finish(nextRequest(req), state).ok).to.equal(true);
    });
  }

  for (const [name, req] of Object.entries({
    'no session': {},
    'a session that is null': { session: null },
    'a session that is a text': { session: 'x' },
  })) {
    it(`says what is missing when there is ${name}`, () => {
      expect(() => start(req)).to.throw(/session middleware/);
      expect(() => finish(req, 'h')).to.throw(/session middleware/);
    });
  }

  describe('through a login that regenerates the session', () => {
    /** A session as express-session makes them: `regenerate` puts an empty one in its place. */
    function regenerating(req: Request): void {
      Object.setPrototypeOf(req.session, {
        regenerate(done: (error?: unknown) => void) {
          req.session = {};
          done();
        },
      });
    }
    const regenerate = (req: Request, done: () => void) =>
      (req.session as { regenerate?: (done: () => void) => void }).regenerate?.(done);

    it('keeps what is still pending, and nothing else', () => {
      const req = newRequest({ secret: 'of the old session' });
      const [one, two] = [start(req), start(req)];
      regenerating(req);
      finish(req, one);
      keepThroughLogin(req);
      let called = 0;
      regenerate(req, () => called++);
      expect(called).to.equal(1);
      expect(Object.keys(req.session)).to.deep.equal([KEY]);
      expect(finish(req, one).ok).to.equal(false);
      expect(finish(req, two).ok).to.equal(true);
    });

    it('keeps nothing of other providers and other strategies: somebody may have planted it', () => {
      const req = newRequest({
        'oauth2:accounts.google.com': { state: { handle: 'h', code_verifier: 'v' } },
        oauth: { oauth_token: 't', oauth_token_secret: 's' },
        [KEY]: { state: 'of passport-oauth2, at the same host' },
      });
      start(req, { strategy: 'other' });
      regenerating(req);
      keepThroughLogin(req);
      regenerate(req, () => {});
      expect(req.session).to.deep.equal({});
    });

    it('ties what it keeps to the account that logged in, and drops what is tied to another', () => {
      const req = newRequest();
      const [one, two] = [start(req), start(req)];
      regenerating(req);
      keepThroughLogin(req, 'ada');
      regenerate(req, () => {});
      expect(finish(req, one).pending).to.include({ account: accountHash('ada') });
      regenerating(req);
      keepThroughLogin(req, 'obi');
      regenerate(req, () => {});
      expect(finish(req, two).reason).to.equal('no_cookie');
    });

    it('ties them in the old session too, for apps that merge it into the new one', () => {
      const req = newRequest();
      const state = start(req);
      regenerating(req);
      const { session } = req;
      keepThroughLogin(req);
      regenerate(req, () => {});
      expect(finish(newRequest(session), state).pending).to.include({ account: accountHash('ada') });
    });

    it('keeps nothing without an account', () => {
      const req = newRequest();
      start(req);
      regenerating(req);
      keepThroughLogin(req, null);
      regenerate(req, () => {});
      expect(req.session).to.deep.equal({});
    });

    it('keeps its own under any key', () => {
      const own = new SessionStore('signing in');
      const req = newRequest();
      const state = own.keep(req, pending);
      regenerating(req);
      keepThroughLogin(req, 'ada', own);
      regenerate(req, () => {});
      expect(own.take(req, state, OURS)).to.include({ account: accountHash('ada') });
    });

    it('keeps nothing that only looks like it', () => {
      const req = newRequest({
        oauth: { accessToken: 'of the app', user: 7 },
        'oauth2:example.com': { note: 'of the app' },
        'oauth2:text': 'state',
        'oauth2:list': ['state'],
        oauth2: { state: 'x' },
        oauthed: { state: 'x' },
        'my oauth2:': { state: 'x' },
        passport: { user: 7, state: 'x' },
        state: { state: 'x' },
      });
      regenerating(req);
      const state = start(req);
      Object.assign(req.session[KEY] ?? {}, { note: 'of the app' });
      keepThroughLogin(req);
      regenerate(req, () => {});
      expect(Object.keys(req.session)).to.deep.equal([KEY]);
      expect(req.session[KEY]).to.have.all.keys('pending');
      expect(finish(req, state).ok).to.equal(true);
    });

    it('does so for this login only', () => {
      const req = newRequest();
      start(req);
      regenerating(req);
      const { session } = req;
      keepThroughLogin(req);
      regenerate(req, () => {});
      req.session = session;
      regenerate(req, () => {});
      expect(req.session).to.deep.equal({});
    });

    it('passes on an error of the session store, and keeps nothing then', () => {
      const boom = new Error('store is down');
      const req = newRequest();
      start(req);
      Object.setPrototypeOf(req.session, {
        regenerate(done: (error?: unknown) => void) {
          req.session = {};
          done(boom);
        },
      });
      keepThroughLogin(req);
      let passed: unknown;
      (req.session as { regenerate?: (done: (error?: unknown) => void) => void }).regenerate?.((error) => {
        passed = error;
      });
      expect(passed).to.equal(boom);
      expect(req.session).to.deep.equal({});
    });

    it('does nothing where nothing is pending, or there is no way to regenerate', () => {
      for (const req of [newRequest(), { session: { regenerate: 7 } }]) {
        const before = JSON.stringify(req);
        keepThroughLogin(req);
        expect(JSON.stringify(req)).to.equal(before);
      }
    });
  });

  describe('through a login after which the session stays', () => {
    /** The session as it comes back from a store that, as @fastify/secure-session, saves only what is set anew. */
    function saved(req: Request, change: () => void): Request {
      const stored = JSON.parse(JSON.stringify(req.session));
      const { session } = req;
      req.session = new Proxy(session, {
        set: (target, key, value) => {
          stored[key] = JSON.parse(JSON.stringify(value));
          return Reflect.set(target, key, value);
        },
      });
      change();
      return newRequest(stored);
    }

    it('ties its own to the account that logged in, and leaves those of other strategies as they are', () => {
      const req = newRequest();
      const [own, others] = [start(req), start(req, { strategy: 'other' })];
      const next = saved(req, () => keepThroughLogin(req));
      expect(store.take(nextRequest(next), others, 'other')).to.not.have.property('account');
      expect(finish(next, own).pending).to.include({ account: accountHash('ada') });
    });

    it('drops what is tied to another account, and what has expired', () => {
      const clock = FakeTimers.install({ toFake: ['Date'] });
      try {
        const req = newRequest();
        const old = start(req);
        clock.tick(30 * 60 * 1000);
        const tied = start(req);
        const ofAda = saved(req, () => keepThroughLogin(req));
        const ofNobody = start(ofAda);
        clock.tick(31 * 60 * 1000);
        const next = saved(ofAda, () => keepThroughLogin(ofAda, 'obi'));
        expect(finish(nextRequest(next), old).reason).to.equal('unknown');
        expect(finish(nextRequest(next), tied).reason).to.equal('unknown');
        expect(finish(next, ofNobody).pending).to.include({ account: accountHash('obi') });
      } finally {
        clock.uninstall();
      }
    });

    it('ties nothing where nobody logs in: in passport.authorize(), and with `session: false`', () => {
      for (const options of [{ assignProperty: 'account' }, { session: false }]) {
        const req = newRequest();
        const state = start(req);
        keepThroughLogin(req, 'ada', store, options);
        expect(finish(req, state).pending).to.not.have.property('account');
      }
    });
  });
});
