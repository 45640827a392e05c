import http from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import { MoneiConnect } from '../../src/connect/client.js';
import { MoneiConnectError } from '../../src/connect/errors.js';
import type { MoneiTokens, MoneiUser } from '../../src/connect/responses.js';
import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { type FlyingTime, letTimeFly, NEVER } from './flying-time.js';
import { holds } from './fuzz.js';
import { type RawServer, startRawServer } from './raw-server.js';
import { echoOf, expectNoneIn, type Secret, secret } from './secrets.js';

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 8,
});
const anything = fc.string({ unit: 'binary', maxLength: 8 });
const nothing = fc.constant('');
const sometimesLong = (short: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 19, arbitrary: short },
    fc.integer({ min: 1000, max: 9000 }).map((length) => 'x'.repeat(length)),
  );

/** The secrets that no error may contain. */
interface Secrets {
  client: Secret;
  /** The code or token of the request. */
  sent: Secret;
  /** A secret of another user, which the response contains by mistake. */
  stray: Secret;
}

/** The requests whose responses have tokens or a profile. */
const REQUESTS = {
  exchangeCode: (connect: MoneiConnect, code: string) =>
    connect.exchangeCode({ code, redirectURI: 'https://app.example.com/callback' }),
  refresh: (connect: MoneiConnect, token: string) => connect.refresh(token),
  fetchUser: (connect: MoneiConnect, token: string) => connect.fetchUser(token),
};
type RequestName = keyof typeof REQUESTS;
const requestName = fc.constantFrom<RequestName>('exchangeCode', 'refresh', 'fetchUser');

/** A code may be any text in a URL. Tokens are opaque, because Monei may change its prefixes. */
const secretsOf = (name: RequestName): fc.Arbitrary<Secrets> =>
  fc.record({
    client: secret(fc.constant('mcs_'), visible),
    sent:
      name === 'exchangeCode'
        ? secret(anything, sometimesLong(anything))
        : secret(fc.constantFrom('mct_', 'mcr_', ''), sometimesLong(visible)),
    stray: secret(fc.constantFrom('mct_', 'mcr_', 'mcs_'), nothing),
  });

const scopes = fc.array(fc.constantFrom(...Object.keys(MONEI_SCOPES)), { maxLength: 9 });
const tokenResponse = fc.record({
  access_token: visible.map((rest) => `mct_${rest}`),
  refresh_token: visible.map((rest) => `mcr_${rest}`),
  token_type: fc.constantFrom('Bearer', 'bearer', 'BEARER'),
  expires_in: fc.oneof(fc.nat(), fc.constantFrom(0, 0.5, 3600)),
  scopes,
});
const text = fc.option(fc.string({ unit: 'grapheme' }));
const user = fc.record(
  {
    id: fc.string({ minLength: 1 }).map((id) => `u${id.trim()}`),
    firstName: text,
    lastName: text,
    name: text,
    email: text,
    phone: text,
  },
  { requiredKeys: ['id'] },
);
const profileResponse = fc.oneof(
  user,
  user.map((data) => ({ statusCode: 200, message: 'Success', data })),
);
const goodResponse = (name: RequestName) => (name === 'fetchUser' ? profileResponse : tokenResponse);

/** Values of any type, and texts that are neither tokens nor scopes. */
const odd = fc.oneof(
  fc.constantFrom<unknown>('', ' ', 'mct_a\r\nb', 'ọ', -1, [], ['a b'], [7]),
  fc.jsonValue(),
);

/** A valid response with another value in one place. */
const nearlyGood = (name: RequestName) =>
  fc
    .tuple(goodResponse(name) as fc.Arbitrary<Record<string, unknown>>, fc.nat(4), odd)
    .map(([good, place, odd]) => {
      const field = Object.keys(good)[place];
      return field === undefined ? good : { ...good, [field]: odd };
    });

/** Messages of Monei that contain secrets. Some are so long that they are cut off within a secret. */
const messageWith = (known: Secrets) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(' Invalid code ', ' token=', '"', '\n', ' '),
        anything,
        echoOf(known.client),
        echoOf(known.sent),
        fc.constant(known.stray.whole), // Recognized by its prefix only.
        fc.integer({ min: 900, max: 1100 }).map((length) => 'x'.repeat(length)),
        fc.integer({ min: 16_250, max: 16_400 }).map((length) => `mct_${'x'.repeat(length)}`),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));
