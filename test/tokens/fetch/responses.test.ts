import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MoneiConnectError } from '../../../src/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { startLoopbackServer } from '../../helpers/loopback-server.js';
import { JSON_TYPE, signedIn, useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';

const MAX_BYTES = 10 * 1024 * 1024;
const TRANSFER = ['ada', '/wallet/payout/transfer', { method: 'POST', body: '{}' }] as const;

describe('A response of TokenKeeper.fetch', () => {
  const monei = useMoneiApi();

  it('is given to the caller as it is, whatever its status', async () => {
    const keeper = await monei.signIn();
    for (const status of [200, 201, 226, 299, 300, 305, 400, 402, 403, 404, 409, 418, 500, 502, 504, 599]) {
      monei.respondWith([status, { 'retry-after': '0' }]);
      const response = await keeper.fetch('ada', '/wallet/me');
      expect(response.status).to.equal(status);
      expect(await response.json()).to.deep.equal({});
    }
  });

  for (const status of [204, 205, 304]) {
    it(`has a null body if its status is ${status}`, async () => {
      const keeper = await monei.signIn();
      monei.respond = (_req, res) => res.writeHead(status, { etag: '"1"' }).end();
      const response = await keeper.fetch('ada', '/wallet/me');
      expect(response).to.include({ status, body: null });
      expect(response.headers.get('etag')).to.equal('"1"');
    });
  }

  it('keeps repeated headers apart, and its status text', async () => {
    const keeper = await monei.signIn();
    monei.respond = (_req, res) =>
      res
        .writeHead(200, 'Fine', [
          'set-cookie',
          'a=1; Path=/',
          'set-cookie',
          'b=2',
          'x-list',
          '1',
          'x-list',
          '2',
        ])
        .end();
    const response = await keeper.fetch('ada', '/wallet/me');
    expect(response.headers.getSetCookie()).to.deep.equal(['a=1; Path=/', 'b=2']);
    expect(response.headers.get('x-list')).to.equal('1, 2');
    expect(response.statusText).to.equal('Fine');
  });

  it('has the URL of the request without its fragment', async () => {
    const keeper = await monei.signIn();
    const response = await keeper.fetch('ada', '/wallet/me?chainId=1#top');
    expect(response.url).to.equal(`${monei.url}/api/v1/wallet/me?chainId=1`);
    expect(response.redirected).to.equal(false);
  });

  it('has arrived whole: its body can be read after the server is gone', async () => {
    const keeper = await monei.signIn();
    const large = Buffer.alloc(2 ** 20, 'x');
    monei.respond = (_req, res) => res.writeHead(200).end(large);
    const response = await keeper.fetch('ada', '/wallet/me');
    monei.server.close();
    expect(Buffer.from(await response.arrayBuffer()).equals(large)).to.equal(true);
  });

  it('takes a body of 10 MB, and refuses a larger one with its status', async () => {
    const keeper = await monei.signIn();
    monei.respond = (_req, res) => res.end(Buffer.alloc(MAX_BYTES));
    expect((await (await keeper.fetch('ada', '/wallet/me')).arrayBuffer()).byteLength).to.equal(MAX_BYTES);
    for (const status of [200, 503]) {
      monei.respond = (_req, res) => res.writeHead(status).end(Buffer.alloc(MAX_BYTES + 1));
      const error = await rejection(keeper.fetch(...TRANSFER));
      expect(error).to.include({
        code: 'malformed_response',
        endpoint: 'api',
        moneiStatus: status,
        requestSent: true,
      });
    }
  });

  for (const [coding, compress] of [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    it(`is decompressed: ${coding}`, async () => {
      const keeper = await monei.signIn();
      const body = compress('{"ok":true}');
      monei.respond = (_req, res) =>
        res
          .writeHead(200, { ...JSON_TYPE, 'content-encoding': coding, 'content-length': body.length })
          .end(body);
      const response = await keeper.fetch('ada', '/wallet/me');
      expect(await response.json()).to.deep.equal({ ok: true });
      expect([...response.headers.keys()])
        .to.include('content-type')
        .and.to.not.include.members(['content-encoding']);
      expect(response.headers.get('content-length')).to.equal(null);
    });

    it(`is refused if it is too large when decompressed: ${coding}`, async () => {
      const keeper = await monei.signIn();
      const bomb = compress(Buffer.alloc(MAX_BYTES + 1));
      expect(bomb.length).to.be.below(20_000);
      monei.respond = (_req, res) => res.writeHead(200, { 'content-encoding': coding }).end(bomb);
      const error = await rejection(keeper.fetch(...TRANSFER));
      expect(error).to.include({ code: 'malformed_response', moneiStatus: 200, requestSent: true });
    });
  }

  it('keeps its headers where nothing was decompressed', async () => {
    const keeper = await monei.signIn();
    for (const [coding, body] of [
      ['identity', '{}'],
      ['zstd', 'unknown'],
      ['gzip, br', 'twice'],
    ] as const) {
      const headers = { 'content-encoding': coding, 'content-length': body.length };
      monei.respond = (_req, res) => res.writeHead(200, headers).end(body);
      const response = await keeper.fetch('ada', '/wallet/me');
      expect(await response.text()).to.equal(body);
      expect(response.headers.get('content-encoding')).to.equal(coding);
      expect(response.headers.get('content-length')).to.equal(String(body.length));
    }
  });

  it('to a HEAD keeps the headers of the body that it describes', async () => {
    const keeper = await monei.signIn();
    monei.respond = (_req, res) =>
      res.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 500 }).end();
    const response = await keeper.fetch('ada', '/wallet/me', { method: 'HEAD' });
    expect(response.headers.get('content-length')).to.equal('500');
    expect(await response.text()).to.equal('');
  });

  it('is refused if it cannot be decompressed', async () => {
    const keeper = await monei.signIn();
    monei.respond = (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    const error = await rejection(keeper.fetch(...TRANSFER));
    expect(error).to.include({ code: 'malformed_response', moneiStatus: 200, requestSent: true });
  });

  it('[S17] that redirects is an error: no redirect is followed, with a token or without', async () => {
    const keeper = await monei.signIn();
    const other = await startLoopbackServer((_req, res) => res.end());
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [other.url, `${monei.url}/api/v1/user/me`]) {
        monei.respondWith([status, { location }]);
        const error = await rejection(keeper.fetch('ada', '/wallet/me'));
        expect(error).to.be.instanceOf(MoneiConnectError);
        expect(error).to.include({
          code: 'unexpected_status',
          endpoint: 'api',
          moneiStatus: status,
          requestSent: true,
        });
        expect(everythingIn(error)).to.not.include('mct_');
      }
    }
    expect(other.seen).to.deep.equal([]);
    expect(monei.requests().filter(({ path }) => path !== '/api/v1/wallet/me')).to.deep.equal([]);
    await other.close();
  });
});

