import http from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { rejection } from '../../test/helpers/rejection.js';
import { createApi } from '../src/api/index.js';
import { AuthorizationServer } from '../src/authorization-server.js';
import { Faults } from '../src/faults.js';
import { createRequestListener } from '../src/http-server.js';
import { type MoneiEmulator, startEmulator } from '../src/index.js';

const CONSENT = {
  client_id: 'mc_emulator',
  redirect_uri: 'http://localhost:3000/callback',
  scope: 'profile:read',
  'scope:profile:read': 'allow',
};

interface Answered {
  status: number | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
}

describe('safety of the emulator', () => {
  let emulator: MoneiEmulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  /** A request as it is: no header but those that are named. */
  const send = (
    method: string,
    path: string,
    { headers = {}, body = '', url = emulator.url }: { headers?: object; body?: string; url?: string } = {},
  ) =>
    new Promise<Answered>((resolve, reject) => {
      const request = http.request(
        new URL(url),
        { method, path, headers: { ...headers } },
        async (response) => {
          let text = '';
          for await (const chunk of response.setEncoding('utf8')) text += chunk;
          resolve({ status: response.statusCode, headers: response.headers, body: text });
        },
      );
      request.on('error', reject).end(body);
    });
  /** Returns the response to these bytes. */
  const sendBytes = (bytes: string) =>
    new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1', () =>
        socket.end(bytes, 'latin1'),
      );
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('error', () => {}).on('close', () => resolve(text));
    });
  const consentPath = (changes: Record<string, string> = {}) =>
    `/connect/authorize?${new URLSearchParams({ ...CONSENT, ...changes })}`;

  describe('the Host header', () => {
    const port = () => new URL(emulator.url).port;
    for (const host of [
      'localhost',
      'LOCALHOST',
      'app.localhost',
      'a-b.app.localhost',
      '127.0.0.1',
      '127.8.9.10',
      '[::1]',
    ]) {
      it(`responds to the host ${host}, with a port and without`, async () => {
        for (const name of [host, `${host}:${port()}`, `${host}:80`]) {
          expect((await send('GET', consentPath(), { headers: { host: name } })).status, name).to.equal(200);
        }
      });
    }

    for (const host of [
      'evil.example',
      'evil.example:80',
      'localhost.evil.example',
      'evillocalhost',
      '127.0.0.1.evil.example',
      '.localhost',
      '192.168.0.1',
      '0.0.0.0',
      '[::2]',
      'localhost:port',
      'evil.example@localhost',
      'evil.example/localhost',
    ]) {
      it(`refuses the host ${host} on every path`, async () => {
        for (const path of ['/', consentPath(), '/api/v1/user/me', '/nothing']) {
          const { status, body } = await send('GET', path, { headers: { host } });
          expect(status, path).to.equal(403);
          expect(JSON.parse(body)).to.have.property('message').that.includes('loopback');
        }
      });
    }

    it('refuses a request without a Host header, as in HTTP/1.0', async () => {
      expect(await sendBytes('GET / HTTP/1.0\r\n\r\n')).to.match(/^HTTP\/1.1 403 /);
    });
  });

  describe('a decision', () => {
    const decide = (headers: Record<string, string>) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams({ ...CONSENT, decision: 'approve' }).toString();
      return send('POST', '/connect/authorize', { headers: { ...type, ...headers }, body });
    };

    const foreign: [name: string, headers: () => Record<string, string>][] = [
      ['the origin of another site', () => ({ origin: 'https://evil.example' })],
      ['the origin of another port', () => ({ origin: 'http://127.0.0.1:3000' })],
      [
        'the origin of another name of this machine',
        () => ({ origin: emulator.url.replace('127.0.0.1', 'localhost') }),
      ],
      ['the origin that browsers hide', () => ({ origin: 'null' })],
      ['no origin', () => ({})],
      ['no origin, and a Sec-Fetch-Site', () => ({ 'sec-fetch-site': 'same-origin' })],
      [
        'its own origin, on a page of another site',
        () => ({ origin: emulator.url, 'sec-fetch-site': 'cross-site' }),
      ],
      [
        'its own origin, on a page of the same site',
        () => ({ origin: emulator.url, 'sec-fetch-site': 'same-site' }),
      ],
    ];
    for (const [name, headers] of foreign) {
      it(`refuses a decision with ${name}`, async () => {
        const { status, headers: answered } = await decide(headers());
        expect([status, 'location' in answered]).to.deep.equal([403, false]);
      });
    }

    it('accepts a decision from the consent page, with either name of the host', async () => {
      expect((await decide({ origin: emulator.url, 'sec-fetch-site': 'same-origin' })).status).to.equal(302);
      const localhost = emulator.url.replace('127.0.0.1', 'localhost');
      const { host } = new URL(localhost);
      expect((await decide({ origin: localhost, host })).status).to.equal(302);
    });

    it('lets browsers send the origin of the consent page with a decision', async () => {
      const { headers } = await send('GET', consentPath());
      expect(headers['referrer-policy']).to.equal('same-origin');
    });
  });

  describe('HEAD and OPTIONS', () => {
    it('HEAD gets the response of GET, without the body', async () => {
      const [get, head] = [await send('GET', consentPath()), await send('HEAD', consentPath())];
      expect(head).to.deep.include({ status: 200, body: '' });
      expect(head.headers['content-length']).to.equal(String(Buffer.byteLength(get.body)));
      expect((await send('HEAD', '/api/v1/user/me')).status).to.equal(401);
    });

    it('OPTIONS gets the methods of a path, and so does HEAD on a path without GET', async () => {
      const options = await send('OPTIONS', '/connect/authorize');
      expect([options.status, options.headers.allow]).to.deep.equal([204, 'GET, POST, HEAD, OPTIONS']);
      for (const [method, status] of [
        ['OPTIONS', 204],
        ['HEAD', 405],
      ] as const) {
        const answered = await send(method, '/api/v1/connect/token');
        expect([answered.status, answered.headers.allow]).to.deep.equal([status, 'POST, OPTIONS']);
      }
    });

    it('every method gets 404 on unknown paths', async () => {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
        for (const path of ['/nothing', '/api/v1/nothing', '/constructor']) {
          expect((await send(method, path)).status, `${method} ${path}`).to.equal(404);
        }
      }
    });
  });

  describe('the process', () => {
    it('survives characters that a header cannot have, in any parameter', async () => {
      for (const text of ['\r\nset-cookie: a=b', '\0', 'Adébáyọ̀', '\ud800', '\u2028']) {
        for (const name of Object.keys(CONSENT)) {
          const path = consentPath({ [name]: text });
          expect((await send('GET', path)).status, path).to.be.oneOf([200, 302, 400]);
        }
      }
    });

    it('survives any method, path, header and body', async function () {
      this.timeout(60_000); // A hundred requests.
      const text = fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('mc_emulator', CONSENT.redirect_uri, 'profile:read', '%', '\r\n'),
      );
      const parameters = fc
        .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(CONSENT)), text), text))
        .map((entries) => new URLSearchParams(entries).toString());
      const body = fc.oneof(text, parameters, fc.json());
      const paths = [
        '/',
        '/connect/authorize',
        '/api/v1/connect/token',
        '/api/v1/connect/token/revoke',
        '/api/v1/user/me',
      ];
      const request = fc.record({
        method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'),
        path: fc.tuple(fc.constantFrom(...paths), parameters).map(([path, query]) => `${path}?${query}`),
        type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded'),
        authorization: fc.string({ unit: 'grapheme-ascii' }).map((token) => `Bearer ${token.trim()}`),
        body,
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ method, path, type, authorization, body }) => {
          const headers = { 'content-type': type, authorization, origin: emulator.url };
          const { status } = await send(method, path, { headers, body });
          expect(status).to.be.below(500);
        }),
      );
      expect((await send('GET', consentPath())).status).to.equal(200);
    });

    it('survives bytes that are not HTTP', async () => {
      const connect = 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n';
      for (const bytes of ['\r\n\r\n', 'GET', connect, 'GET / HTTP/9\r\n\r\n', '\xff\xfe']) {
        expect(await sendBytes(bytes)).to.match(/^($|HTTP\/1.1 4)/);
      }
      expect((await send('GET', consentPath())).status).to.equal(200);
    });

    it('survives an error of the emulator itself', async () => {
      class Faulty extends AuthorizationServer {
        override deny(): string {
          return 'http://localhost/\r\nset-cookie: a=b';
        }

        override revoke(): void {
          throw new Error('a fault');
        }
      }
      const server = http.createServer(
        createRequestListener(
          new Faulty([{ clientID: 'mc_emulator', clientSecret: 'x' }], [{ id: 'ada' }]),
          createApi([{ id: 'ada' }]),
          new Faults(),
        ),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as { port: number };
        const url = `http://127.0.0.1:${port}`;
        const body = new URLSearchParams({ ...CONSENT, decision: 'deny' }).toString();
        expect(
          await rejection(send('POST', '/connect/authorize', { url, body, headers: { origin: url } })),
        ).to.have.property('code', 'ECONNRESET');
        const json = { 'content-type': 'application/json' };
        const { status, body: told } = await send('POST', '/api/v1/connect/token/revoke', {
          url,
          body: '{}',
          headers: json,
        });
        expect(status).to.equal(500);
        expect(told).to.include('report').and.to.not.include('a fault');
      } finally {
        server.close();
        server.closeAllConnections();
      }
    });
  });
});