const errorResponse = (known: Secrets) =>
  fc.record({
    statusCode: fc.constant(400),
    message: fc.oneof(messageWith(known), fc.array(messageWith(known), { maxLength: 3 })),
    error: messageWith(known),
  });

const asJSON = (value: unknown) => Buffer.from(JSON.stringify(value));
const bytes = fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some));
const arbitraryBody = (name: RequestName, known: Secrets) =>
  fc.oneof(
    goodResponse(name).map(asJSON),
    errorResponse(known).map(asJSON),
    messageWith(known).map((words) => Buffer.from(words)),
    fc.tuple(errorResponse(known).map(asJSON), fc.nat(99)).map(([all, part]) => all.subarray(0, part)),
    fc.json().map((json) => Buffer.from(json)),
    bytes,
  );

/** The ways in which a response marks the end of its body. */
const WHOLE_FRAMINGS = {
  length: (body: Buffer) => [`Content-Length: ${body.length}`, body] as const,
  chunked: (body: Buffer) => ['Transfer-Encoding: chunked', inChunks(body)] as const,
  end: (body: Buffer) => ['Connection: close', body] as const,
};
const BROKEN_FRAMINGS = {
  tooShort: (body: Buffer) => [`Content-Length: ${Math.max(0, body.length - 5)}`, body] as const,
  tooLong: (body: Buffer) => [`Content-Length: ${body.length + 5}`, body] as const,
  brokenOff: (body: Buffer) => ['Transfer-Encoding: chunked', inChunks(body).subarray(0, -5)] as const,
  twice: (body: Buffer) => [`Content-Length: ${body.length}\r\nTransfer-Encoding: chunked`, body] as const,
};

function inChunks(body: Buffer): Buffer {
  const chunk = (part: Buffer) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')];
  const half = body.length >> 1;
  const parts = [body.subarray(0, half), body.subarray(half)].filter((part) => part.length > 0);
  return Buffer.concat([...parts, Buffer.alloc(0)].flatMap(chunk));
}

const anyStatus = fc.integer({ min: 100, max: 999 });
const errorStatus = fc.constantFrom(400, 401, 403, 404, 429, 500, 502, 503, 504);

/** Mostly a status with a body that fits, because other responses are refused early. */
const statusAndBody = (name: RequestName, known: Secrets) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant(200), nearlyGood(name).map(asJSON)) },
    { weight: 3, arbitrary: fc.tuple(errorStatus, errorResponse(known).map(asJSON)) },
    { weight: 2, arbitrary: fc.tuple(anyStatus, arbitraryBody(name, known)) },
  );

const retryAfter = fc.oneof(
  fc.constantFrom('', '1', '5', '30', '-1', '1e3', 'Wed, 21 Oct 2015 07:28:00 GMT', '9'.repeat(400)),
  visible,
);
const framing = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(WHOLE_FRAMINGS)) },
  fc.constantFrom(...Object.values(BROKEN_FRAMINGS)),
);
const httpResponse = (name: RequestName, known: Secrets) =>
  fc.tuple(statusAndBody(name, known), retryAfter, framing).map(([[status, body], retryAfter, frame]) => {
    const [length, framed] = frame(body);
    return Buffer.concat([
      Buffer.from(`HTTP/1.1 ${status} Said\r\nRetry-After: ${retryAfter}\r\n${length}\r\n\r\n`),
      framed,
    ]);
  });

/** The lengths of the pieces in bytes, repeated as long as necessary. */
const pieceSizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 20_000 })), {
  minLength: 1,
  maxLength: 5,
});

/** The largest number of pieces. The rest of a response is one more piece. */
const MAX_PIECES = 40;