describe('TokenKeeper.fetch rejects with a MoneiConnectError', () => {
  const monei = useMoneiApi();
  let raw: Server;
  let bytes: string;

  beforeEach(async () => {
    raw = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end(bytes, 'latin1'));
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => raw.close());

  const failures: [what: string, bytes: string, error: object][] = [
    ['no response', '', { code: 'network' }],
    ['a response that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', { code: 'network' }],
    [
      'a response that shows the token and is not HTTP',
      `HTTP/1.1 nonsense Bearer ${signedIn.accessToken}\r\n${signedIn.accessToken}\r\n\r\n`,
      { code: 'network' },
    ],
    ['headers that are cut', 'HTTP/1.1 200 OK\r\nX-A', { code: 'network' }],
    [
      'a body that is cut',
      'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"re',
      { code: 'network', moneiStatus: 201, message: "Monei's API broke off its response: aborted" },
    ],
    [
      'a chunked body that is cut',
      'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"re',
      { code: 'network', moneiStatus: 201 },
    ],
    [
      'a status above 599',
      'HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n',
      { code: 'unexpected_status', moneiStatus: 600 },
    ],
    [
      'a status of 999',
      'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n',
      { code: 'unexpected_status', moneiStatus: 999 },
    ],
    [
      'an upgrade',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      { code: 'network' },
    ],
  ];
  for (const [what, given, expected] of failures) {
    it(`for ${what}`, async () => {
      bytes = given;
      const apiURL = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/api/v1`;
      const keeper = await monei.signIn({ apiURL });
      const error = await rejection(keeper.fetch(...TRANSFER));
      expect(error).to.be.instanceOf(MoneiConnectError);
      expect(error).to.include({ endpoint: 'api', requestSent: true, ...expected });
      expect(everythingIn(error)).to.not.match(/mct_|first-token/);
    });
  }

  it('and says where nothing was sent', async () => {
    const gone = await startLoopbackServer(() => {});
    await gone.close();
    const keeper = await monei.signIn({ apiURL: `${gone.url}/api/v1` });
    const error = await rejection(keeper.fetch(...TRANSFER));
    expect(error).to.include({ code: 'network', endpoint: 'api', requestSent: false, status: 502 });
    expect((error as Error).message).to.match(/^Monei's API could not be reached: connect ECONNREFUSED /);
  });

  it('but not for a status text that `Response` does not allow', async () => {
    bytes = 'HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\n{}';
    const apiURL = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/api/v1`;
    const response = await (await monei.signIn({ apiURL })).fetch(...TRANSFER);
    expect(response).to.include({ status: 200, statusText: 'OK' });
  });
});
