import { expect } from 'chai';
import {
  MalformedAnswer,
  readErrorMessage,
  readTokenAnswer,
  readUserAnswer,
} from '../../src/connect/answers.js';

const good = {
  access_token: 'mct_a',
  refresh_token: 'mcr_r',
  token_type: 'Bearer',
  expires_in: 3600,
  scopes: ['wallet:read', 'profile:read'],
};
const without = (field: keyof typeof good) => ({ ...good, [field]: undefined });

describe('readTokenAnswer', () => {
  it('gives the tokens, and the answer without the refresh token', () => {
    const before = Date.now();
    const { tokens, params } = readTokenAnswer(JSON.stringify({ ...good, extra: { kept: true } }));
    const { expiresAt, ...others } = tokens;
    expect(others).to.deep.equal({
      accessToken: 'mct_a',
      refreshToken: 'mcr_r',
      tokenType: 'Bearer',
      expiresIn: 3600,
      scopes: ['wallet:read', 'profile:read'],
    });
    expect(expiresAt.getTime()).to.be.within(before + 3_600_000, Date.now() + 3_600_000);
    expect(params).to.deep.equal({
      access_token: 'mct_a',
      token_type: 'Bearer',
      expires_in: 3600,
      scopes: ['wallet:read', 'profile:read'],
      extra: { kept: true },
    });
  });

  const accepted = [
    { name: 'a lower-case token type', answer: { ...good, token_type: 'bearer' }, scopes: good.scopes },
    { name: 'an empty grant', answer: { ...good, scopes: [] }, scopes: [] },
    { name: 'a scope listed twice', answer: { ...good, scopes: ['a', 'b', 'a'] }, scopes: ['a', 'b'] },
    {
      name: 'the string `scope` of RFC 6749 where there is no array',
      answer: { ...without('scopes'), scope: 'wallet:read  profile:read' },
      scopes: ['wallet:read', 'profile:read'],
    },
    {
      name: 'the array over the string',
      answer: { ...good, scopes: ['wallet:read'], scope: 'wallet:send' },
      scopes: ['wallet:read'],
    },
    {
      name: 'tokens without the known prefixes',
      answer: { ...good, access_token: 'x', refresh_token: 'y' },
      scopes: good.scopes,
    },
  ];
  for (const { name, answer, scopes } of accepted) {
    it(`takes ${name}`, () => {
      const { tokens, params } = readTokenAnswer(JSON.stringify(answer));
      expect(tokens.scopes).to.deep.equal(scopes);
      expect(params.scopes).to.deep.equal(scopes);
    });
  }

  const refused: [name: string, answer: unknown, why: string][] = [
    ['null', null, 'it is not a JSON object'],
    ['an array', [good], 'it is not a JSON object'],
    ['a string', 'mct_a', 'it is not a JSON object'],
    ['a number', 7, 'it is not a JSON object'],
    ['no access token', without('access_token'), '`access_token` is not a token'],
    ['an empty access token', { ...good, access_token: '' }, '`access_token` is not a token'],
    ['a number for an access token', { ...good, access_token: 42 }, '`access_token` is not a token'],
    [
      'an access token with a line break',
      { ...good, access_token: 'mct_a\r\nx-injected: 1' },
      '`access_token` is not a token',
    ],
    ['no refresh token', without('refresh_token'), '`refresh_token` is not a token'],
    ['null for a refresh token', { ...good, refresh_token: null }, '`refresh_token` is not a token'],
    ['no token type', without('token_type'), '`token_type` is not Bearer'],
    ['a token type that is not Bearer', { ...good, token_type: 'mac' }, '`token_type` is not Bearer'],
    ['an object for a token type', { ...good, token_type: {} }, '`token_type` is not Bearer'],
    ['no life', without('expires_in'), '`expires_in` is not a number of seconds'],
    ['a text for a life', { ...good, expires_in: '3600' }, '`expires_in` is not a number of seconds'],
    ['a negative life', { ...good, expires_in: -1 }, '`expires_in` is not a number of seconds'],
    ['a life beyond all dates', { ...good, expires_in: 1e300 }, '`expires_in` is out of range'],
    ['no scopes at all', without('scopes'), '`scopes` is not a list of scopes'],
    ['a string for scopes', { ...good, scopes: 'wallet:read' }, '`scopes` is not a list of scopes'],
    ['null for scopes', { ...good, scopes: null }, '`scopes` is not a list of scopes'],
    [
      'null for scopes beside a string `scope`',
      { ...good, scopes: null, scope: 'wallet:read' },
      '`scopes` is not a list of scopes',
    ],
    ['an object for scopes', { ...good, scopes: { 0: 'wallet:read' } }, '`scopes` is not a list of scopes'],
    [
      'a number among the scopes',
      { ...good, scopes: ['wallet:read', 7] },
      '`scopes` is not a list of scopes',
    ],
    [
      'two scopes in one text',
      { ...good, scopes: ['wallet:read wallet:send'] },
      '`scopes` is not a list of scopes',
    ],
    [
      'an array for `scope`',
      { ...without('scopes'), scope: ['wallet:read'] },
      '`scopes` is not a list of scopes',
    ],
  ];
  for (const [name, answer, why] of refused) {
    it(`refuses ${name}, and says why`, () => {
      expect(() => readTokenAnswer(JSON.stringify(answer))).to.throw(MalformedAnswer, new RegExp(`^${why}$`));
    });
  }

  for (const [name, body] of [
    ['HTML', '<html>mct_a</html>'],
    ['cut JSON', JSON.stringify(good).slice(0, 60)],
    ['an empty body', ''],
  ] as const) {
    it(`refuses ${name}, and quotes none of it`, () => {
      expect(() => readTokenAnswer(body)).to.throw(MalformedAnswer, /^it is not JSON$/);
    });
  }
});

