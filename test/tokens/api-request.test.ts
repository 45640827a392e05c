import { File } from 'node:buffer';
import { getEventListeners, once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import nodeFetch, { FormData as NodeFetchFormData, Headers as NodeFetchHeaders } from 'node-fetch';
import { startEmulator } from '../../emulator/src/index.js';
import { MissingScopeError, MoneiConnect, MoneiConnectError } from '../../src/index.js';
import {
  type FetchFunction,
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenKeeperOptions,
  type TokenStore,
} from '../../src/tokens/index.js';
import { deferred } from '../helpers/deferred.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';

const signedIn = {
  accessToken: 'mct_first-token-of-ada',
  refreshToken: 'mcr_first-token-of-ada',
  scopes: ['wallet:read', 'wallet:send'],
};
const FIRST = `Bearer ${signedIn.accessToken}`;
const SECOND = 'Bearer mct_access';
const json = { 'content-type': 'application/json' };

const FETCHES: [string, FetchFunction | undefined][] = [
  ['Node’s own fetch', undefined],
  ['node-fetch', nodeFetch],
];

/** What came to Monei's API, beside its token endpoint. */
interface ApiCall {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  body: string;
}

describe('TokenKeeper.fetch', () => {
  let monei: LoopbackServer;
  let answer: RequestListener;
  let onRefresh: RequestListener;
  let store: TokenStore;
  let connect: MoneiConnect;

  beforeEach(async () => {
    answer = (_req, res) => res.writeHead(200, json).end('{"ok":true}');
    onRefresh = (_req, res) =>
      res.writeHead(200, json).end(JSON.stringify({ ...pair, scopes: signedIn.scopes }));
    monei = await startLoopbackServer((req, res) => (req.url === '/token' ? onRefresh : answer)(req, res));
    store = memoryStore();
    connect = new MoneiConnect({ ...credentials, tokenURL: `${monei.url}/token` });
  });
  afterEach(() => monei.close());

  function keeperWith(options: Partial<TokenKeeperOptions> = {}): TokenKeeper {
    return new TokenKeeper({ connect, store, keys: false, apiURL: `${monei.url}/api/v1`, ...options });
  }

  async function signIn(options: Partial<TokenKeeperOptions> = {}, expiresIn = 3600): Promise<TokenKeeper> {
    const keeper = keeperWith(options);
    await keeper.save('ada', { ...signedIn, expiresIn });
    return keeper;
  }

  function calls(): ApiCall[] {
    return monei.seen
      .filter(({ url }) => url !== '/token')
      .map(({ method, url, headers, body }) => ({
        method,
        path: url,
        authorization: headers.authorization,
        body,
      }));
  }

  const refreshes = () => monei.seen.filter(({ url }) => url === '/token').length;

  /** Answers the first calls with these statuses, and all later ones with 200. */
  function answerWith(...answers: [status: number, headers?: Record<string, string>][]): void {
    answer = (_req, res) => {
      const [status, headers] = answers.shift() ?? [200];
      res.writeHead(status, { ...json, ...headers }).end('{}');
    };
  }

  for (const [name, fetch] of FETCHES) {
    describe(`with ${name}`, () => {
      it('calls the API as the user', async () => {
        const keeper = await signIn({ fetch });
        const response = await keeper.fetch('ada', '/wallet/me?chainId=1');
        expect(response.status).to.equal(200);
        expect(await response.json()).to.deep.equal({ ok: true });
        expect(calls()).to.deep.equal([
          { method: 'GET', path: '/api/v1/wallet/me?chainId=1', authorization: FIRST, body: '' },
        ]);
      });

      for (const [form, headers] of [
        ['an object', { 'X-Request-Id': '7', Authorization: 'Bearer of-the-caller' }],
        ['a list', [['X-Request-Id', '7'], ['authorization', 'Bearer of-the-caller']]], // biome-ignore format: a pair a line says no more
        ['Headers', new Headers({ 'X-Request-Id': '7', AUTHORIZATION: 'Bearer of-the-caller' })],
        ['Headers of node-fetch', new NodeFetchHeaders({ 'X-Request-Id': '7', Authorization: 'Bearer x' })],
      ] as [string, NonNullable<RequestInit['headers']>][]) {
        it(`sends the headers of the caller as ${form}, but for an authorization`, async () => {
          const keeper = await signIn({ fetch });
          const init = { method: 'POST', headers: { ...json }, body: '{"amount":1}' };
          await keeper.fetch('ada', '/wallet/payout/transfer', { ...init, headers });
          expect(monei.seen[0]?.headers).to.include({ 'x-request-id': '7', authorization: FIRST });
          expect(calls()[0]).to.include({ method: 'POST', body: '{"amount":1}' });
        });
      }

      it('answers a 401 with one refresh and one more try', async () => {
        const keeper = await signIn({ fetch });
        answerWith([401]);
        expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
        expect(calls().map(({ authorization }) => authorization)).to.deep.equal([FIRST, SECOND]);
        expect(refreshes()).to.equal(1);
      });

      it('gives a second 401 to the caller', async () => {
        const keeper = await signIn({ fetch });
        answerWith([401], [401]);
        expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(401);
        expect(calls()).to.have.lengthOf(2);
        expect(refreshes()).to.equal(1);
      });

      const form = new FormData();
      form.set('name', 'Ada');
      const text = '{"amount":5000}';
      const bodies: [string, () => unknown, string?][] = [
        ['text', () => text],
        ['a buffer', () => Buffer.from(text)],
        ['bytes', () => new TextEncoder().encode(text)],
        ['an ArrayBuffer', () => new TextEncoder().encode(text).buffer],
        ['a Blob', () => new Blob([text])],
        ['a file', () => new File([text], 'transfer.json')],
        ['no body', () => null, ''],
        ['parameters', () => new URLSearchParams({ amount: '5000' }), 'amount=5000'],
        ['a form', () => form, 'Ada'],
      ];
      for (const [kind, body, expected = text] of bodies) {
        it(`sends ${kind} again after a 401`, async () => {
          const keeper = await signIn({ fetch });
          answerWith([401]);
          const init = { method: 'POST', body: body() as string };
          expect((await keeper.fetch('ada', '/wallet/payout/transfer', init)).status).to.equal(200);
          expect(calls().map(({ authorization }) => authorization)).to.deep.equal([FIRST, SECOND]);
          for (const call of calls()) expect(call.body).to.include(expected);
        });
      }

      for (const [status, seconds] of [
        [429, '0'],
        [503, '0'],
      ] as const) {
        it(`sends a GET again that is answered with ${status} and a short Retry-After, once`, async () => {
          const keeper = await signIn({ fetch });
          const busy: [number, Record<string, string>] = [status, { 'retry-after': seconds }];
          answerWith(busy);
          expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
          answerWith(busy, busy);
          expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(status);
          expect(calls()).to.have.lengthOf(4);
        });
      }

      it('follows no redirect, with a token or without', async () => {
        const keeper = await signIn({ fetch });
        const other = await startLoopbackServer((_req, res) => res.end());
        for (const status of [301, 302, 303, 307, 308]) {
          for (const location of [other.url, `${monei.url}/api/v1/user/me`]) {
            answerWith([status, { location }]);
            const error = await rejection(keeper.fetch('ada', '/wallet/me'));
            expect(error).to.be.instanceOf(MoneiConnectError).with.property('code', 'network');
            expect(everythingIn(error)).to.not.include('mct_');
          }
        }
        expect(other.seen).to.deep.equal([]);
        expect(calls().filter(({ path }) => path !== '/api/v1/wallet/me')).to.deep.equal([]);
        await other.close();
      });

      it('says what kept it from an answer, and nothing of the token', async () => {
        const keeper = await signIn({ fetch });
        const garbage = `HTTP/1.1 nonsense ${FIRST}\r\n${signedIn.accessToken}\r\n\r\n`;
        const failures: RequestListener[] = [
          (req) => req.socket.destroy(),
          (req) => req.socket.end(garbage),
          (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).destroy(),
        ];
        for (const failure of failures) {
          answer = failure;
          const error = await rejection(keeper.fetch('ada', '/wallet/me'));
          expect(error).to.be.instanceOf(MoneiConnectError);
          expect(error).to.include({ code: 'network', endpoint: 'api', status: 502 });
          expect(everythingIn(error)).to.not.match(/mct_|first-token/);
        }
        expect(calls().filter(({ method }) => method === 'GET')).to.have.lengthOf(failures.length);
      });

      it('passes on what fetch says to a call that can’t be made', async () => {
        const keeper = await signIn({ fetch });
        const error = await rejection(keeper.fetch('ada', '/wallet/me', { body: 'a body' }));
        expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('body');
        expect(everythingIn(error)).to.not.include('mct_');
        expect(calls()).to.deep.equal([]);
      });

      it('ends with the signal of the caller, before and after the answer has begun', async () => {
        const keeper = await signIn({ fetch });
        const reason = new Error('the caller left');
        const controller = new AbortController();
        answer = () => controller.abort(reason);
        const { signal } = controller;
        expect(await rejection(keeper.fetch('ada', '/wallet/me', { signal }))).to.equal(reason);

        const later = new AbortController();
        answer = (_req, res) => res.writeHead(200, json).write('{');
        const response = await keeper.fetch('ada', '/wallet/me', { signal: later.signal });
        later.abort(reason);
        await rejection(response.text());
      });
    });
  }

  it('works with the emulator, and finds out there that the user took the access back', async () => {
    const emulator = await startEmulator();
    connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
    const asked = new URL(emulator.endpoints.authorizationURL);
    const redirectURI = 'http://localhost/callback';
    asked.search = new URLSearchParams({
      client_id: emulator.client.clientID,
      redirect_uri: redirectURI,
      scope: 'profile:read wallet:read',
    }).toString();
    const code = new URL(await emulator.authorize(asked)).searchParams.get('code') ?? '';
    const keeper = keeperWith({ apiURL: emulator.apiURL });
    await keeper.save('ada', await connect.exchangeCode({ code, redirectURI }));
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect((await keeper.fetch('ada', '/nothing/here')).status).to.equal(404);
    emulator.revokeGrant();
    expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(ReconnectRequiredError);
    await emulator.close();
  });

  it('sends a form of node-fetch again after a 401', async () => {
    const keeper = await signIn({ fetch: nodeFetch });
    answerWith([401]);
    const body = new NodeFetchFormData();
    body.set('name', 'Ada');
    await keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body: body as never });
    for (const call of calls()) expect(call.body).to.include('Ada');
    expect(calls()).to.have.lengthOf(2);
  });

  it('leaves a 401 to the caller where the body is used up', async () => {
    /** As of the package `form-data`, which calls itself a form and is a stream. */
    const form = Object.assign(Readable.from(['a', 'b']), { [Symbol.toStringTag]: 'FormData' });
    const streams: [FetchFunction | undefined, unknown][] = [
      [undefined, new Blob(['ab']).stream()],
      [undefined, Readable.from(['a', 'b'])],
      [undefined, (async function* () { yield Buffer.from('ab'); })()], // biome-ignore format: one line says it
      [nodeFetch, Readable.from(['a', 'b'])],
      [nodeFetch, form],
    ];
    for (const [fetch, body] of streams) {
      const keeper = await signIn({ fetch });
      answerWith([401]);
      const init = { method: 'POST', body: body as string, duplex: 'half' as const };
      expect((await keeper.fetch('ada', '/wallet/payout/transfer', init)).status).to.equal(401);
    }
    expect(calls().map(({ body }) => body)).to.deep.equal(streams.map(() => 'ab'));
    expect(refreshes()).to.equal(0);
  });

  it('takes the newer token that another process has stored by now, without a refresh', async () => {
    const keeper = await signIn();
    answer = async (_req, res) => {
      await keeperWith().save('ada', { ...signedIn, accessToken: 'mct_newer' });
      answerWith();
      res.writeHead(401).end();
    };
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect(calls()[1]?.authorization).to.equal('Bearer mct_newer');
    expect(refreshes()).to.equal(0);
  });

  it('refreshes an expired token first, once for all who call', async () => {
    const keeper = await signIn({}, 0);
    await Promise.all([1, 2, 3].map(() => keeper.fetch('ada', '/wallet/me')));
    expect(calls().map(({ authorization }) => authorization)).to.deep.equal([SECOND, SECOND, SECOND]);
    expect(refreshes()).to.equal(1);
  });

  it('answers the 401 of a call whose answers have no body, too', async () => {
    const keeper = await signIn();
    answerWith([401]);
    expect((await keeper.fetch('ada', '/wallet/me', { method: 'HEAD' })).status).to.equal(200);
  });

  it('never sends a call again that may move money, unless Monei refused its token', async () => {
    const keeper = await signIn();
    const body = '{"amount":5000}';
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      for (const status of [429, 500, 502, 503, 504]) {
        answerWith([status, { 'retry-after': '0' }]);
        const init = method === 'HEAD' ? { method } : { method, body };
        expect((await keeper.fetch('ada', '/wallet/payout/transfer', init)).status).to.equal(status);
      }
    }
    answer = (req) => req.socket.destroy();
    const error = await rejection(keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body }));
    expect(error).to.have.property('code', 'network');
    expect(calls()).to.have.lengthOf(26);
  });

  for (const [what, headers] of [
    ['without a Retry-After', {}],
    ['with a long Retry-After', { 'retry-after': '6' }],
    ['with a Retry-After that is no time', { 'retry-after': 'soon' }],
  ] as const) {
    it(`gives an answer ${what} to the caller`, async () => {
      const keeper = await signIn();
      answerWith([429, headers]);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(429);
      expect(calls()).to.have.lengthOf(1);
    });
  }

  it('gives every other answer to the caller as it is', async () => {
    const keeper = await signIn();
    for (const status of [204, 400, 403, 404, 500, 502, 504]) {
      answerWith([status, { 'retry-after': '0' }]);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(status);
    }
    expect(calls()).to.have.lengthOf(7);
  });

  it('lets the call after a wait have its refresh, and the call after a refresh its wait', async () => {
    const keeper = await signIn();
    const busy: [number, Record<string, string>] = [429, { 'retry-after': '0' }];
    for (const answers of [
      [busy, [401]],
      [[401], busy],
    ] as [number, Record<string, string>?][][]) {
      await keeper.save('ada', { ...signedIn, expiresIn: 3600 });
      monei.seen.length = 0;
      answerWith(...answers);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
      expect([calls().length, refreshes()]).to.deep.equal([3, 1]);
    }
    await keeper.save('ada', { ...signedIn, expiresIn: 3600 });
    monei.seen.length = 0;
    answerWith(busy, [401], busy);
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(429);
    expect(calls()).to.have.lengthOf(3);
  });

  it('closes or reads to its end what it does not give to the caller', async () => {
    const large = Buffer.alloc(2 ** 22);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const oneConnection: FetchFunction = (url, init) => nodeFetch(url, { ...init, agent });
    for (const fetch of [undefined, oneConnection]) {
      for (const [status, headers] of [
        [401, {}],
        [429, { 'retry-after': '0' }],
      ] as const) {
        const keeper = await signIn({ fetch });
        let unread: Promise<unknown> = Promise.resolve();
        answer = (_req, res) => {
          unread = once(res, 'close');
          answerWith();
          res.writeHead(status, headers).end(large);
        };
        const response = await keeper.fetch('ada', '/wallet/me');
        expect(response.status).to.equal(200);
        await unread;
        await response.text();
      }
    }
    agent.destroy();
  });

  describe('asks for scopes first', () => {
    it('and makes no call without them, not even a refresh', async () => {
      const keeper = await signIn({}, 0);
      await keeper.save('ada', { ...signedIn, expiresIn: 0, scopes: ['kyc:read'] });
      const error = await rejection(keeper.fetch('ada', '/wallet/payout/transfer', { method: 'post' }));
      expect(error).to.be.instanceOf(MissingScopeError);
      expect(error).to.include({ code: 'missing_scope', status: 403 });
      expect(error).to.have.deep.property('missing', ['wallet:send']);
      expect(monei.seen).to.deep.equal([]);
    });

    it('and takes one of two for enough, where either opens a route', async () => {
      const keeper = keeperWith();
      await keeper.save('ada', { ...signedIn, scopes: ['offramp:execute'] });
      expect((await keeper.fetch('ada', '/offramp/ledger/history?page=2')).status).to.equal(200);
      await keeper.save('ada', { ...signedIn, scopes: ['kyc:read'] });
      const error = await rejection(keeper.fetch('ada', `${monei.url}/api/v1/offramp/ledger/history`));
      expect(error).to.have.deep.property('missing', ['wallet:read', 'offramp:execute']);
    });

    it('and takes token and scopes of a call from one read', async () => {
      const keeper = await signIn();
      const load = store.load;
      let reads = 0;
      store.load = async (userId) => {
        const value = await load(userId);
        // What is stored next must not be mixed with what was read.
        if (++reads === 1) await keeper.save('ada', { ...signedIn, accessToken: 'mct_next', scopes: [] });
        return value;
      };
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
      expect(calls()[0]?.authorization).to.equal(FIRST);
    });

    it('and leaves a route to Monei that nobody says the scope of', async () => {
      const keeper = keeperWith();
      await keeper.save('ada', { ...signedIn, scopes: [] });
      answerWith([403]);
      expect((await keeper.fetch('ada', '/wallet/utils/banks')).status).to.equal(403);
      expect(calls()).to.have.lengthOf(1);
    });

    it('and again of what comes of a refresh', async () => {
      const keeper = await signIn({}, 0);
      onRefresh = (_req, res) =>
        res.writeHead(200, json).end(JSON.stringify({ ...pair, scopes: ['kyc:read'] }));
      expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(MissingScopeError);
      expect(calls()).to.deep.equal([]);
    });
  });

  describe('asks for a reconnect', () => {
    it('when nothing is stored', async () => {
      const error = await rejection(keeperWith().fetch('ada', '/wallet/me'));
      expect(error).to.be.instanceOf(ReconnectRequiredError);
      expect(monei.seen).to.deep.equal([]);
    });

    it('when Monei’s API and its token endpoint refuse the tokens', async () => {
      const keeper = await signIn();
      answerWith([401]);
      const body = JSON.stringify({ statusCode: 401, message: 'Unauthorized' });
      onRefresh = (_req, res) => res.writeHead(401, json).end(body);
      expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(ReconnectRequiredError);
      expect([calls().length, refreshes()]).to.deep.equal([1, 1]);
      expect(await store.load('ada')).to.equal(undefined);
    });
  });

  it('passes on why a token could not be refreshed, without a call to the API', async () => {
    const keeper = await signIn({}, 0);
    onRefresh = (_req, res) => res.writeHead(500, json).end('{}');
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error).to.include({ code: 'unavailable', endpoint: 'token' });
    expect(calls()).to.deep.equal([]);
  });

  describe('sends a token nowhere but under apiURL:', () => {
    const elsewhere: [string, unknown][] = [
      ['a host behind two slashes', '//evil.example/api/v1/wallet/me'],
      ['a host behind a backslash', '/\\evil.example/api/v1'],
      ['backslashes', '\\\\evil.example'],
      ['a backslash in a path', '/wallet\\..\\me'],
      ['a tab between slashes', '/\t/evil.example'],
      ['a line break between slashes', '/\n/evil.example'],
      ['a NUL', '/wallet/\0me'],
      ['a path that climbs', '/../../evil'],
      ['a path that climbs within', '/transactions/../user/me'],
      ['a path that climbs at its end', '/wallet/..'],
      ['a path that climbs before a query', '/wallet/..?a=b'],
      ['a path that climbs before a fragment', '/wallet/..#a'],
      ['a part that stays', '/wallet/./me'],
      ['encoded dots', '/%2e%2e/%2E%2e/evil'],
      ['dots that are half encoded', '/wallet/.%2e/me'],
      ['an encoded slash behind dots', '/transactions/..%2f..%2fadmin'],
      ['an encoded backslash before dots', '/transactions/x%5c..%5Cadmin'],
      ['a relative path', 'wallet/me'],
      ['nothing', ''],
      ['a query', '?a=b'],
      ['another host', 'https://evil.example/api/v1/wallet/me'],
      ['a host that begins the same', 'http://127.0.0.1.evil.example/api/v1/wallet/me'],
      ['a user name that looks like the host', 'http://127.0.0.1@evil.example/api/v1/wallet/me'],
      ['no URL', 'http://'],
      ['a scheme without a host', 'javascript:alert(1)'],
      ['a file', 'file:///api/v1/wallet/me'],
      ['undefined', undefined],
      ['null', null],
      ['a number', 7],
      ['a Request', new Request('http://127.0.0.1/api/v1/wallet/me')],
      ['an object that has a text', { toString: () => '/wallet/me' }],
    ];
    for (const [what, input] of elsewhere) {
      it(`not for ${what}`, async () => {
        const called: unknown[] = [];
        const fetch: FetchFunction = async (...call) => called.push(call) as never;
        const error = await rejection((await signIn({ fetch })).fetch('ada', input as string));
        expect(error)
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.includes('passport-monei: fetch takes');
        expect(called).to.deep.equal([]);
      });
    }

    const near: [string, (url: URL) => string][] = [
      ['another port', (url) => `http://127.0.0.1:${Number(url.port) - 1}/api/v1/wallet/me`],
      ['another scheme', ({ host }) => `https://${host}/api/v1/wallet/me`],
      ['a blob of that host', ({ origin }) => `blob:${origin}/api/v1/wallet/me`],
      ['a user name', ({ host }) => `http://ada@${host}/api/v1/wallet/me`],
      ['a password', ({ host }) => `http://:secret@${host}/api/v1/wallet/me`],
      ['another path', ({ origin }) => `${origin}/api/v2/wallet/me`],
      ['a path that begins the same', ({ origin }) => `${origin}/api/v10/wallet/me`],
      ['a path that climbs out', ({ origin }) => `${origin}/api/v1/../v2/wallet/me`],
      ['the host alone', ({ origin }) => origin],
      ['apiURL itself', ({ origin }) => `${origin}/api/v1`],
    ];
    for (const [what, make] of near) {
      it(`not for ${what}`, async () => {
        const keeper = await signIn();
        const url = make(new URL(monei.url));
        for (const input of [url, new URL(url)]) {
          expect(await rejection(keeper.fetch('ada', input)))
            .to.be.instanceOf(TypeError)
            .with.property('message')
            .that.includes('passport-monei: fetch takes');
        }
        expect(monei.seen).to.deep.equal([]);
      });
    }

    it('for a path, a URL, or a URL object that is', async () => {
      for (const apiURL of [`${monei.url}/api/v1`, `${monei.url}/api/v1/`, `${monei.url}/api/v1//`]) {
        const keeper = await signIn({ apiURL });
        const url = `${monei.url}/api/v1/wallet/me`;
        const inputs = ['/wallet/me', url, new URL(url), url.replace('http', 'HTTP'), '/wallet/me#top'];
        for (const input of inputs) await keeper.fetch('ada', input);
        expect(new Set(calls().map(({ path }) => path))).to.deep.equal(new Set(['/api/v1/wallet/me']));
        expect(calls()).to.have.lengthOf(inputs.length);
        monei.seen.length = 0;
      }
    });

    it('for a path with dots in a name, and anything in its query', async () => {
      const keeper = await signIn({ apiURL: monei.url });
      const paths = [
        '/transactions/reference/..a',
        '/transactions/a..b.',
        '/transactions?narration=/../a&b=//x',
      ];
      for (const path of paths) await keeper.fetch('ada', path);
      expect(calls().map(({ path }) => path)).to.deep.equal(paths);
    });

    it('Monei’s own, unless it is told another', async () => {
      const urls: string[] = [];
      const fetch: FetchFunction = async (url) => {
        urls.push(url);
        return new Response('');
      };
      const keeper = new TokenKeeper({ connect, store, keys: false, fetch });
      await keeper.save('ada', signedIn);
      await keeper.fetch('ada', '/wallet/me');
      await keeper.fetch('ada', 'https://API.monei.cc:443/api/v1/wallet/naira-wallet');
      expect(urls).to.deep.equal([
        'https://api.monei.cc/api/v1/wallet/me',
        'https://api.monei.cc/api/v1/wallet/naira-wallet',
      ]);
    });
  });

  it('hides a token of any form, and keeps the rest of what fetch says', async () => {
    const fetch: FetchFunction = () => Promise.reject(new Error('refused to send opaquetoken'));
    const keeper = keeperWith({ fetch });
    await keeper.save('ada', { ...signedIn, accessToken: 'opaquetoken' });
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error).to.have.property('message', "Monei's API gave no answer: refused to send […]");
  });

  it('says so when fetch fails without an error', async () => {
    const keeper = await signIn({ fetch: () => Promise.reject(undefined) });
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error).to.be.instanceOf(MoneiConnectError).with.property('code', 'network');
  });

  describe('refuses', () => {
    for (const [what, options, message] of [
      ['plain http off loopback', { apiURL: 'http://api.monei.cc/api/v1' }, '`apiURL` must be an https: URL'],
      ['no URL', { apiURL: 'api.monei.cc' }, '`apiURL` is not a URL'],
      [
        'a user name in apiURL',
        { apiURL: 'https://ada@api.monei.cc/api/v1' },
        '`apiURL` must have no user name',
      ],
      ['a fragment in apiURL', { apiURL: 'https://api.monei.cc/api/v1#' }, '`apiURL` must have no fragment'],
      [
        'a query in apiURL',
        { apiURL: 'https://api.monei.cc/api/v1?' },
        '`apiURL` must be a URL without a query',
      ],
      ['a fetch that is none', { fetch: 'node-fetch' as never }, '`fetch` must be a function'],
    ] as [string, Partial<TokenKeeperOptions>, string][]) {
      it(what, () => {
        expect(() => keeperWith(options)).to.throw(TypeError, message);
      });
    }

    it('a user that is none', async () => {
      expect(await rejection(keeperWith().fetch('', '/wallet/me'))).to.be.instanceOf(TypeError);
    });

    it('headers that HTTP does not allow, and does not show them', async () => {
      const keeper = await signIn();
      const headers = { authorization: 'Bearer mct_of-the-caller\nx' };
      const error = await rejection(keeper.fetch('ada', '/wallet/me', { headers }));
      expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('`headers`');
      expect(everythingIn(error)).to.not.include('of-the-caller');
    });

    it('to put a token into a header that no header can hold, and does not show it', async () => {
      const keeper = keeperWith();
      await keeper.save('ada', { ...signedIn, accessToken: 'mct_with\nline' });
      const error = await rejection(keeper.fetch('ada', '/wallet/me'));
      expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('`accessToken`');
      expect(everythingIn(error)).to.not.include('mct_');
    });
  });

  it('takes null for no init, no signal and no headers', async () => {
    const keeper = await signIn();
    await keeper.fetch('ada', '/wallet/me', null as never);
    await keeper.fetch('ada', '/wallet/me', { signal: null, headers: null as never });
    expect(calls()).to.have.lengthOf(2);
  });

  describe('stops waiting when the caller’s signal aborts', () => {
    const reason = new Error('the caller left');

    it('before it begins: nothing is read, nothing is called', async () => {
      const loaded: string[] = [];
      const inner = store;
      store = {
        ...inner,
        load(userId) {
          loaded.push(userId);
          return inner.load(userId);
        },
      };
      const keeper = keeperWith();
      const signal = AbortSignal.abort(reason);
      expect(await rejection(keeper.fetch('ada', '/wallet/me', { signal }))).to.equal(reason);
      expect([loaded, monei.seen]).to.deep.equal([[], []]);
    });

    it('for the store', async () => {
      store = { ...store, load: () => new Promise(() => {}) };
      const controller = new AbortController();
      const call = rejection(keeperWith().fetch('ada', '/wallet/me', controller));
      controller.abort(reason);
      expect(await call).to.equal(reason);
    });

    it('for a lock that somebody else has', async () => {
      const keeper = await signIn({}, 0);
      const [held, opened] = [deferred<void>(), deferred<void>()];
      const holding = store.lock('ada', async () => {
        held.resolve();
        await opened.promise;
      });
      await held.promise;
      const controller = new AbortController();
      const call = rejection(keeper.fetch('ada', '/wallet/me', controller));
      await new Promise(setImmediate);
      controller.abort(reason);
      expect(await call).to.equal(reason);
      opened.resolve();
      await holding;
      expect(await keeper.accessToken('ada')).to.equal('mct_access');
    });

    it('for a refresh, which goes on for the others', async () => {
      const keeper = await signIn({}, 0);
      const [asked, gate] = [deferred<void>(), deferred<void>()];
      onRefresh = async (_req, res) => {
        asked.resolve();
        await gate.promise;
        res.writeHead(200, json).end(JSON.stringify({ ...pair, scopes: signedIn.scopes }));
      };
      const controller = new AbortController();
      const call = rejection(keeper.fetch('ada', '/wallet/me', controller));
      const other = keeper.fetch('ada', '/wallet/me');
      await asked.promise;
      controller.abort(reason);
      expect(await call).to.equal(reason);
      gate.resolve();
      expect((await other).status).to.equal(200);
      expect([calls().length, refreshes()]).to.deep.equal([1, 1]);
    });

    it('for the refresh after a 401', async () => {
      const keeper = await signIn();
      answerWith([401]);
      const controller = new AbortController();
      onRefresh = () => controller.abort(reason);
      expect(await rejection(keeper.fetch('ada', '/wallet/me', controller))).to.equal(reason);
      expect(calls()).to.have.lengthOf(1);
    });

    it('for the time that Monei asked for', async () => {
      const keeper = await signIn();
      answerWith([429, { 'retry-after': '1' }]);
      const controller = new AbortController();
      const call = rejection(keeper.fetch('ada', '/wallet/me', controller));
      await until(async () => calls().length === 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      controller.abort(reason);
      expect(await call).to.equal(reason);
      expect(calls()).to.have.lengthOf(1);
    });

    it('and forgets about the signal when a call is over', async () => {
      const keeper = await signIn({ fetch: async () => new Response('') });
      const { signal } = new AbortController();
      await keeper.fetch('ada', '/wallet/me', { signal });
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });

    it('also where the signal gives no reason', async () => {
      const signal = Object.assign(new EventTarget(), { aborted: true, reason: undefined });
      const error = await rejection(keeperWith().fetch('ada', '/wallet/me', { signal: signal as never }));
      expect(error).to.have.property('name', 'AbortError');
    });
  });

  describe('by the clock', () => {
    let clock: FakeTimers.Clock;
    let sent: number[];
    let responses: (Response | undefined)[];
    let keeper: TokenKeeper;

    beforeEach(async () => {
      clock = FakeTimers.install({
        now: Date.UTC(2030, 0, 1),
        toFake: ['setTimeout', 'clearTimeout', 'Date'],
      });
      sent = [];
      responses = [];
      /** Answers with the next response, or not until its signal aborts. */
      const fetch: FetchFunction = (_url, init) => {
        const { signal } = init as { signal: AbortSignal };
        sent.push(clock.now - Date.UTC(2030, 0, 1));
        const response = responses.shift();
        if (response) return Promise.resolve(response);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      };
      keeper = await signIn({ fetch });
    });
    afterEach(() => clock.uninstall());

    it('gives up after 10 s', async () => {
      const call = rejection(keeper.fetch('ada', '/wallet/me'));
      let over = false;
      call.then(() => {
        over = true;
      });
      await clock.tickAsync(9_999);
      expect(over).to.equal(false);
      await clock.tickAsync(1);
      expect(await call)
        .to.be.instanceOf(MoneiConnectError)
        .and.include({ code: 'timeout', status: 504 });
    });

    it('gives up after 10 s also where it waits for the store', async () => {
      store.load = () => new Promise(() => {});
      const call = rejection(keeper.fetch('ada', '/wallet/me'));
      await clock.tickAsync(10_000);
      expect(await call).to.have.property('code', 'timeout');
    });

    it('has no time limit of its own where the caller brings a signal', async () => {
      const controller = new AbortController();
      const call = rejection(keeper.fetch('ada', '/wallet/me', controller));
      await clock.tickAsync(60_000);
      controller.abort('enough');
      expect(await call).to.equal('enough');
    });

    const busy = (retryAfter: string) =>
      new Response('', { status: 503, headers: { 'retry-after': retryAfter } });

    for (const [what, retryAfter] of [
      ['seconds', '5'],
      ['a date', 'Tue, 01 Jan 2030 00:00:05 GMT'],
    ] as const) {
      it(`waits as long as Monei asks for, in ${what}`, async () => {
        responses = [busy(retryAfter), new Response('done')];
        const call = keeper.fetch('ada', '/wallet/me');
        await clock.tickAsync(5_000);
        expect(await (await call).text()).to.equal('done');
        expect(sent).to.deep.equal([0, 5_000]);
      });
    }

    it('does not wait past its own time limit', async () => {
      const gate = deferred<void>();
      const load = store.load;
      store.load = async (userId) => {
        await gate.promise;
        return load(userId);
      };
      responses = [busy('5')];
      const call = keeper.fetch('ada', '/wallet/me');
      await clock.tickAsync(5_000);
      gate.resolve();
      expect((await call).status).to.equal(503);
    });
  });

  it('covers the body of the answer with its time limit', async () => {
    const signals: AbortSignal[] = [];
    const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const fetch: FetchFunction = async (_url, init) => {
        signals.push((init as { signal: AbortSignal }).signal);
        return new Response('');
      };
      await (await signIn({ fetch })).fetch('ada', '/wallet/me');
      await clock.tickAsync(10_000);
      expect(signals[0]?.reason).to.have.property('code', 'timeout');
    } finally {
      clock.uninstall();
    }
  });
});