function inPieces(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const size = sizes[pieces.length % sizes.length] ?? bytes.length;
    const end = pieces.length < MAX_PIECES ? start + size : bytes.length;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/** A request, its secrets, and the response, as text so that a counterexample is readable. */
const conversation = requestName
  .chain((name) => fc.tuple(fc.constant(name), secretsOf(name)))
  .chain(([name, known]) =>
    fc.record({
      name: fc.constant(name),
      known: fc.constant(known),
      response: fc
        .oneof({ weight: 9, arbitrary: httpResponse(name, known) }, bytes)
        .map((response) => response.toString('latin1')),
      sizes: pieceSizes,
    }),
  );

describe('a response of Monei', () => {
  let server: RawServer;
  let time: FlyingTime;

  before(async () => {
    time = letTimeFly();
    server = await startRawServer();
  });
  after(async () => {
    await server.close();
    time.stop();
  });

  const connectWith = (known: Secrets) =>
    new MoneiConnect({
      clientID: 'mc_client',
      clientSecret: known.client.whole,
      tokenURL: `${server.url}/token`,
      userProfileURL: `${server.url}/me`,
      timeout: NEVER,
      agent: new http.Agent(), // One connection for each request, because the server closes it.
    });

  it('becomes a checked value or a MoneiConnectError without secrets, whatever its bytes are', () =>
    holds(
      fc.asyncProperty(conversation, async ({ name, known, response, sizes }) => {
        server.pieces = inPieces(Buffer.from(response, 'latin1'), sizes);
        const result: Promise<MoneiTokens | MoneiUser> = REQUESTS[name](connectWith(known), known.sent.whole);
        const outcome = await time.until(result.catch((error: unknown) => new Rejected(error)));
        if (!(outcome instanceof Rejected)) return expectChecked(name, outcome);
        expectConnectError(name, outcome.reason);
        expectNoneIn(outcome.reason, Object.values(known));
      }),
      80,
    ));

  it('is read to its end, in any pieces and with any framing', () =>
    holds(
      fc.asyncProperty(
        requestName.chain((name) => fc.tuple(fc.constant(name), goodResponse(name), secretsOf(name))),
        fc.constantFrom(...Object.values(WHOLE_FRAMINGS)),
        pieceSizes,
        async ([name, good, known], frame, sizes) => {
          const [framing, framed] = frame(asJSON(good));
          server.pieces = inPieces(
            Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`), framed]),
            sizes,
          );
          const value = await time.until<object>(REQUESTS[name](connectWith(known), known.sent.whole));
          expectChecked(name, value);
          if (name === 'fetchUser') expect(value).to.deep.equal('data' in good ? good.data : good);
          else expect(value).to.include({ accessToken: (good as { access_token: string }).access_token });
        },
      ),
      100,
    ));
});

class Rejected {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

function expectChecked(name: RequestName, value: object): void {
  if (name === 'fetchUser') {
    const { id, ...rest } = value as MoneiUser;
    expect(id).to.be.a('string').that.is.not.empty;
    for (const field of ['firstName', 'lastName', 'name', 'email', 'phone']) {
      expect(typeof (rest[field] ?? '')).to.equal('string');
    }
    return;
  }
  const { accessToken, refreshToken, tokenType, expiresIn, expiresAt, scopes, ...more } =
    value as MoneiTokens;
  expect(more).to.deep.equal({});
  for (const token of [accessToken, refreshToken]) expect(token).to.match(/^[!-~]+$/);
  expect(tokenType.toLowerCase()).to.equal('bearer');
  expect(expiresIn).to.be.at.least(0);
  expect(expiresAt.getTime()).to.be.at.least(Date.now() - 60_000);
  expect(scopes).to.deep.equal([...new Set(scopes)]);
  for (const scope of scopes) expect(scope).to.match(/^[!-~]+$/);
}

function expectConnectError(name: RequestName, error: unknown): void {
  expect(error).to.be.an.instanceOf(MoneiConnectError);
  const { code, endpoint, status, moneiStatus, requestSent, retryAfter, message } =
    error as MoneiConnectError;
  expect(endpoint).to.equal(name === 'fetchUser' ? 'profile' : 'token');
  expect(message.length).to.be.below(1100);
  expect(message).to.not.match(/\p{Cc}/u);
  expect(status).to.equal({ rate_limited: 503, timeout: 504 }[code as string] ?? 502);
  if (code !== 'network') expect(moneiStatus).to.be.a('number');
  expect(requestSent).to.equal(true);
  if (retryAfter !== undefined) expect(retryAfter).to.be.within(0, 999_999_999);
}
