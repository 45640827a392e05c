import { expect } from 'chai';
import { MalformedAnswer, readErrorMessage, readTokenAnswer, readUserAnswer } from '../src/answers.js';

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

  const refused: Record<string, unknown> = {
    null: null,
    'an array': [good],
    'a string': 'mct_a',
    'a number': 7,
    'no access token': without('access_token'),
    'an empty access token': { ...good, access_token: '' },
    'a number for an access token': { ...good, access_token: 42 },
    'an access token with a line break': { ...good, access_token: 'mct_a\r\nx-injected: 1' },
    'no refresh token': without('refresh_token'),
    'null for a refresh token': { ...good, refresh_token: null },
    'no token type': without('token_type'),
    'a token type that is not Bearer': { ...good, token_type: 'mac' },
    'an object for a token type': { ...good, token_type: {} },
    'no life': without('expires_in'),
    'a text for a life': { ...good, expires_in: '3600' },
    'a negative life': { ...good, expires_in: -1 },
    'a life beyond all dates': { ...good, expires_in: 1e300 },
    'no scopes at all': without('scopes'),
    'a string for scopes': { ...good, scopes: 'wallet:read' },
    'null for scopes': { ...good, scopes: null },
    'null for scopes beside a string `scope`': { ...good, scopes: null, scope: 'wallet:read' },
    'an object for scopes': { ...good, scopes: { 0: 'wallet:read' } },
    'a number among the scopes': { ...good, scopes: ['wallet:read', 7] },
    'two scopes in one text': { ...good, scopes: ['wallet:read wallet:send'] },
    'an array for `scope`': { ...without('scopes'), scope: ['wallet:read'] },
  };
  for (const [name, answer] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      expect(() => readTokenAnswer(JSON.stringify(answer))).to.throw(MalformedAnswer);
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

  const refused: Record<string, unknown> = {
    null: null,
    'an array': [user],
    'an envelope with null': { statusCode: 200, data: null },
    'an envelope with a list': { statusCode: 200, data: [user] },
    'no id': { data: { firstName: 'Ada' } },
    'an empty id': { data: { id: '' } },
    'a number for an id': { data: { id: 7 } },
    'an object for an email': { data: { id: 'u1', email: { value: 'a@example.com' } } },
    'a number for a phone': { data: { id: 'u1', phone: 234801 } },
  };
  for (const [name, answer] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      expect(() => readUserAnswer(JSON.stringify(answer))).to.throw(MalformedAnswer);
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
