import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import fc from 'fast-check';
import { MoneiStrategy } from '../../src/index.js';
import { credentials } from '../helpers/fixtures.js';
import { handOver } from './actions-taken.js';
import { holds } from './fuzz.js';
import { type HoldingMonei, startHoldingMonei } from './holding-monei.js';
import { anyInterleaving, finishExchanges, newModel, newReal } from './pending-model.js';
import { newSession, type Session, throughStore } from './session.js';

const KEY = 'oauth2:127.0.0.1';

describe('pending sign-ins', () => {
  let monei: HoldingMonei;
  let clock: FakeTimers.Clock;
  let strategy: MoneiStrategy;

  before(async () => {
    monei = await startHoldingMonei();
    clock = FakeTimers.install({ toFake: ['Date'] });
    strategy = new MoneiStrategy(
      { ...credentials, ...monei.endpoints, callbackURL: 'https://app.example.com/callback' },
      async (_accessToken, _refreshToken, profile) => profile,
    );
  });
  after(async () => {
    clock.uninstall();
    await monei.close();
  });

  it('work once, in their session, within an hour, in any interleaving of events', () =>
    holds(
      fc.asyncProperty(anyInterleaving, async (commands) => {
        monei.forget();
        const model = newModel(Date.now());
        const real = newReal({ strategy, monei, clock });
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await finishExchanges(model, real);
      }),
      80,
    ));

  const appStates = fc.array(
    fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 3000, size: 'max' })),
    { minLength: 1, maxLength: 15 },
  );
  it('are the newest ones that fit into 2900 bytes, with any states of the app', () =>
    holds(
      fc.asyncProperty(appStates, async (appStates) => {
        const session = newSession();
        const states: string[] = [];
        for (const state of appStates) {
          const begun = await start(session, state);
          if (begun !== undefined) states.push(begun);
          expect(bytesOf(session)).to.be.at.most(2900);
        }
        const open: boolean[] = [];
        for (const state of states) open.push(await finish(session, state));
        const oldest = open.indexOf(true);
        expect(open).to.deep.equal(states.map((_, i) => i >= oldest));
        if (states.length > 0) expect(oldest).to.be.at.least(0);
        expect(session).to.not.have.property(KEY);
      }),
      40,
    ));

  /** The state of a new sign-in, unless the app's own is refused as too large. */
  const start = async (session: Session, state: unknown): Promise<string | undefined> => {
    const req = { session: throughStore(session), query: {} };
    const { kind, args } = await handOver(strategy, req, { options: { state } }).action;
    if (kind === 'redirect') return new URL(String(args[0])).searchParams.get('state') ?? '';
    expect(args[0]).to.be.an.instanceOf(TypeError);
    return undefined;
  };

  /** Whether a sign-in was still open. */
  const finish = async (session: Session, state: string): Promise<boolean> => {
    const query = { error: 'access_denied', state };
    const { args } = await handOver(strategy, {
      session: throughStore(session),
      query,
      url: '/callback',
    }).action;
    return (args[0] as { code: string }).code === 'access_denied';
  };
});

function bytesOf(session: Session): number {
  const { pending = [] } = (session[KEY] ?? {}) as { pending?: unknown[] };
  return Buffer.byteLength(JSON.stringify(pending));
}
