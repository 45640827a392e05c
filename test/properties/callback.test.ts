import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import { MoneiStrategy } from '../../src/index.js';
import { strategyHash } from '../../src/strategy/pending/pending-sign-in.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { type ActionTaken, handOver } from './actions-taken.js';
import { type FlyingTime, letTimeFly, NEVER } from './flying-time.js';
import { holds } from './fuzz.js';

const KEY = 'oauth2:127.0.0.1';
const PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri'];
const HOUR = 60 * 60 * 1000;
const CALLBACK_URL = 'https://app.example.com/callback';
const STRATEGY = strategyHash(credentials.clientID, CALLBACK_URL, ['profile:read']);

interface MoneiEnvelope {
  status: number;
  headers?: OutgoingHttpHeaders;
  body: string;
}

/** What Monei may answer the two calls of one sign-in with, when it is asked. */
const answers = fc.record({
  token: fc.constantFrom<MoneiEnvelope>(
    { status: 200, body: JSON.stringify(pair) },
    { status: 200, body: JSON.stringify({ ...pair, scopes: [] }) },
    { status: 400, body: JSON.stringify({ statusCode: 400, message: 'Invalid code', error: 'Bad Request' }) },
    { status: 429, headers: { 'retry-after': '1' }, body: '' },
    { status: 502, body: '<h1>Bad Gateway</h1>' },
    { status: 200, body: 'null' },
  ),
  profile: fc.constantFrom<MoneiEnvelope>(
    { status: 200, body: JSON.stringify({ data: { id: 'u1' } }) },
    { status: 503, body: '' },
    { status: 200, body: '{"data":{}}' },
  ),
});

/** From a small pool, so that what comes back is often what the session holds. */
const handle = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('one', 'two') },
  fc.constantFrom('', 'one~own', '__proto__'),
);

/** A pending sign-in as the session holds it. Not all are still good, or make sense. */
const wholeEntry = fc.record<Record<string, unknown>>(
  {
    handle,
    expires: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Date.now() + 24 * HOUR) },
      fc.constantFrom(Number.POSITIVE_INFINITY, Number.MAX_VALUE, 0, -1),
    ),
    scope: fc.constantFrom('profile:read', 'profile:read wallet:send', '', '__proto__'),
    required: fc.constantFrom('profile:read', '', 'wallet:send', '__proto__'),
    callbackURL: fc.oneof(
      { weight: 3, arbitrary: fc.constant('https://app.example.com/callback') },
      fc.constantFrom('https://app.example.com/other', '', 'javascript:alert(1)'),
    ),
    strategy: fc.oneof({ weight: 3, arbitrary: fc.constant(STRATEGY) }, fc.constant('other')),
    user: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constant('other')),
    verifier: fc.constantFrom('', 'verifier'),
    state: fc.jsonValue(),
  },
  { requiredKeys: ['handle', 'expires', 'scope', 'callbackURL', 'strategy'] },
);

const FIELDS = ['handle', 'expires', 'scope', 'required', 'callbackURL', 'strategy', 'user', 'verifier'];

/** The same with something else in one field, or without it. */
const brokenEntry = fc
  .tuple(wholeEntry, fc.constantFrom(...FIELDS), fc.oneof(fc.jsonValue(), fc.constant(undefined)))
  .map(([whole, field, odd]) => ({ ...whole, [field]: odd }));

const pending = fc.array(fc.oneof({ weight: 4, arbitrary: wholeEntry }, brokenEntry), { maxLength: 4 });

const openSlot = pending.map((pending): unknown => ({ pending }));
const slot = fc.oneof(
  { weight: 5, arbitrary: openSlot },
  fc.record({ pending: fc.jsonValue(), state: fc.jsonValue() }, { requiredKeys: [] }),
  fc.jsonValue(),
);

/** What a session can hold that was parsed from JSON, no matter who wrote it. */
const session = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { [KEY]: slot, user: fc.jsonValue(), regenerate: fc.jsonValue() },
      { requiredKeys: [KEY] },
    ),
  },
  fc.jsonValue(),
  fc.constant(undefined),
);

/** What a query parser can make of a parameter: texts, lists, objects (qs), and what frameworks add to that. */
const parameter = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary' }) },
  fc.array(fc.string()),
  fc.anything({ withNullPrototype: true, withBigInt: true, withObjectString: true }),
);
const state = fc.oneof({ weight: 4, arbitrary: handle }, parameter);
const codeCallback = fc.record({ code: fc.string({ minLength: 1 }), state: handle });
const query: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 2, arbitrary: codeCallback },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        code: parameter,
        state,
        error: fc.oneof(fc.constant('access_denied'), parameter),
        error_description: parameter,
        error_uri: parameter,
      },
      { requiredKeys: [] },
    ),
  },
  fc.dictionary(fc.oneof(fc.constantFrom(...PARAMETERS, '__proto__'), fc.string()), parameter),
);

const once = (text: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 9, arbitrary: text }, fc.array(text, { minLength: 1, maxLength: 2 }));
const repeated = fc.record({ code: once(fc.string({ minLength: 1 })), state: once(handle) });

