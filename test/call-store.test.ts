import { expect } from 'chai';
import { checkCapacity, redeemPending, storePending } from '../src/call-store.js';
import type { MoneiStateStore } from '../src/passport-oauth2.js';

const meta = {
  authorizationURL: 'https://monei.cc/connect/authorize',
  tokenURL: 'https://api.monei.cc/api/v1/connect/token',
  clientID: 'mc_client',
  callbackURL: 'https://app.example.com/callback',
};
const fallback = { requested: ['profile:read', 'wallet:read'], required: ['profile:read'] };
const pending = { ...fallback, callbackURL: meta.callbackURL };
type Verify = (req: object, state: string, done: (...answer: unknown[]) => void) => unknown;

/** A store of an app's, of the shortest form: `(req, done)` and `(req, state, done)`. */
function storeOf(given: unknown, verify: Verify = () => {}): MoneiStateStore {
  return {
    store: (_req: object, done: (...answer: unknown[]) => void) => done(null, given),
    verify: (req: object, state: string, done: (...answer: unknown[]) => void) => verify(req, state, done),
  } as MoneiStateStore;
}

/** What the sign-in with `state` gets from a store that answers like this. */
function redeemed(state: string, ...answer: unknown[]): unknown[] {
  let given: unknown[] = [];
  const store = storeOf('', (_req, _state, done) => done(...answer));
  redeemPending(store, {}, state, meta, fallback, (...result) => {
    given = result;
  });
  return given;
}

describe('checkCapacity', () => {
  it('says which form of store a sign-in with options of its own needs', () => {
    expect(() => checkCapacity(storeOf(''), { state: true, verifier: false })).to.throw(
      TypeError,
      /^passport-monei: `scope`, `requiredScopes`, `callbackURL` and `state` of a single sign-in need a `store` that remembers them: `store.store` must take \(req, state, meta, done\), and `store.verify` give that state back\.$/,
    );
  });
});

describe('storePending', () => {
  const stored = (store: MoneiStateStore, own = false) => {
    return new Promise<unknown[]>((resolve) => {
      storePending(store, {}, undefined, pending, meta, own, (...answer) => resolve(answer));
    });
  };

  it('hands on the state that the store made', async () => {
    expect(await stored(storeOf('random'))).to.deep.equal([null, 'random']);
    expect(await stored(storeOf('random'), true)).to.deep.equal([null, 'random~own']);
  });

  for (const given of ['', undefined, null, 7, { state: 'random' }]) {
    it(`refuses ${JSON.stringify(given)} for a state`, async () => {
      const [error, state] = await stored(storeOf(given));
      expect(error)
        .to.be.an('error')
        .with.property(
          'message',
          'passport-monei: `store.store` gave no state: call `done(null, state)` with a random string.',
        );
      expect(state).to.equal(undefined);
    });
  }

  it('names the store that rejected without a reason', async () => {
    const store = storeOf('');
    store.store = (_req: never, _done: never) => Promise.reject();
    const [error] = await stored(store);
    expect(error)
      .to.be.an('error')
      .with.property('message', 'passport-monei: the state store failed without saying why.');
  });
});

describe('redeemPending', () => {
  it('gives back what the sign-in asked for, also as JSON', () => {
    expect(redeemed('random', null, true, pending)).to.deep.equal([null, true, pending]);
    expect(redeemed('random', null, 'verifier', JSON.stringify(pending))).to.deep.equal([
      null,
      'verifier',
      pending,
    ]);
  });

  it('takes neither an error nor a no for a good state', () => {
    const error = new Error('down');
    expect(redeemed('random', error, true, pending)).to.deep.equal([error, false]);
    expect(redeemed('random', null, false, pending)).to.deep.equal([null, false]);
  });

  it('falls back on what the strategy asks for where the store kept nothing', () => {
    expect(redeemed('random', null, true)).to.deep.equal([null, true, pending]);
    expect(redeemed('random', null, true, null)).to.deep.equal([null, true, pending]);
  });

  const others = [
    'a state of the app’s own',
    '{ not JSON',
    7,
    ['profile:read'],
    { ...pending, requested: 'profile:read' },
    { ...pending, requested: ['profile:read', 7] },
    { ...pending, required: { 0: 'profile:read' } },
    { ...pending, required: [7] },
    { ...pending, callbackURL: undefined },
  ];
  for (const kept of others) {
    it(`takes ${JSON.stringify(kept)} for the app’s own state, and not for a sign-in`, () => {
      expect(redeemed('random', null, true, kept)).to.deep.equal([null, true, { ...pending, state: kept }]);
      const [error, ok] = redeemed('random~own', null, true, kept);
      expect(error)
        .to.be.an('error')
        .with.property(
          'message',
          'passport-monei: `store.verify` did not give back the state that `store.store` was given, so nobody knows ' +
            'which scopes this sign-in needs. Call `done(null, true, state)` with it.',
        );
      expect(ok).to.equal(undefined);
    });
  }
});
