import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { cleanBody, cleanText } from '../../src/connect/redaction.js';
import { quoteForMessage } from '../../src/internal/quote-for-message.js';

describe('[S22] cleanText', () => {
  const secret = 'c0de/with+"Signs"=AndMore';
  const bytes = Buffer.from(secret);
  const encodeBytes = (encode: (byte: number) => string) => [...bytes].map(encode).join('');
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  const forms: Record<string, string> = {
    unchanged: secret,
    'in JSON': JSON.stringify({ code: secret }),
    'in JSON in JSON': JSON.stringify(JSON.stringify({ code: secret })),
    'in a URL': `?code=${encodeURIComponent(secret)}&a=b`,
    'encoded twice for a URL': encodeURIComponent(encodeURIComponent(secret)),
    'in HTML character references': encodeBytes((byte) => `&#x${hex(byte)};`),
    'in \\x escapes': encodeBytes((byte) => `\\x${hex(byte)}`),
    'in \\u escapes': encodeBytes((byte) => `\\u00${hex(byte)}`),
    'in quoted-printable': encodeBytes((byte) => `=${hex(byte).toUpperCase()}`),
    'in decimal bytes': [...bytes].join(' '),
    'with many accents': [...secret].join('\u0301'),
    'in base64': bytes.toString('base64'),
    'in hex': bytes.toString('hex'),
    'in upper case': secret.toUpperCase(),
    'in lower case': secret.toLowerCase(),
    'in full width': [...secret].map((one) => String.fromCodePoint(one.charCodeAt(0) + 0xfee0)).join(''),
    'with characters between': [...secret].join('-'),
    'with spaces between': [...secret].join(' '),
    'without its end': secret.slice(0, -4),
    'split over a list': `${secret.slice(0, 12)}; ${secret.slice(12)}`,
  };
  for (const [name, text] of Object.entries(forms)) {
    it(`redacts a secret ${name}`, () => {
      const clean = cleanText(`Bad code ${text} here`, [secret]);
      expect(clean).to.match(/^Bad code \[…\].* here$/);
      expect(clean.replace(/[^a-z]/gi, '').toLowerCase()).to.not.match(/cdewith|signsand/);
    });
  }

  it('redacts a secret that consists of words', () => {
    expect(cleanText('no correct horse battery here', ['correct-horse-battery'])).to.equal('no […] here');
  });

  const readable = [
    'Authorization code expired or already used',
    'redirect_uri does not match a registered one.',
    'Too many requests: wait 30 seconds',
    'could not be reached: connect ECONNREFUSED 127.0.0.1:443',
    "This app doesn't have the scope wallet:send (access_denied)",
    'Adé’s double-check of code_challenge_method',
    'getaddrinfo ENOTFOUND api.monei.cc',
    'connect to localhost.test:8443 or 10.20.30.40',
    'an EvilGateway rejected 50% of 123456 calls',
    'nothing in () here',
    'a twelve-step mother-in-law of mine',
    'Kuala-Lumpur is far away',
    'the field emcs_able is missing',
    `the field ${'a'.repeat(16)}${`_${'b'.repeat(20)}`.repeat(4)} is missing`,
  ];
  for (const text of readable) {
    it(`keeps prose: ${text}`, () => expect(cleanText(text, ['longsecret-1'])).to.equal(text));
  }

  const hidden = [
    'xredirect_uri9',
    '9redirect_uri',
    'redirect_uri_',
    'wallet:send9',
    '9wallet:send',
    'a127.0.0.1',
    '127.0.0.1x',
    '127.0.0.1:123456',
    '1234567',
    'api.monei.cc9',
    '9api.monei.cc',
    'api.monei.cc:x',
    'API.monei.cc',
    'api.MONEI',
    'sevEn',
    "it's9",
    'ﬁne',
    'x'.repeat(30),
    'ab_cd'.repeat(30),
    Array(5).fill('b'.repeat(20)).join('_'),
  ];
  for (const word of hidden) {
    it(`redacts a word that is not prose: ${word}`, () => {
      expect(cleanText(`see ${word} there`)).to.equal('see […] there');
    });
  }

  it('redacts a short secret that is a value, and keeps it where it is a usual word', () => {
    expect(cleanText('code: abc', ['abc'])).to.equal('code: […]');
    expect(cleanText('the "abc"', ['abc'])).to.equal('the […]');
    expect(cleanText('key: HIDDEN', ['hidden'])).to.equal('key: […]');
    expect(cleanText('number 1234', ['1234'])).to.equal('number […]');
    expect(cleanText('the code expired', ['code'])).to.equal('the code expired');
    expect(cleanText('code expired', ['code'])).to.equal('code expired');
    expect(cleanText('a: is code', ['code'])).to.equal('a: is code');
    expect(cleanText('wallet:send code', ['code'])).to.equal('wallet:send code');
    expect(cleanText('field a_b', ['a_b'])).to.equal('field […]');
    expect(cleanText('word 1a', ['1a'])).to.equal('word […]');
    expect(cleanText('see: horsebox', ['horsebox'])).to.equal('see: […]');
    expect(cleanText('the horsebox', ['horsebox'])).to.equal('the […]');
  });

  it('redacts three numbers or single letters in a row, which may spell a secret', () => {
    expect(cleanText('it is 104 105 106 107 then')).to.equal('it is […] then');
    expect(cleanText('it is 104 105 then')).to.equal('it is 104 105 then');
    expect(cleanText('it is a b c d then')).to.equal('it is […] then');
    expect(cleanText('it is 1 a to 2 b')).to.equal('it is 1 a to 2 b');
  });

  it('redacts the last 8 letters of a secret at the end of a text', () => {
    expect(cleanText('no battery', ['correct-horse-battery'])).to.equal('no battery');
    expect(cleanText('no horse battery', ['correct-horse-battery'])).to.equal('no […]');
    expect(cleanText('at rsebatte', ['correct-horsebatte'])).to.equal('at […]');
  });

  it('removes combining accents from words', () => {
    expect(cleanText('Ade\u0301 is a\u0301\u0316\u0301\u0316\u0301 name', ['secret'])).to.equal(
      'Ade is a name',
    );
  });

  it('reads no more than the first 64 KiB', () => {
    expect(cleanText(`${' '.repeat(64 * 1024 - 4)}good word`)).to.equal('good');
  });

  it('returns no control characters and no line separators, and at most 1,000 characters', () => {
    expect(cleanText('one\r\ntwo\u2028three\u0000four')).to.equal('one two three four');
    expect(cleanText('word '.repeat(5000)))
      .to.have.lengthOf(1000)
      .and.match(/ word…$/);
    const longest = `${'word '.repeat(199)}words`;
    expect(cleanText(longest)).to.equal(longest).and.to.have.lengthOf(1000);
    expect(cleanText('')).to.equal('');
  });

  it('cleans the texts of a JSON body, and keeps its structure', () => {
    const body = JSON.stringify({ error: 'invalid_grant', list: [secret, 1, null] });
    expect(cleanBody(body, [secret])).to.equal('{"error":"invalid_grant","list":["[…]",1,null]}');
    expect(cleanBody('{"code":1234567890123,"n":[7]}', ['1234567890123'])).to.equal('{"code":"[…]","n":[7]}');
    const error = '{"statusCode":400,"message":"Bad Request","error":"Bad Request"}';
    expect(cleanBody(error, [secret]), 'an error of Monei').to.equal(error);
    const split = JSON.stringify({ message: ['opense', 'sametoday'] });
    expect(cleanBody(split, ['opensesametoday'])).to.equal('{"message":["[…]","[…]"]}');
    expect(cleanBody(`<b>${secret}`, [secret])).to.equal('[…]');
  });

  it('redacts words with a prefix of Monei’s secrets', () => {
    expect(quoteForMessage('mcs_a mct_b-c.d mc_public')).to.equal('"[redacted] [redacted] mc_public"');
    expect(cleanText('mcs_a mct_b-c.d')).to.equal('[…]');
  });

  it('takes linear time for long inputs', () => {
    const texts = [
      '\\'.repeat(60),
      '\\'.repeat(10_000),
      `${'a'.repeat(14_000)}b`,
      `a${'\u0301\u0316'.repeat(16_000)}`,
      '&#x2f;'.repeat(5000),
      'a-'.repeat(9000),
    ];
    const url = new URL('../../src/connect/redaction.ts', import.meta.url).href;
    const code = `const { cleanText } = await import(${JSON.stringify(url)});
      const texts = ${JSON.stringify(texts)};
      for (const text of texts) for (const secret of texts) cleanText('Bad code ' + text.repeat(2), [secret]);
      console.log('done');`;
    const env = { ...process.env, NODE_V8_COVERAGE: '' };
    const options = { timeout: 25_000, encoding: 'utf8', env, input: code } as const;
    const args = ['--import', 'tsx', '--input-type=module', '-'];
    expect(execFileSync(process.execPath, args, options)).to.equal('done\n');
  });
});