/** Of any kind, and often one that gets as far as Monei. */
const visit = fc.oneof(
  fc.tuple(query, session),
  fc.tuple(
    fc.oneof<fc.Arbitrary<Record<string, unknown>>[]>(codeCallback, repeated),
    fc.record<Record<string, unknown>>({ [KEY]: openSlot }),
  ),
);

describe('a callback, with any query, any session and any answers of Monei’s', () => {
  let monei: LoopbackServer;
  let strategy: MoneiStrategy;
  let moneiAnswers: { token: MoneiEnvelope; profile: MoneiEnvelope };
  let time: FlyingTime;

  before(async () => {
    time = letTimeFly();
    monei = await startLoopbackServer((request, response) => {
      const { status, headers, body } = moneiAnswers[request.url === '/token' ? 'token' : 'profile'];
      response.writeHead(status, headers).end(body);
    });
    strategy = new MoneiStrategy(
      {
        ...credentials,
        callbackURL: CALLBACK_URL,
        authorizationURL: `${monei.url}/authorize`,
        tokenURL: `${monei.url}/token`,
        userProfileURL: `${monei.url}/me`,
        timeout: NEVER,
      },
      async (_accessToken, _refreshToken, { id }) => ({ id }),
    );
  });
  after(async () => {
    await monei.close();
    time.stop();
  });

  /** Hands over a request, and tells what it was answered with, which has to be one thing. */
  const answerTo = async (req: object, session: unknown, said: typeof moneiAnswers): Promise<ActionTaken> => {
    monei.seen = [];
    moneiAnswers = said;
    // A copy: a counterexample is shown as it was, not as what its session became.
    const { taken, answered } = handOver(strategy, {
      url: '/callback',
      ...req,
      session: structuredClone(session),
    });
    const action = await time.until(answered);
    expect(taken).to.have.lengthOf(1);
    return action;
  };

  it('is answered exactly once, with a success, a failure or an error', () =>
    holds(
      fc.asyncProperty(query, session, answers, async (query, session, said) => {
        const { kind, args } = await answerTo({ query }, session, said);
        const isCallback = PARAMETERS.some((name) => Object.hasOwn(query, name) && query[name] !== undefined);
        expect(kind).to.be.oneOf(isCallback ? ['success', 'fail', 'error'] : ['redirect', 'error']);
        // Passport lets a request through that fails with no error.
        if (kind === 'error') expect(args[0]).to.be.an.instanceOf(Error);
      }),
      250,
    ));

  it('has Monei called only with a state that its session holds, and for what lies there', () =>
    holds(
      fc.asyncProperty(visit, answers, async ([query, session], said) => {
        const held = heldBy(session, query.state);
        const { kind } = await answerTo({ query }, session, said);
        if (held.length === 0) expect(monei.seen).to.deep.equal([]);
        const [exchange] = monei.seen;
        if (exchange) {
          const { code, redirect_uri } = JSON.parse(exchange.body);
          expect(code).to.equal(query.code);
          expect(held).to.include(redirect_uri);
        } else expect(kind).to.not.equal('success');
      }),
      250,
    ));

  it('is told to start over, in the same words whatever the URL says, when its session does not hold its state', () =>
    holds(
      fc.asyncProperty(
        fc.record({ code: fc.string({ minLength: 1 }) }),
        fc.record({
          error: fc.string({ minLength: 1 }),
          error_description: fc.string(),
          error_uri: fc.string(),
        }),
        fc.boolean(),
        state.filter((one) => typeof one === 'string'),
        session.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one)),
        answers,
        async (code, error, refused, state, session, said) => {
          fc.pre(heldBy(session, state).length === 0);
          const { kind, args } = await answerTo(
            { query: { ...(refused ? error : code), state } },
            session,
            said,
          );
          expect([kind, ...args]).to.deep.equal([
            'fail',
            {
              message:
                'This sign-in was not started in this browser, was already finished, or took too long. Start it again.',
              code: 'invalid_state',
              reason: Object(args[0]).reason,
            },
            403,
          ]);
        },
      ),
      100,
    ));

  it('is read from the URL where nothing parsed it, and never from the body', () =>
    holds(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        query,
        session,
        answers,
        async (search, body, session, said) => {
          const { kind } = await answerTo({ url: `/callback?${search}`, body }, session, said);
          expect(kind).to.be.oneOf(['redirect', 'fail', 'error']);
          expect(monei.seen).to.deep.equal([]);
        },
      ),
      100,
    ));
});

/** The redirect URIs of what a session holds under a state, if it can be finished. */
function heldBy(session: unknown, state: unknown): unknown[] {
  const slot = (session as Record<string, { pending?: unknown } | null> | null | undefined)?.[KEY];
  const pending = slot?.pending;
  if (typeof state !== 'string' || !Array.isArray(pending)) return [];
  return pending
    .filter((one) => {
      const { handle, expires, callbackURL, strategy, user = '' } = Object(one);
      const isFresh = typeof expires === 'number' && expires > Date.now();
      return (
        handle === state && isFresh && callbackURL === CALLBACK_URL && strategy === STRATEGY && user === ''
      );
    })
    .map(({ callbackURL }) => callbackURL);
}
