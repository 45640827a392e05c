import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MONEI_SCOPES } from '../../../src/scopes/catalogue.js';
import type { PendingSignIn } from '../../../src/strategy/pending/pending-sign-in.js';
import { SessionStore } from '../../../src/strategy/pending/session-store.js';

const KEY = 'oauth2:monei.cc';

const pending: PendingSignIn = {
  requested: ['profile:read', 'wallet:read'],
  required: ['wallet:read'],
  callbackURL: 'https://app.example.com/auth/monei/callback',
  strategy: 'strategy',
  user: 'hash-of-user',
};
type Request = { session: Record<string, unknown> };
const newRequest = (session: Record<string, unknown> = {}): Request => ({ session });
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const store = new SessionStore(KEY);

function start(req: object, what: Partial<PendingSignIn> = {}, verifier?: string): string {
  return store.add(req, { ...pending, ...what, ...(verifier !== undefined && { verifier }) });
}

function finish(req: object, state: string): { ok: boolean | string; pending?: object; reason?: string } {
  const taken = store.take(req, state, () => undefined);
  if ('reason' in taken) return { ok: false, reason: taken.reason };
  const { verifier, ...pending } = taken;
  return { ok: verifier ?? true, pending };
}

/** Returns the next request, whose session was serialized and parsed by a store. */
const nextRequest = (req: Request): Request => newRequest(JSON.parse(JSON.stringify(req.session)));

