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
const HOUR_MS = 60 * 60 * 1000;
const CALLBACK_URL = 'https://app.example.com/callback';
const STRATEGY = strategyHash(credentials.clientID, CALLBACK_URL, ['profile:read']);

interface MoneiResponse {
  status: number;
  headers?: OutgoingHttpHeaders;
  body: string;
}

/** Monei's responses to the two requests of a sign-in. */
const responses = fc.record({
  token: fc.constantFrom<MoneiResponse>(
    { status: 200, body: JSON.stringify(pair) },
    { status: 200, body: JSON.stringify({ ...pair, scopes: [] }) },
    { status: 400, body: JSON.stringify({ statusCode: 400, message: 'Invalid code', error: 'Bad Request' }) },
    { status: 429, headers: { 'retry-after': '1' }, body: '' },
    { status: 502, body: '<h1>Bad Gateway</h1>' },
    { status: 200, body: 'null' },
  ),
  profile: fc.constantFrom<MoneiResponse>(
    { status: 200, body: JSON.stringify({ data: { id: 'u1' } }) },
    { status: 503, body: '' },
    { status: 200, body: '{"data":{}}' },
  ),
});

/** From a small pool, so that the session often contains the state of the callback. */
const handle = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('one', 'two') },
  fc.constantFrom('', 'one~own', '__proto__'),
);

/** A pending sign-in in a session. Some have expired or are invalid. */
const wholeEntry = fc.record<Record<string, unknown>>(
  {
    handle,
    expires: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Date.now() + 24 * HOUR_MS) },
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

/** The same with another value in one field, or without the field. */
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

/** Any contents of a session that was parsed from JSON. */
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

/** Any value of a parameter from a query parser: strings, lists, objects (qs), and other types of frameworks. */
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

/** Any callback, and often one that sends a request to Monei. */
const visit = fc.oneof(
  fc.tuple(query, session),
  fc.tuple(
    fc.oneof<fc.Arbitrary<Record<string, unknown>>[]>(codeCallback, repeated),
    fc.record<Record<string, unknown>>({ [KEY]: openSlot }),
  ),
);

describe('a callback, with any query, any session and any responses of Monei', () => {
  let monei: LoopbackServer;
  let strategy: MoneiStrategy;
  let moneiResponses: { token: MoneiResponse; profile: MoneiResponse };
  let time: FlyingTime;

  before(async () => {
    time = letTimeFly();
    monei = await startLoopbackServer((request, response) => {
      const { status, headers, body } = moneiResponses[request.url === '/token' ? 'token' : 'profile'];
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

  /** Calls the strategy with a request, and returns the one action that it takes. */
  const actionFor = async (
    req: object,
    session: unknown,
    responses: typeof moneiResponses,
  ): Promise<ActionTaken> => {
    monei.seen = [];
    moneiResponses = responses;
    // A copy, so that a counterexample shows the session before the request.
    const { taken, action: first } = handOver(strategy, {
      url: '/callback',
      ...req,
      session: structuredClone(session),
    });
    const action = await time.until(first);
    expect(taken).to.have.lengthOf(1);
    return action;
  };

  it('ends in exactly one action: success, fail or error', () =>
    holds(
      fc.asyncProperty(query, session, responses, async (query, session, given) => {
        const { kind, args } = await actionFor({ query }, session, given);
        const isCallback = PARAMETERS.some((name) => Object.hasOwn(query, name) && query[name] !== undefined);
        expect(kind).to.be.oneOf(isCallback ? ['success', 'fail', 'error'] : ['redirect', 'error']);
        // Without an error, `next` would continue to the next handler.
        if (kind === 'error') expect(args[0]).to.be.an.instanceOf(Error);
      }),
      250,
    ));

  it('sends a request to Monei only for a state in its session, and with the redirect URI there', () =>
    holds(
      fc.asyncProperty(visit, responses, async ([query, session], given) => {
        const held = heldBy(session, query.state);
        const { kind } = await actionFor({ query }, session, given);
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

  it('fails with the same message, whatever the URL contains, if its session does not have its state', () =>
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
        responses,
        async (code, error, refused, state, session, given) => {
          fc.pre(heldBy(session, state).length === 0);
          const { kind, args } = await actionFor(
            { query: { ...(refused ? error : code), state } },
            session,
            given,
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

  it('is read from the URL if no query was parsed, and never from the body', () =>
    holds(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        query,
        session,
        responses,
        async (search, body, session, given) => {
          const { kind } = await actionFor({ url: `/callback?${search}`, body }, session, given);
          expect(kind).to.be.oneOf(['redirect', 'fail', 'error']);
          expect(monei.seen).to.deep.equal([]);
        },
      ),
      100,
    ));
});

/** Returns the redirect URIs of the pending sign-ins in a session that a state can finish. */
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
