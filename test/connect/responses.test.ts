import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
import type { MoneiTokens } from '../../src/connect/responses.js';
import { credentials } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const MEBIBYTE = 1024 * 1024;
const good = {
  access_token: 'mct_a',
  refresh_token: 'mcr_r',
  token_type: 'Bearer',
  expires_in: 3600,
  scopes: ['wallet:read', 'profile:read'],
};
const without = (...fields: (keyof typeof good)[]) => ({
  ...good,
  ...Object.fromEntries(fields.map((field) => [field, undefined])),
});
const user = { id: 'u1', firstName: 'Ada' };
const enveloped = (data: unknown) => ({ statusCode: 200, message: 'Success', data });

/** A response with a body, headers and a status. Other values in the table become a body in JSON. */
class RawResponse {
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
  readonly status: number;

  constructor(body: string | Buffer, headers: Record<string, string> = {}, status = 200) {
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}
const encoded = (coding: string, body: string | Buffer, status = 200) =>
  new RawResponse(body, { 'content-encoding': coding }, status);
const json = JSON.stringify(good);
const huge = JSON.stringify({ ...good, note: 'x'.repeat(64 * MEBIBYTE) });
const sized = (size: number) => JSON.stringify({ ...good, note: 'x'.repeat(size - json.length - 10) });

/** The requests whose responses are read. */
const REQUESTS = {
  exchange: (connect: MoneiConnect) =>
    connect.exchangeCode({ code: 'code', redirectURI: 'http://localhost/' }),
  refresh: (connect: MoneiConnect) => connect.refresh('mcr_old', { scopes: ['kyc:read'] }),
  'refresh of tokens with unknown scopes': (connect: MoneiConnect) => connect.refresh('mcr_old'),
  profile: (connect: MoneiConnect) => connect.fetchUser('mct_a'),
  revocation: (connect: MoneiConnect) => connect.revoke('mct_a'),
};

type Row = [
  request: keyof typeof REQUESTS,
  what: string,
  given: unknown,
  outcome: object | string | undefined,
];

const WHOLE = {
  accessToken: 'mct_a',
  refreshToken: 'mcr_r',
  tokenType: 'Bearer',
  expiresIn: 3600,
  scopes: good.scopes,
};
const SCOPES = '`scopes` is not a list of scopes';
const LIFETIME = '`expires_in` is not a number of seconds';
const TYPE = '`token_type` is not Bearer';
const ACCESS = '`access_token` is not a token';
const REFRESH = '`refresh_token` is not a token';
const TOO_MANY = '`scopes` lists too many scopes, or one that is too long';
const manyScopes = (count: number) => Array.from({ length: count }, (_, place) => `s:${place}`);
const NO_ID = 'the `id` of the user is missing or not usable';
const LARGE = 'it is larger than 1048576 bytes';
const UNKNOWN_CODING = 'its `Content-Encoding` is not supported';
const BROKEN = 'it cannot be decompressed';

/**
 * The responses of Monei that each request accepts or refuses. Tokens, scopes and the id are checked strictly. A field
 * that a sign-in does not need may be absent. The outcome is the result of the request, or the reason for which it
 * rejects.
 */
const RESPONSES: Row[] = [
  ['exchange', 'everything that is documented', { ...good, extra: { ignored: true } }, WHOLE],

  ['exchange', 'no lifetime', without('expires_in'), { expiresIn: 3600 }],
  ['exchange', 'null as lifetime', { ...good, expires_in: null }, { expiresIn: 3600 }],
  ['exchange', 'a lifetime of digits in a string', { ...good, expires_in: '1800' }, { expiresIn: 1800 }],
  ['exchange', 'a lifetime of 0', { ...good, expires_in: 0 }, { expiresIn: 0 }],
  ['exchange', 'a text as lifetime', { ...good, expires_in: 'an hour' }, LIFETIME],
  ['exchange', 'an empty text as lifetime', { ...good, expires_in: '' }, LIFETIME],
  ['exchange', 'a lifetime with a unit', { ...good, expires_in: '3600s' }, LIFETIME],
  ['exchange', 'a lifetime with a sign', { ...good, expires_in: '-1' }, LIFETIME],
  ['exchange', 'a negative lifetime', { ...good, expires_in: -1 }, LIFETIME],
  ['exchange', 'a list as lifetime', { ...good, expires_in: [3600] }, LIFETIME],
  ['exchange', 'a lifetime beyond all dates', { ...good, expires_in: 1e300 }, '`expires_in` is out of range'],
  ['exchange', 'endless digits', { ...good, expires_in: '9'.repeat(400) }, '`expires_in` is out of range'],

  ['exchange', 'no token type', without('token_type'), { tokenType: 'Bearer' }],
  ['exchange', 'null as token type', { ...good, token_type: null }, { tokenType: 'Bearer' }],
  ['exchange', 'a lower-case token type', { ...good, token_type: 'bearer' }, { tokenType: 'bearer' }],
  ['exchange', 'a token type that is not Bearer', { ...good, token_type: 'mac' }, TYPE],
  ['exchange', 'an empty token type', { ...good, token_type: '' }, TYPE],
  ['exchange', 'an object as token type', { ...good, token_type: {} }, TYPE],

  ['exchange', 'an empty grant', { ...good, scopes: [] }, { scopes: [] }],
  ['exchange', 'a scope listed twice', { ...good, scopes: ['a', 'b', 'a'] }, { scopes: ['a', 'b'] }],
  [
    'exchange',
    'scopes in one string',
    { ...good, scopes: 'wallet:read kyc:read' },
    { scopes: ['wallet:read', 'kyc:read'] },
  ],
  ['exchange', 'an empty string as scopes', { ...good, scopes: '' }, { scopes: [] }],
  [
    'exchange',
    'the string `scope` of RFC 6749 where there is no `scopes`',
    { ...without('scopes'), scope: 'wallet:read  profile:read' },
    { scopes: ['wallet:read', 'profile:read'] },
  ],
  [
    'exchange',
    '`scopes` beside `scope`',
    { ...good, scopes: ['kyc:read'], scope: 'wallet:send' },
    { scopes: ['kyc:read'] },
  ],
  ['exchange', 'no scopes at all', without('scopes'), SCOPES],
  ['exchange', 'scopes with commas', { ...good, scopes: 'wallet:read,kyc:read' }, SCOPES],
  ['exchange', 'null as scopes', { ...good, scopes: null }, SCOPES],
  ['exchange', 'null as scopes beside `scope`', { ...good, scopes: null, scope: 'wallet:read' }, SCOPES],
  ['exchange', 'an object as scopes', { ...good, scopes: { 0: 'wallet:read' } }, SCOPES],
  ['exchange', 'a number among the scopes', { ...good, scopes: ['wallet:read', 7] }, SCOPES],
  ['exchange', 'two scopes in one text', { ...good, scopes: ['wallet:read wallet:send'] }, SCOPES],
  [
    'exchange',
    '100 scopes, one of 200 characters',
    { ...good, scopes: [...manyScopes(99), 'x'.repeat(200)] },
    { scopes: [...manyScopes(99), 'x'.repeat(200)] },
  ],
  ['exchange', '101 scopes', { ...good, scopes: manyScopes(101) }, TOO_MANY],
  ['exchange', '101 scopes in one string', { ...good, scopes: manyScopes(101).join(' ') }, TOO_MANY],
  ['exchange', 'a scope of 201 characters', { ...good, scopes: ['x'.repeat(201)] }, TOO_MANY],
  ['refresh', 'a scope of 201 characters', { ...good, scopes: ['x'.repeat(201)] }, TOO_MANY],
  ['exchange', 'an array as `scope`', { ...without('scopes'), scope: ['wallet:read'] }, SCOPES],

  [
    'exchange',
    'tokens without the known prefixes',
    { ...good, access_token: 'x', refresh_token: 'y' },
    { accessToken: 'x', refreshToken: 'y' },
  ],
  ['exchange', 'no access token', without('access_token'), ACCESS],
  ['exchange', 'an empty access token', { ...good, access_token: '' }, ACCESS],
  ['exchange', 'a number as access token', { ...good, access_token: 42 }, ACCESS],
  [
    'exchange',
    'an access token with a line break',
    { ...good, access_token: 'mct_a\r\nx-injected: 1' },
    ACCESS,
  ],
  ['exchange', 'no refresh token', without('refresh_token'), REFRESH],
  ['exchange', 'an empty refresh token', { ...good, refresh_token: '' }, REFRESH],
  ['exchange', 'null as refresh token', { ...good, refresh_token: null }, REFRESH],

  ['refresh', 'everything that is documented', good, WHOLE],
  ['refresh', 'no refresh token', without('refresh_token'), { ...WHOLE, refreshToken: 'mcr_old' }],
  ['refresh', 'null as refresh token', { ...good, refresh_token: null }, { refreshToken: 'mcr_old' }],
  ['refresh', 'an empty refresh token', { ...good, refresh_token: '' }, { refreshToken: 'mcr_old' }],
  ['refresh', 'false as refresh token', { ...good, refresh_token: false }, REFRESH],
  ['refresh', 'a number as refresh token', { ...good, refresh_token: 7 }, REFRESH],
  ['refresh', 'no access token', without('access_token'), ACCESS],
  ['refresh', 'no scopes', without('scopes'), { ...WHOLE, scopes: ['kyc:read'] }],
  ['refresh', 'null as scopes', { ...good, scopes: null }, { scopes: ['kyc:read'] }],
  [
    'refresh',
    'the string `scope`',
    { ...without('scopes'), scope: 'wallet:read' },
    { scopes: ['wallet:read'] },
  ],
  ['refresh', 'an empty grant', { ...good, scopes: [] }, { scopes: [] }],
  ['refresh', 'a number as scopes', { ...good, scopes: 7 }, SCOPES],
  [
    'refresh',
    'nothing but an access token',
    { access_token: 'mct_a' },
    { ...WHOLE, refreshToken: 'mcr_old', scopes: ['kyc:read'] },
  ],
  ['refresh of tokens with unknown scopes', 'no scopes', without('scopes'), SCOPES],

  ['profile', 'the user in the envelope', enveloped(user), user],
  ['profile', 'the user without the envelope', user, user],
  [
    'profile',
    'other fields, unchecked',
    { ...user, isAdmin: 'no', phones: [7] },
    { isAdmin: 'no', phones: [7] },
  ],
  ...['firstName', 'lastName', 'name', 'email', 'phone', 'dob'].flatMap((field): Row[] => [
    ['profile', `null as ${field}`, { ...user, [field]: null }, { ...user, [field]: null }],
    ['profile', `a number as ${field}`, enveloped({ id: 'u1', [field]: 7 }), { id: 'u1' }],
    ['profile', `an object as ${field}`, { id: 'u1', [field]: { value: 'x' } }, { id: 'u1' }],
  ]),
  ['profile', '`phoneNumber`', { id: 'u1', phoneNumber: '+234' }, { phone: '+234', phoneNumber: '+234' }],
  [
    'profile',
    '`phone` beside `phoneNumber`',
    { id: 'u1', phone: '+1', phoneNumber: '+234' },
    { phone: '+1' },
  ],
  [
    'profile',
    '`phoneNumber` beside an empty `phone`',
    { id: 'u1', phone: ' ', phoneNumber: '+234' },
    { phone: '+234' },
  ],
  [
    'profile',
    '`phoneNumber` beside a number',
    { id: 'u1', phone: 234, phoneNumber: '+234' },
    { phone: '+234' },
  ],
  ['profile', '`dateOfBirth`', { id: 'u1', dateOfBirth: '1990-01-01' }, { dob: '1990-01-01' }],
  ...(
    [
      ['a number', 7, '7'],
      ['zero', 0, '0'],
      ['a negative number', -7, '-7'],
      ['the largest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991'],
      ['256 characters', 'x'.repeat(256), 'x'.repeat(256)],
      ['a space within', 'u 1', 'u 1'],
      ['other alphabets', 'Ọlá', 'Ọlá'],
      ['a surrogate pair', 'u😀', 'u😀'],
    ] as const
  ).map(([what, given, id]): Row => ['profile', `${what} as id`, { ...user, id: given }, { ...user, id }]),
  ...(
    [
      ['an empty text', ''],
      ['null', null],
      ['257 characters', 'x'.repeat(257)],
      ['a text with a space before it', ' u1'],
      ['a text with a line break behind it', 'u1\n'],
      ['a text with a no-break space behind it', 'u1\u00a0'],
      ['white space', ' '],
      ['a null character', 'u\u00001'],
      ['a delete character', 'u\u007f1'],
      ['a C1 control character', 'u\u00901'],
      ['a lone high surrogate', 'u\ud800'],
      ['a lone low surrogate', '\udc00u'],
      ['a fraction', 7.5],
      ['a number past the safe integers', 2 ** 53],
      ['true', true],
      ['a list', ['u1']],
      ['an object', { toString: 'u1' }],
    ] as const
  ).map(([what, id]): Row => ['profile', `${what} as id`, enveloped({ ...user, id }), NO_ID]),
  ['profile', 'no id', enveloped({ firstName: 'Ada' }), NO_ID],
  ['profile', 'an envelope with null', enveloped(null), '`data` is not an object'],
  ['profile', 'an envelope with a list', enveloped([user]), '`data` is not an object'],

  ...(['exchange', 'profile'] as const).flatMap((request): Row[] => [
    [request, 'null', null, 'it is not a JSON object'],
    [request, 'an array', [good], 'it is not a JSON object'],
    [request, 'a text', 'mct_a', 'it is not a JSON object'],
    [request, 'a number', 7, 'it is not a JSON object'],
    [request, 'HTML', new RawResponse('<html>mct_a</html>'), 'it is not JSON'],
    [request, 'cut JSON', new RawResponse(json.slice(0, 60)), 'it is not JSON'],
    [request, 'an empty body', new RawResponse(''), 'it is not JSON'],
  ]),

  ['exchange', 'a type that is not JSON', new RawResponse(json, { 'content-type': 'text/html' }), WHOLE],
  ['exchange', 'a byte order mark', new RawResponse(`\ufeff${json}`), WHOLE],
  ['profile', 'a byte order mark', new RawResponse(`\ufeff${JSON.stringify(user)}`), user],
  ['exchange', 'two byte order marks', new RawResponse(`\ufeff\ufeff${json}`), 'it is not JSON'],
  ['exchange', 'a body with the coding `identity`', encoded('identity', json), WHOLE],
  ['exchange', 'a body compressed with gzip', encoded('gzip', gzipSync(json)), WHOLE],
  ['exchange', 'a body compressed with gzip, by its old name', encoded(' X-GZIP ', gzipSync(json)), WHOLE],
  ['exchange', 'a body compressed with deflate', encoded('deflate', deflateSync(json)), WHOLE],
  ['exchange', 'a body compressed with br', encoded('br', brotliCompressSync(json)), WHOLE],
  ['exchange', 'a byte order mark within gzip', encoded('gzip', gzipSync(`\ufeff${json}`)), WHOLE],
  ['exchange', 'a mebibyte within gzip', encoded('gzip', gzipSync(sized(MEBIBYTE))), WHOLE],
  ['exchange', 'a mebibyte and a byte within gzip', encoded('gzip', gzipSync(sized(MEBIBYTE + 1))), LARGE],
  ['exchange', 'a bomb of gzip', encoded('gzip', gzipSync(huge)), LARGE],
  ['exchange', 'a bomb of deflate', encoded('deflate', deflateSync(huge)), LARGE],
  ['exchange', 'a bomb of br', encoded('br', brotliCompressSync(huge)), LARGE],
  ['exchange', 'half of a compressed body', encoded('gzip', gzipSync(json).subarray(0, 40)), BROKEN],
  ['exchange', 'a body that is not compressed, although a header says so', encoded('gzip', json), BROKEN],
  ['exchange', 'an unknown coding', encoded('compress', json), UNKNOWN_CODING],
  ['exchange', 'a body compressed twice', encoded('gzip, gzip', gzipSync(gzipSync(json))), UNKNOWN_CODING],
  ['exchange', 'an empty body with the coding gzip', encoded('gzip', ''), 'it is not JSON'],

  ['revocation', 'a body that is not JSON', new RawResponse('done'), undefined],
  ['revocation', 'a body that cannot be decompressed', encoded('gzip', 'done'), undefined],
  ['revocation', 'no body', new RawResponse('', {}, 204), undefined],
];

describe('Monei’s responses', () => {
  let server: LoopbackServer;
  let connect: MoneiConnect;
  let response: RawResponse;

  before(async () => {
    server = await startLoopbackServer((_request, outgoing) => {
      outgoing.writeHead(response.status, { 'content-type': 'application/json', ...response.headers });
      outgoing.end(response.body);
    });
    const { url } = server;
    const endpoints = { tokenURL: url, revocationURL: url, userProfileURL: url };
    connect = new MoneiConnect({ ...credentials, ...endpoints });
  });
  after(() => server.close());

  const send = (name: keyof typeof REQUESTS, given: unknown) => {
    response = given instanceof RawResponse ? given : new RawResponse(JSON.stringify(given));
    return REQUESTS[name](connect);
  };

  for (const [name, what, given, outcome] of RESPONSES) {
    if (typeof outcome === 'string') {
      it(`${name} refuses ${what}, and gives the reason`, async () => {
        const error = await rejection(send(name, given));
        expect(error).to.include({ code: 'malformed_response' });
        expect((error as Error).message).to.match(
          new RegExp(`sent a response that cannot be used: ${outcome}$`),
        );
      });
    } else {
      it(`${name} accepts ${what}`, async () => {
        const result = await send(name, given);
        if (outcome === undefined) expect(result).to.equal(undefined);
        else expect(result).to.deep.include(outcome);
      });
    }
  }

  it('lose each field of the user that should be a string and is not', async () => {
    const odd = enveloped({ id: 'u1', firstName: ['Ada'], email: { value: 'a' }, phone: 234801, name: 7 });
    expect(await send('profile', odd)).to.deep.equal({ id: 'u1' });
  });

  it('contain tokens that expire by this machine’s clock', async () => {
    const before = Date.now();
    const tokens = (await send('exchange', good)) as MoneiTokens;
    expect(tokens.expiresAt.getTime()).to.be.within(before + 3_600_000, Date.now() + 3_600_000);
  });

  it('reach a verify function in the documented form, without the refresh token', async () => {
    response = new RawResponse(
      JSON.stringify({ ...good, token_type: null, expires_in: '60', scopes: 'a b', extra: 1 }),
    );
    const { params } = await connect.requestTokens('code', { grant_type: 'authorization_code' });
    expect(params).to.deep.equal({
      access_token: 'mct_a',
      token_type: 'Bearer',
      expires_in: 60,
      scopes: ['a', 'b'],
      extra: 1,
    });
  });

  it('reach passport-oauth2-refresh without scopes if Monei lists none', async () => {
    response = new RawResponse(JSON.stringify(without('scopes')));
    const { params } = await connect.requestTokens('mcr_old', { grant_type: 'refresh_token' }, []);
    expect(params).to.not.have.any.keys('scopes', 'refresh_token');
  });

  it('are requested uncompressed, whatever custom headers say', async () => {
    const { url: tokenURL } = server;
    const client = new MoneiConnect({
      ...credentials,
      tokenURL,
      customHeaders: { 'Accept-Encoding': 'gzip' },
    });
    response = new RawResponse(json);
    await client.refresh('mcr_old');
    expect(server.seen.at(-1)?.headers).to.include({ 'accept-encoding': 'identity' });
  });

  it('show Monei’s message in an error if the body was compressed', async () => {
    const compressed = gzipSync('{"message":"Invalid code"}');
    const error = await rejection(send('exchange', encoded('gzip', compressed, 400)));
    expect(error).to.have.property('message', "Monei's token endpoint responded with 400: Invalid code");
    const unreadable = await rejection(send('exchange', encoded('gzip', 'Invalid code', 400)));
    expect(unreadable).to.have.property('message', "Monei's token endpoint responded with 400");
  });
});