describe('SessionStore', () => {
  it('returns a pending sign-in once', () => {
    const req = newRequest();
    const state = start(req, { state: { returnTo: '/wallet' } });
    const back = nextRequest(req);
    expect(finish(back, state)).to.deep.equal({
      ok: true,
      pending: { ...pending, state: { returnTo: '/wallet' } },
    });
    expect(finish(nextRequest(back), state).ok).to.equal(false);
  });

  it('returns a sign-in to only one of two simultaneous requests', () => {
    const req = newRequest();
    const state = start(req);
    const [one, two] = [nextRequest(req), nextRequest(req)];
    expect([finish(one, state).ok, finish(two, state).reason]).to.deep.equal([true, 'unknown']);
  });

  it('returns a sign-in to only one of two strategies with equal options', () => {
    const req = newRequest();
    const state = start(req);
    const copy = nextRequest(req);
    expect(finish(req, state).ok).to.equal(true);
    const taken = new SessionStore(KEY).take(copy, state, () => undefined);
    expect(taken).to.deep.equal({ reason: 'unknown' });
  });

  it('remembers the last thousand used states', () => {
    const req = newRequest();
    const first = start(req);
    const copy = nextRequest(req);
    finish(req, first);
    for (let i = 0; i < 1000; i++) {
      const other = newRequest();
      finish(other, start(other));
    }
    expect(finish(copy, first).reason).to.equal('unknown');
  });

  it('remembers at most ten thousand used states', () => {
    const own = new SessionStore(KEY);
    const takeOnce = () => {
      const req = newRequest();
      const state = own.add(req, pending);
      const copy = nextRequest(req);
      own.take(req, state, () => undefined);
      return () => own.take(copy, state, () => undefined);
    };
    const [first, second] = [takeOnce(), takeOnce()];
    for (let i = 0; i < 9_999; i++) takeOnce();
    expect(second()).to.deep.equal({ reason: 'unknown' });
    expect(first()).to.not.have.property('reason');
  });

  it('forgets a used state when its sign-in would have expired', () => {
    const clock = FakeTimers.install({ toFake: ['Date'] });
    try {
      const own = new SessionStore(KEY);
      const takeIn = (req: Request, state: string) => own.take(req, state, () => undefined);
      const req = newRequest();
      const state = own.add(req, pending);
      // The browser can change the expiry in an unsigned cookie.
      const entries = (req.session[KEY] as { pending: { expires: number }[] }).pending;
      for (const entry of entries) entry.expires = Number.MAX_VALUE;
      const copies = [nextRequest(req), nextRequest(req)] as const;
      const useAnother = () => {
        const other = newRequest();
        takeIn(other, own.add(other, pending));
      };
      takeIn(req, state);
      clock.tick(60 * 60 * 1000 - 1);
      useAnother();
      expect(takeIn(copies[0], state)).to.deep.equal({ reason: 'unknown' });
      clock.tick(1);
      useAnother();
      expect(takeIn(copies[1], state)).to.not.have.property('reason');
    } finally {
      clock.uninstall();
    }
  });

  it('leaves a sign-in usable if the caller refuses it', () => {
    const req = newRequest();
    const state = start(req);
    const seen: PendingSignIn[] = [];
    const refuse = (one: PendingSignIn) => {
      seen.push(one);
      return { reason: 'other_route' as const };
    };
    expect(store.take(req, state, refuse)).to.deep.equal({ reason: 'other_route' });
    expect(seen).to.deep.equal([pending]);
    expect(finish(nextRequest(req), state).ok).to.equal(true);
  });

  it('stores no empty fields', () => {
    const req = newRequest();
    start(req, { required: [], user: '' });
    const [entry] = (req.session[KEY] as { pending: object[] }).pending;
    expect(entry).to.have.all.keys('handle', 'expires', 'scope', 'callbackURL', 'strategy');
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

  it('tells required scopes from others, also among more than ten', () => {
    const requested = Array.from({ length: 13 }, (_, place) => `scope:${place}`);
    const asked = { requested, required: ['scope:10', 'scope:12'] };
    const req = newRequest();
    const state = start(req, asked);
    expect(finish(nextRequest(req), state).pending).to.deep.equal({ ...pending, ...asked });
  });

  it('does not count expired sign-ins', () => {
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
  const everything = { requested: all, required: all.slice(1) };
  const verifier = 'v'.repeat(43);

  for (const [count, asked] of [
    [5, everything],
    [10, { ...pending, user: '', callbackURL: 'https://app.example/cb', state: { tab: ['send'] } }],
  ] as const) {
    it(`has room for ${count} with PKCE that request ${asked.requested.length} scopes`, () => {
      const req = newRequest();
      const states = Array.from({ length: count }, () => start(req, asked, verifier));
      const back = nextRequest(req);
      for (const state of states) {
        expect(finish(back, state)).to.deep.equal({ ok: verifier, pending: { ...pending, ...asked } });
      }
    });
  }

  it('accepts a sign-in of any size without a state of the app, and drops the others', () => {
    const req = newRequest();
    const other = start(req);
    const large = start(req, { callbackURL: `https://app.example.com/${'x'.repeat(3000)}` });
    expect(finish(req, other).reason).to.equal('unknown');
    expect(finish(req, large).ok).to.equal(true);
  });

  /** Returns the session as a cookie, with a user who is logged in. */
  const cookieOf = ({ session }: Request) => {
    const json = JSON.stringify({ ...session, passport: { user: '64b7f0c2a1d94e0012ab34cd' } });
    return `session=${Buffer.from(json).toString('base64')}; path=/; httponly`;
  };

  const crowds: Record<string, Partial<PendingSignIn>> = {
    'ask for everything': everything,
    'bring a state of their own, too': { ...everything, state: { returnTo: `/${'x'.repeat(200)}` } },
  };
  for (const [what, asked] of Object.entries(crowds)) {
    it(`leaves room for a login in a session cookie if thirty sign-ins ${what}`, () => {
      const req = newRequest();
      const states = Array.from({ length: 30 }, () => start(req, asked, verifier));
      expect(cookieOf(req)).to.have.lengthOf.at.most(4096);
      const newest = states.slice(-3).map((state) => finish(req, state).ok);
      expect(newest).to.deep.equal([verifier, verifier, verifier]);
    });
  }

  it('refuses a sign-in that would not fit into a cookie', () => {
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
    it(`refuses the state ${JSON.stringify(state)} as unknown`, () => {
      const req = newRequest();
      const known = start(req);
      expect(finish(req, state).ok).to.equal(false);
      expect(finish(req, known).ok).to.equal(true);
    });
  }

  it('does not change data of others in the session, not even under the same key', () => {
    const req = newRequest({ user: 7, [KEY]: { state: 'of another strategy' } });
    const state = start(req);
    expect(req.session).to.deep.include({ user: 7 });
    finish(req, state);
    expect(req.session).to.deep.equal({ user: 7, [KEY]: { state: 'of another strategy' } });
  });

  const wellFormed = {
    handle: 'h',
    expires: 9e15,
    scope: 'a',
    required: '',
    callbackURL: '',
    strategy: '',
    user: '',
    verifier: '',
  };

  it('accepts an entry of the right shape', () => {
    const entry = { ...wellFormed, handle: 'well-formed' };
    expect(finish(newRequest({ [KEY]: { pending: [entry] } }), 'well-formed').ok).to.equal(true);
  });

  const odd: [name: string, slot: unknown][] = [
    ['a string', 'x'],
    ['a number', 7],
    ['null', null],
    ['a list', [wellFormed]],
    ['entries that are not a list', { pending: { 0: wellFormed } }],
    ['entries of every kind', { pending: [null, 7, 'h', [], ['h'], { handle: 'h', expires: 9e15 }] }],
    ...Object.keys(wellFormed).map((field): [string, unknown] => [
      `an entry whose ${field} has the wrong type`,
      { pending: [{ ...wellFormed, [field]: ['h'] }] },
    ]),
  ];
  for (const [name, slot] of odd) {
    it(`treats a session that holds ${name} as empty`, () => {
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
    it(`throws an error that explains what is missing if there is ${name}`, () => {
      expect(() => start(req)).to.throw(/session middleware/);
      expect(() => finish(req, 'h')).to.throw(/session middleware/);
    });
  }
});
