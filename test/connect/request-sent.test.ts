import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { makeCertificate } from '../../bench/certificate.js';
import { MoneiConnect, type MoneiConnectOptions } from '../../src/connect/index.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { freePort } from '../helpers/free-port.js';
import { rejection } from '../helpers/rejection.js';

const HEADERS = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const CHUNKED = `${HEADERS}Transfer-Encoding: chunked\r\n\r\n`;
const WHOLE = `${HEADERS}Content-Length: ${JSON.stringify(pair).length}\r\n\r\n${JSON.stringify(pair)}`;

/** The reaction of a server to a whole request on a connection. */
type Reaction = (socket: Duplex) => void;

/** Ends the connection after a text. */
const endWith =
  (text: string): Reaction =>
  (socket) =>
    socket.end(text);

const BROKEN_RESPONSES: [what: string, moneiStatus: number | undefined, code: string, reaction: Reaction][] =
  [
    ['is cut before the headers', undefined, 'network', (socket) => socket.destroy()],
    ['is cut within the headers', undefined, 'network', endWith('HTTP/1.1 200 OK\r\nX-A')],
    ['is not HTTP', undefined, 'network', endWith('SSH-2.0-OpenSSH_9.6\r\n')],
    ['is cut after the headers', 200, 'network', endWith(`${HEADERS}Content-Length: 500\r\n\r\n`)],
    ['is cut within the body', 200, 'network', endWith(`${HEADERS}Content-Length: 500\r\n\r\n{"acc`)],
    ['is cut within a chunked body', 200, 'network', endWith(`${CHUNKED}5\r\n{"acc`)],
    ['has a chunk without a length', 200, 'network', endWith(`${CHUNKED}none\r\n`)],
    ['is not JSON', 200, 'malformed_response', endWith(`${HEADERS}Content-Length: 4\r\n\r\n<h1>`)],
    [
      'is too large',
      200,
      'malformed_response',
      endWith(`${HEADERS}Content-Length: 2000000\r\n\r\n${'x'.repeat(1_100_000)}`),
    ],
    ['is an error', 500, 'unavailable', endWith('HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n')],
  ];