describe('readUserAnswer', () => {
  const user = { id: 'u1', firstName: 'Ada', dob: '1990-01-01' };
  for (const [name, answer] of Object.entries({
    'in the envelope': { statusCode: 200, message: 'Success', data: user },
    'without the envelope': user,
  })) {
    it(`takes the user ${name}`, () => {
      expect(readUserAnswer(JSON.stringify(answer))).to.deep.equal(user);
    });
  }

  for (const [name, id, expected] of [
    ['a number', 7, '7'],
    ['zero', 0, '0'],
    ['a negative number', -7, '-7'],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['256 characters', 'x'.repeat(256), 'x'.repeat(256)],
    ['a space within', 'u 1', 'u 1'],
    ['other alphabets', 'Ọlá', 'Ọlá'],
  ] as const) {
    it(`gives an id as a string: ${name}`, () => {
      expect(readUserAnswer(JSON.stringify({ data: { ...user, id } }))).to.deep.equal({
        ...user,
        id: expected,
      });
    });
  }

  const NO_ID = 'the user has no `id` that can be used';
  const WRONG_TYPE = 'a field of the user has the wrong type';
  const unusable: [name: string, id: unknown][] = [
    ['an empty id', ''],
    ['null for an id', null],
    ['an id of 257 characters', 'x'.repeat(257)],
    ['a space before an id', ' u1'],
    ['a line break behind an id', 'u1\n'],
    ['a no-break space behind an id', 'u1\u00a0'],
    ['white space for an id', ' '],
    ['a null character in an id', 'u\u00001'],
    ['a delete character in an id', 'u\u007f1'],
    ['a C1 control character in an id', 'u\u00901'],
    ['a fraction for an id', 7.5],
    ['a number past the safe integers for an id', 2 ** 53],
    ['true for an id', true],
    ['a list for an id', ['u1']],
    ['an object for an id', { toString: 'u1' }],
  ];
  const refused: [name: string, answer: unknown, why: string][] = [
    ['null', null, 'it is not a JSON object'],
    ['an array', [user], 'it is not a JSON object'],
    ['an envelope with null', { statusCode: 200, data: null }, '`data` is not an object'],
    ['an envelope with a list', { statusCode: 200, data: [user] }, '`data` is not an object'],
    ['no id', { data: { firstName: 'Ada' } }, NO_ID],
    ...unusable.map(([name, id]): [string, unknown, string] => [name, { data: { id } }, NO_ID]),
    ['an object for an email', { data: { id: 'u1', email: { value: 'a@example.com' } } }, WRONG_TYPE],
    ['a list for a first name', { id: 'u1', firstName: ['Ada'] }, WRONG_TYPE],
    ['a number for a name', { id: 'u1', name: 7 }, WRONG_TYPE],
    ['a number for a phone', { data: { id: 'u1', phone: 234801 } }, WRONG_TYPE],
  ];
  for (const [name, answer, why] of refused) {
    it(`refuses ${name}, and says why`, () => {
      expect(() => readUserAnswer(JSON.stringify(answer))).to.throw(MalformedAnswer, new RegExp(`^${why}$`));
    });
  }
});

describe('readErrorMessage', () => {
  for (const [name, body, expected] of [
    ['a text', '{"message":"Invalid scope"}', 'Invalid scope'],
    [
      'a list of texts',
      '{"message":["code must be a string","code is empty"]}',
      'code must be a string; code is empty',
    ],
    ['a list with something else in it', '{"message":["one",2,null]}', 'one'],
    ['no message', '{"error":"Unauthorized"}', undefined],
    ['an object for a message', '{"message":{"a":1}}', undefined],
    ['an empty message', '{"message":""}', undefined],
    ['HTML', '<h1>Bad gateway</h1>', undefined],
    ['an empty body', '', undefined],
  ] as const) {
    it(`reads ${name}`, () => expect(readErrorMessage(body)).to.equal(expected));
  }
});
