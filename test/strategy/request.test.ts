import { expect } from 'chai';
import { originalURL, pathOfRequest, queryOf } from '../../src/strategy/request.js';

const forwarded = { 'x-forwarded-proto': 'HTTPS, http', 'x-forwarded-host': 'public.example, inner.example' };
/** Returns an Express app that trusts one address, with the socket of a sender. */
const express = (trusts: boolean) => ({
  app: {
    get: (name: string) =>
      name === 'trust proxy fn' ? (address: unknown) => address === '10.0.0.1' : undefined,
  },
  socket: { remoteAddress: trusts ? '10.0.0.1' : '203.0.113.9' },
});

describe('originalURL', () => {
  const cases: [name: string, request: object, proxy: boolean, expected: string][] = [
    ['a bare request', { headers: { host: 'app.test' }, url: '/cb' }, false, 'http://app.test/cb'],
    [
      'the path of a mounted router',
      { headers: { host: 'app.test' }, url: '/cb', originalUrl: '/auth/cb' },
      false,
      'http://app.test/auth/cb',
    ],
    [
      'a target in absolute form',
      { headers: { host: 'app.test' }, url: 'http://other.test:3000/cb?a=b' },
      false,
      'http://app.test/cb?a=b',
    ],
    [
      'a target in absolute form without a path',
      { headers: { host: 'app.test' }, originalUrl: 'http://ada@other.test', url: '/' },
      false,
      'http://app.test/',
    ],
    ['HTTP/2', { headers: { ':authority': 'app.test' }, url: '/' }, false, 'http://app.test/'],
    [
      'forwarded headers of an unknown sender',
      { headers: { host: 'app.test', ...forwarded } },
      false,
      'http://app.test/',
    ],
    [
      'forwarded headers with the option proxy, of which the first value counts',
      { headers: { host: 'app.test', ...forwarded } },
      true,
      'https://public.example/',
    ],
    [
      'the option proxy without forwarded headers',
      { headers: { host: 'app.test' }, socket: { encrypted: true } },
      true,
      'https://app.test/',
    ],
    [
      'forwarded headers twice',
      { headers: { host: 'app.test', 'x-forwarded-host': ['one.example', 'two.example'] } },
      true,
      'http://one.example/',
    ],
    [
      'a sender that Express trusts',
      { ...express(true), headers: { host: 'app.test', ...forwarded } },
      false,
      'https://public.example/',
    ],
    [
      'a sender that Express does not trust, although `trust proxy` is set',
      { ...express(false), protocol: 'https', host: 'evil', headers: { host: 'app.test', ...forwarded } },
      false,
      'http://app.test/',
    ],
    [
      'the protocol and host of Fastify and Koa',
      { app: {}, protocol: 'https', host: 'public.example', headers: { host: 'app.test' } },
      false,
      'https://public.example/',
    ],
    [
      'a framework with only one of protocol and host',
      { protocol: 'https', headers: { host: 'app.test' } },
      false,
      'http://app.test/',
    ],
    [
      'a protocol that is not a string',
      { protocol: 5, host: 'evil.example', headers: { host: 'app.test' } },
      false,
      'http://app.test/',
    ],
    [
      'a forwarded list with spaces',
      { headers: { host: 'app.test', 'x-forwarded-host': ' public.example , inner.example' } },
      true,
      'http://public.example/',
    ],
    [
      'another app with a function `get`',
      { app: { get: () => true }, headers: { host: 'app.test' } },
      false,
      'http://app.test/',
    ],
  ];
  for (const [name, request, proxy, expected] of cases) {
    it(`returns the URL for ${name}`, () =>
      expect(originalURL(request as never, proxy).href).to.equal(expected));
  }

  for (const request of [{}, { headers: {}, url: '/cb' }, { headers: { host: 'a b' } }]) {
    it(`throws if the request has no host: ${JSON.stringify(request)}`, () => {
      expect(() => originalURL(request as never, false)).to.throw(/absolute URL/);
    });
  }
});

describe('queryOf', () => {
  const cases: [name: string, request: object, expected: object][] = [
    ['a parsed query', { query: { code: 'c' }, url: '/?code=d' }, { code: 'c' }],
    ['the URL, if the query is empty', { query: {}, url: '/?code=d' }, { code: 'd' }],
    [
      'the URL, if the query is a URLSearchParams',
      { query: new URLSearchParams('a=b'), url: '/?a=b' },
      { a: 'b' },
    ],
    ['the original URL', { originalUrl: '/x?a=b', url: '/' }, { a: 'b' }],
    ['a URL that is only a query', { url: '?a=b' }, { a: 'b' }],
    ['no query', { url: '/cb' }, {}],
    ['a request without properties', {}, {}],
  ];
  for (const [name, request, expected] of cases) {
    it(`reads ${name}`, () => expect({ ...queryOf(request as never) }).to.deep.equal(expected));
  }
});

describe('pathOfRequest', () => {
  const cases: [name: string, req: object, expected: string][] = [
    ['the original URL, which a router changed', { originalUrl: '/auth/cb?code=c', url: '/cb' }, '/auth/cb'],
    ['the URL', { url: '/cb?code=c' }, '/cb'],
    ['an absolute URL', { url: 'http://app.test/cb?code=c' }, '/cb'],
    ['a request without properties', {}, ''],
  ];
  for (const [name, req, expected] of cases) {
    it(`returns the path of ${name}`, () => expect(pathOfRequest(req as never)).to.equal(expected));
  }
});