describe('requestSent', () => {
  let folder: string;
  let identity: { key: Buffer; cert: Buffer };
  let closing: (() => void)[];
  let clock: FakeTimers.Clock | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'passport-monei-'));
    const { keyFile, certFile } = makeCertificate(folder);
    identity = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    closing = [];
    clock = undefined;
  });
  afterEach(() => {
    clock?.uninstall();
    for (const close of closing) close();
  });

  /** Starts a server, plain or with TLS, that is closed with all of its connections after the test. */
  async function listen(server: net.Server): Promise<string> {
    const sockets = new Set<net.Socket>();
    server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
    server.on('tlsClientError', () => {});
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Reacts to each request on a connection with the next reaction, and with the last one to all later requests. */
  function react(...reactions: Reaction[]): (socket: Duplex) => void {
    return (socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        if (!String(bytes).includes('"grant_type"')) return;
        const reaction = reactions.length > 1 ? reactions.shift() : reactions[0];
        reaction?.(socket);
      });
    };
  }

  const refresh = (tokenURL: string, options: Partial<MoneiConnectOptions> = {}) =>
    rejection(new MoneiConnect({ ...credentials, tokenURL, ...options }).refresh('mcr_old'));

  const connectionRefused = async () => `127.0.0.1:${await freePort()}`;

  function trusting(options: https.AgentOptions = {}): https.Agent {
    const agent = new https.Agent({ ca: identity.cert, ...options });
    closing.push(() => agent.destroy());
    return agent;
  }

  /** Returns the failure of a request that reaches its time limit after `hasBegun` returns true. */
  async function afterTimeout(failure: () => Promise<unknown>, hasBegun: () => boolean): Promise<unknown> {
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    const failed = failure();
    while (!hasBegun()) await new Promise(setImmediate);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    clock.tick(10_000);
    return failed;
  }

  describe('is true when the response', () => {
    for (const [what, moneiStatus, code, reaction] of BROKEN_RESPONSES) {
      for (const protocol of ['http', 'https']) {
        it(`${what}, over ${protocol}`, async () => {
          const plain = protocol === 'http';
          const server = plain
            ? net.createServer(react(reaction))
            : tls.createServer(identity, react(reaction));
          const agent = plain ? new http.Agent() : trusting();
          const error = await refresh(`${protocol}://${await listen(server)}/`, { agent });
          expect(error).to.include({ code, requestSent: true });
          if (moneiStatus === undefined) expect(error).to.not.have.property('moneiStatus');
          else expect(error).to.include({ moneiStatus });
        });
      }
    }

    it('never comes', async () => {
      let isRequested = false;
      const address = await listen(
        net.createServer(
          react(() => {
            isRequested = true;
          }),
        ),
      );
      const error = await afterTimeout(
        () => refresh(`http://${address}/`),
        () => isRequested,
      );
      expect(error).to.include({ code: 'timeout', requestSent: true });
    });

    it('never ends', async () => {
      let isRequested = false;
      const address = await listen(
        net.createServer(
          react((socket) => {
            isRequested = true;
            socket.write(`${HEADERS}Content-Length: 500\r\n\r\n`);
          }),
        ),
      );
      const error = await afterTimeout(
        () => refresh(`http://${address}/`),
        () => isRequested,
      );
      expect(error).to.include({ code: 'timeout', requestSent: true, moneiStatus: 200 });
    });
  });

  describe('is true on a kept connection that', () => {
    const keptAlive = async (...reactions: Reaction[]) => {
      const agent = new http.Agent({ keepAlive: true });
      closing.push(() => agent.destroy());
      const tokenURL = `http://${await listen(net.createServer(react((socket) => socket.write(WHOLE), ...reactions)))}/`;
      const connect = new MoneiConnect({ ...credentials, tokenURL, agent });
      await connect.refresh('mcr_first');
      return rejection(connect.refresh('mcr_second'));
    };

    it('is reset before a byte arrived, also when the repeated request fails', async () => {
      const error = await keptAlive((socket) => (socket as net.Socket).resetAndDestroy());
      expect(error).to.include({ code: 'network', requestSent: true });
    });

    it('is reset before a byte arrived, also when no new connection can be made', async () => {
      const server = net.createServer();
      const address = await listen(server);
      server.on(
        'connection',
        react(
          (socket) => socket.write(WHOLE),
          (socket) => server.close(() => {}) && (socket as net.Socket).resetAndDestroy(),
        ),
      );
      const agent = new http.Agent({ keepAlive: true });
      const connect = new MoneiConnect({ ...credentials, tokenURL: `http://${address}/`, agent });
      await connect.refresh('mcr_first');
      const error = await rejection(connect.refresh('mcr_second'));
      expect(error).to.include({ code: 'network', requestSent: true });
      expect((error as Error).message).to.include('ECONNREFUSED');
    });

    it('breaks off in the body', async () => {
      const error = await keptAlive((socket) => socket.end(`${HEADERS}Content-Length: 500\r\n\r\n{`));
      expect(error).to.include({ code: 'network', requestSent: true, moneiStatus: 200 });
    });
  });

  it('is true when TLS fails after the request', async () => {
    const raw = new Set<net.Socket>();
    const server = tls.createServer(
      identity,
      react(() => {
        for (const socket of raw) socket.end(Buffer.from('not a TLS record'));
      }),
    );
    server.on('connection', (socket) => raw.add(socket));
    const error = await refresh(`https://${await listen(server)}/`, { agent: trusting() });
    expect(error).to.include({ code: 'network', requestSent: true });
  });

  for (const [version, requestSent] of [
    ['TLSv1.3', true],
    ['TLSv1.2', false],
  ] as const) {
    it(`is ${requestSent} when the server requires a client certificate with ${version}`, async () => {
      const demanding = { ...identity, ca: identity.cert, requestCert: true, rejectUnauthorized: true };
      const server = tls.createServer(
        { ...demanding, maxVersion: version },
        react(() => {}),
      );
      const error = await refresh(`https://${await listen(server)}/`, { agent: trusting() });
      expect(error).to.include({ code: 'network', requestSent });
    });
  }

  describe('is false when', () => {
    const expectUnsent = (error: unknown, code = 'network') => {
      expect(error).to.include({ code, requestSent: false });
      expect(error).to.not.have.property('moneiStatus');
    };

    it('the connection is refused', async () => {
      const address = await connectionRefused();
      expectUnsent(await refresh(`http://${address}/`));
      expectUnsent(await refresh(`https://${address}/`));
      expectUnsent(await refresh(`http://localhost:${address.split(':')[1]}/`));
    });

    it('the host is unknown', async () => {
      const lookup: net.LookupFunction = (_host, _options, done) =>
        done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '');
      expectUnsent(await refresh('https://api.monei.invalid/', { agent: trusting({ lookup }) }));
    });

    it('the server’s certificate is refused', async () => {
      let requests = 0;
      const address = await listen(
        https.createServer(identity, () => {
          requests++;
        }),
      );
      const agent = new https.Agent();
      expectUnsent(await refresh(`https://${address}/`, { agent }));
      const checkServerIdentity = () => new Error('the wrong server');
      expectUnsent(await refresh(`https://${address}/`, { agent: trusting({ checkServerIdentity }) }));
      expect(requests).to.equal(0);
    });

    it('the server does not speak TLS', async () => {
      expectUnsent(await refresh(`https://${await listen(http.createServer())}/`, { agent: trusting() }));
    });

    it('the TLS handshake never ends', async () => {
      let isConnected = false;
      const address = await listen(
        net.createServer((socket) => {
          socket.on('data', () => {
            isConnected = true;
          });
        }),
      );
      expectUnsent(
        await afterTimeout(
          () => refresh(`https://${address}/`, { agent: trusting() }),
          () => isConnected,
        ),
        'timeout',
      );
    });

    it('an agent returns a socket on which the TLS handshake never ends', async () => {
      let isConnected = false;
      const address = await listen(
        net.createServer((socket) => {
          socket.on('data', () => {
            isConnected = true;
          });
        }),
      );
      const [host = '', port] = address.split(':');
      const tunnel = net.connect(Number(port), host);
      await new Promise((resolve) => tunnel.once('connect', resolve));
      const agent = trusting();
      Object.assign(agent, { createConnection: () => tls.connect({ socket: tunnel }) });
      expectUnsent(
        await afterTimeout(
          () => refresh(`https://${address}/`, { agent }),
          () => isConnected,
        ),
        'timeout',
      );
    });

    it('an agent returns a socket that is destroyed', async () => {
      const agent = new http.Agent();
      const createConnection = () => {
        const socket = new net.Socket();
        process.nextTick(() => socket.destroy(new Error('no route')));
        return socket;
      };
      Object.assign(agent, { createConnection });
      expectUnsent(await refresh('http://127.0.0.1:9/', { agent }));
    });

    it('a proxy refuses to connect', async () => {
      const proxy = http.createServer().on('connect', (_request, socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
      const [host = '', port] = (await listen(proxy)).split(':');
      const agent = trusting();
      type Done = (error: Error | null, socket?: Duplex) => void;
      const createConnection = (_options: object, done: Done) => {
        const tunnel = http.request({ host, port, method: 'CONNECT', path: 'api.monei.cc:443' }).end();
        tunnel.on('connect', (response, socket) => {
          socket.destroy();
          done(new Error(`the proxy responded with ${response.statusCode}`));
        });
      };
      Object.assign(agent, { createConnection });
      expectUnsent(await refresh('https://api.monei.invalid/', { agent }));
    });

    it('an agent throws', async () => {
      const agent = () => {
        throw new Error('no proxy');
      };
      expectUnsent(await refresh('https://api.monei.invalid/', { agent }));
    });

    it('an agent never returns a socket', async () => {
      let isRequested = false;
      const agent = trusting();
      const createConnection = () => {
        isRequested = true;
      };
      Object.assign(agent, { createConnection });
      expectUnsent(
        await afterTimeout(
          () => refresh('https://api.monei.invalid/', { agent }),
          () => isRequested,
        ),
        'timeout',
      );
    });

    it('all connections of the agent are in use', async () => {
      let requests = 0;
      const address = await listen(
        net.createServer(
          react(() => {
            requests++;
          }),
        ),
      );
      const agent = new http.Agent({ maxSockets: 1 });
      const failures = () =>
        Promise.all([refresh(`http://${address}/`, { agent }), refresh(`http://${address}/`, { agent })]);
      const errors = await afterTimeout(failures, () => requests === 1);
      expect(errors).to.have.nested.property('[0].requestSent', true);
      expectUnsent((errors as unknown[])[1], 'timeout');
    });
  });

  it('is true in every error with a status', async () => {
    const { MoneiConnectError } = await import('../../src/connect/index.js');
    const details = { code: 'unavailable', endpoint: 'api' } as const;
    expect(new MoneiConnectError('', { ...details, moneiStatus: 503 })).to.have.property('requestSent', true);
    expect(new MoneiConnectError('', details)).to.not.have.property('requestSent');
  });
});
