import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
import type { MoneiConnectOptions } from '../../src/connect/options.js';
import { CountingAgent } from '../helpers/counting-agent.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code-of-this-user', redirectURI: 'http://localhost/callback' };
const MEBIBYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('MoneiConnect on the wire', () => {
  let server: LoopbackServer;
  let answer: http.RequestListener;

  before(async () => {
    server = await startLoopbackServer((request, response) => answer(request, response));
  });
  beforeEach(() => {
    server.seen = [];
  });
  after(() => server.close());

  const connectTo = (url: string, options: Partial<MoneiConnectOptions> = {}) =>
    new MoneiConnect({
      ...credentials,
      tokenURL: `${url}/token`,
      revocationURL: `${url}/revoke`,
      userProfileURL: `${url}/me`,
      ...options,
    });
  const connect = (options: Partial<MoneiConnectOptions> = {}) => connectTo(server.url, options);
  const reply = (body: string | Buffer, status = 200, headers: http.OutgoingHttpHeaders = JSON_TYPE) => {
    answer = (_request, response) => response.writeHead(status, headers).end(body);
  };

  it('posts JSON with its length, to the path and query of the endpoint', async () => {
    reply(JSON.stringify(pair));
    await connect({ tokenURL: `${server.url}/v1/token?tenant=a` }).exchangeCode({ ...exchange, code: 'ọ̀' });
    const [request] = server.seen;
    expect(request).to.include({ method: 'POST', url: '/v1/token?tenant=a' });
    expect(request?.headers).to.include({ 'content-type': 'application/json' });
    expect(request?.headers['content-length']).to.equal(String(Buffer.byteLength(request?.body ?? '')));
    expect(JSON.parse(request?.body ?? '')).to.include({ code: 'ọ̀' });
  });

  it('puts characters together that were split across packets', async () => {
    const user = Buffer.from(JSON.stringify({ data: { id: 'u1', name: 'Adébáyọ̀ Ọlá' } }));
    answer = async (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      for (const byte of user) {
        response.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
      response.end();
    };
    expect(await connect().fetchUser('mct_access')).to.deep.equal({ id: 'u1', name: 'Adébáyọ̀ Ọlá' });
  });

  it('takes an answer whose server closes the connection right behind it', async () => {
    reply(JSON.stringify({ id: 'u1', note: 'x'.repeat(200_000) }), 200, {
      ...JSON_TYPE,
      connection: 'close',
    });
    for (let i = 0; i < 20; i++) expect(await connect().fetchUser('mct_access')).to.include({ id: 'u1' });
  });

  it('does not take a status past 599 for trouble that passes', async () => {
    reply('{}', 600);
    expect(await rejection(connect().fetchUser('mct_access'))).to.include({
      code: 'unexpected_status',
      moneiStatus: 600,
    });
    expect(server.seen).to.have.lengthOf(1);
  });

  it('takes a body of 1 MiB, and cuts a larger one off while it streams', async () => {
    const envelope = (size: number) => {
      const empty = JSON.stringify({ id: 'u1', note: '' });
      return JSON.stringify({ id: 'u1', note: 'x'.repeat(size - empty.length) });
    };
    reply(envelope(MEBIBYTE));
    expect(await connect().fetchUser('mct_access')).to.include({ id: 'u1' });

    let sent = 0;
    const cutOff = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'x');
        response.writeHead(200, JSON_TYPE).on('close', resolve);
        const more = () => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        };
        response.on('drain', more);
        more();
      };
    });
    const error = await rejection(connect().fetchUser('mct_access'));
    expect(error).to.include({
      message: "Monei's profile endpoint gave an answer that can't be used: it is larger than 1048576 bytes",
      code: 'malformed_response',
      endpoint: 'profile',
      moneiStatus: 200,
      status: 502,
    });
    await cutOff;
    expect(sent).to.be.below(64 * MEBIBYTE);
  });

  it('tells by the status what an endless error page is about', async () => {
    reply('x'.repeat(MEBIBYTE + 1), 503);
    expect(await rejection(connect().fetchUser('mct_access'))).to.include({
      code: 'unavailable',
      moneiStatus: 503,
    });
  });

  describe('[S16] does not follow redirects, because the body holds the client secret', () => {
    for (const status of [301, 302, 303, 307, 308]) {
      it(String(status), async () => {
        let followed = false;
        const elsewhere = await startLoopbackServer((_request, response) => {
          followed = true;
          response.end(JSON.stringify(pair));
        });
        try {
          reply('', status, { location: `${elsewhere.url}/token` });
          const error = await rejection(connect().exchangeCode(exchange));
          expect(error).to.include({ code: 'unexpected_status', moneiStatus: status });
          expect(followed).to.equal(false);
        } finally {
          await elsewhere.close();
        }
      });
    }
  });

  describe('[S40] refuses a token answer that can’t be used', () => {
    const bodies: [name: string, body: string][] = [
      ['HTML with status 200', '<!doctype html><h1>Welcome</h1>'],
      ['nothing', ''],
      ['null', 'null'],
      ['an array', JSON.stringify([pair])],
      ['cut JSON', JSON.stringify(pair).slice(0, -20)],
      ['a number for a token', JSON.stringify({ ...pair, access_token: 42 })],
      ['scopes of a wrong type', JSON.stringify({ ...pair, scopes: 7 })],
      ['no scopes at all', JSON.stringify({ ...pair, scopes: undefined })],
      ['a token type that is not Bearer', JSON.stringify({ ...pair, token_type: 'DPoP' })],
      ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b]).toString('latin1')],
    ];
    for (const [name, body] of bodies) {
      it(name, async () => {
        for (const call of [() => connect().exchangeCode(exchange), () => connect().refresh('mcr_old')]) {
          reply(body);
          const error = await rejection(call());
          expect(error).to.include({
            code: 'malformed_response',
            endpoint: 'token',
            moneiStatus: 200,
            status: 502,
          });
          expect(everythingIn(error)).to.not.match(/mct_|mcr_|mcs_|the-code/);
        }
      });
    }
  });

  describe('tells that the network failed', () => {
    const faults: [name: string, listener: http.RequestListener][] = [
      ['a connection that is reset before the answer', (request) => request.socket.resetAndDestroy()],
      ['a connection that is closed before the answer', (request) => request.socket.end()],
      [
        'a connection that breaks in the middle of the body',
        (request, response) => {
          response.writeHead(200, { ...JSON_TYPE, 'content-length': 500 });
          response.write('{"access_token":"mct_', () => request.socket.destroy());
        },
      ],
      [
        'a connection that breaks in the middle of a chunked body',
        (request, response) => {
          response.writeHead(200, JSON_TYPE);
          response.write('{"access_token":"mct_', () => request.socket.destroy());
        },
      ],
      ['an answer that is not HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
      [
        'an upgrade that nobody asked for',
        (request) =>
          request.socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      ],
    ];
    for (const [name, listener] of faults) {
      it(name, async () => {
        answer = listener;
        // A fresh agent: a connection that is reused and found closed is another matter.
        const agent = new http.Agent();
        const error = await rejection(connect({ agent, timeout: 5000 }).exchangeCode(exchange));
        expect(error).to.include({ code: 'network', endpoint: 'token', status: 502 });
        expect(everythingIn(error)).to.not.match(/mct_|mcs_|the-code/);
      });
    }

    it('a port where nobody listens, with the reason', async () => {
      const gone = await startLoopbackServer(() => {});
      await gone.close();
      const error = await rejection(connectTo(gone.url).exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      expect((error as Error).message).to.include('ECONNREFUSED');
    });

    it('a name with several addresses where nobody listens', async () => {
      const gone = await startLoopbackServer(() => {});
      await gone.close();
      const error = await rejection(connectTo(`http://localhost:${gone.port}`).exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      expect((error as Error).message).to.include('ECONNREFUSED');
    });

    it('a server that does not speak TLS', async () => {
      const secure = connect({ tokenURL: `https://127.0.0.1:${server.port}/token` });
      expect(await rejection(secure.exchangeCode(exchange))).to.include({ code: 'network' });
    });
  });

  describe('within the timeout', () => {
    let clock: FakeTimers.Clock;
    beforeEach(() => {
      clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.uninstall());

    /** Lets real I/O go on until `condition` holds. */
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise(setImmediate);
    };

    const slow: [name: string, listener: http.RequestListener][] = [
      ['a server that never answers', () => {}],
      [
        'a server that never finishes its headers',
        (request) => request.socket.write('HTTP/1.1 200 OK\r\nX-Slow:'),
      ],
      [
        'a body that drips',
        async (_request, response) => {
          response.writeHead(200, JSON_TYPE);
          while (!response.destroyed) {
            response.write(' ');
            await new Promise(setImmediate);
          }
        },
      ],
    ];
    for (const [name, listener] of slow) {
      it(`gives up on ${name}, and hangs up`, async () => {
        let hungUp = false;
        answer = (request, response) => {
          response.on('close', () => {
            hungUp = true;
          });
          listener(request, response);
        };
        const failed = rejection(connect().exchangeCode(exchange));
        await until(() => server.seen.length === 1);
        clock.tick(9_999);
        let settled = false;
        void failed.then(() => {
          settled = true;
        });
        await new Promise(setImmediate);
        expect(settled).to.equal(false);
        clock.tick(1);
        const error = await failed;
        expect(error).to.include({ code: 'timeout', endpoint: 'token', status: 504 });
        expect((error as Error).message).to.include('10000 ms');
        expect(everythingIn(error)).to.not.match(/mcs_|the-code/);
        await until(() => hungUp);
      });
    }

    it('gives up on a connection that never comes about', async () => {
      const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const { port } = silent.address() as net.AddressInfo;
      const sockets: net.Socket[] = [];
      silent.on('connection', (socket) => sockets.push(socket));
      try {
        const failed = rejection(
          connectTo(`https://127.0.0.1:${port}`, { timeout: 50 }).exchangeCode(exchange),
        );
        await until(() => sockets.length === 1);
        clock.tick(50);
        expect(await failed).to.include({ code: 'timeout' });
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    });

    it('leaves no timer behind, whatever the outcome', async () => {
      reply(JSON.stringify(pair));
      await connect().exchangeCode(exchange);
      reply('', 500);
      await rejection(connect().exchangeCode(exchange));
      answer = (request) => request.socket.destroy();
      await rejection(connect({ agent: new http.Agent() }).exchangeCode(exchange));
      await rejection(connect({ agent: new https.Agent() }).exchangeCode(exchange));
      expect(clock.countTimers()).to.equal(0);
    });
  });

  it('keeps connections open between calls', async () => {
    reply(JSON.stringify({ id: 'u1' }));
    const fresh = await startLoopbackServer((request, response) => answer(request, response));
    try {
      for (let i = 0; i < 5; i++) await connectTo(fresh.url).fetchUser('mct_access');
      expect(fresh.seen).to.have.lengthOf(5);
      expect(fresh.connections).to.equal(1);
    } finally {
      await fresh.close();
    }
  });

  describe('repeats a request whose connection the server had closed meanwhile', () => {
    /** A server that answers the first request on each connection, and does `then` with the next one. */
    const closingServer = (then: http.RequestListener) => {
      const known = new WeakSet<object>();
      return startLoopbackServer((request, response) => {
        if (known.has(request.socket)) return then(request, response);
        known.add(request.socket);
        response.end(JSON.stringify({ id: 'u1' }));
      });
    };

    it('on a new connection, also if the agent keeps other old ones', async () => {
      const closing = await closingServer((request) => request.socket.resetAndDestroy());
      try {
        const agent = new http.Agent({ keepAlive: true });
        const user = () => connectTo(closing.url, { agent }).fetchUser('mct_access');
        await Promise.all([user(), user(), user()]);
        expect(closing.connections).to.equal(3);
        expect(await user()).to.deep.equal({ id: 'u1' });
        expect(closing.connections).to.equal(4);
      } finally {
        await closing.close();
      }
    });

    const begun: [when: string, then: http.RequestListener][] = [
      [
        'an answer had begun',
        (request, response) => {
          response.writeHead(200, { ...JSON_TYPE, 'content-length': 500 });
          response.write('{', () => request.socket.destroy());
        },
      ],
      ['bytes came that are no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ];
    for (const [when, then] of begun) {
      it(`but not when ${when}`, async () => {
        const closing = await closingServer(then);
        try {
          const connect = connectTo(closing.url, { agent: new http.Agent({ keepAlive: true }) });
          await connect.fetchUser('mct_access');
          expect(await rejection(connect.revoke('mct_access'))).to.include({ code: 'network' });
          expect(closing.seen).to.have.lengthOf(2);
        } finally {
          await closing.close();
        }
      });
    }

    for (const [verb, mayRepeat] of [
      ['repeats', true],
      ['does not repeat', false],
    ] as const) {
      it(`and ${verb} a refresh if \`mayRepeat\` says ${mayRepeat}`, async () => {
        let repeated = false;
        const closing = await startLoopbackServer((request, response) => {
          if (closing.seen.length === 2) return request.socket.resetAndDestroy();
          repeated = closing.seen.length > 2;
          response.end(JSON.stringify(pair));
        });
        try {
          const connect = connectTo(closing.url, { agent: new http.Agent({ keepAlive: true }) });
          await connect.refresh('mcr_first');
          const refresh = connect.refresh('mcr_second', { mayRepeat: async () => mayRepeat });
          if (mayRepeat) expect(await refresh).to.include({ accessToken: 'mct_access' });
          else expect(await rejection(refresh)).to.include({ code: 'network', requestSent: true });
          expect(repeated).to.equal(mayRepeat);
        } finally {
          await closing.close();
        }
      });
    }

    it('and not when the connection was a new one', async () => {
      answer = (request) => request.socket.resetAndDestroy();
      expect(await rejection(connect({ agent: new http.Agent() }).exchangeCode(exchange))).to.include({
        code: 'network',
      });
      expect(server.seen).to.have.lengthOf(1);
    });

    it('and not after the timeout', async () => {
      const closing = await closingServer(() => {});
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const agent = new http.Agent({ keepAlive: true });
        const user = () => connectTo(closing.url, { agent }).fetchUser('mct_access');
        await user();
        const failed = rejection(user());
        while (closing.seen.length < 2) await new Promise(setImmediate);
        clock.tick(10_000);
        expect(await failed).to.include({ code: 'timeout' });
        for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
        expect(closing.seen).to.have.lengthOf(2);
      } finally {
        clock.uninstall();
        await closing.close();
      }
    });
  });

  describe('uses the agent of the app for every call', () => {
    const callAll = async (connect: MoneiConnect) => {
      answer = (request, response) => {
        response.end(JSON.stringify(request.url === '/me' ? { id: 'u1' } : pair));
      };
      await connect.exchangeCode(exchange);
      await connect.refresh('mcr_old');
      await connect.revoke('mct_access');
      await connect.fetchUser('mct_access');
    };

    it('an agent', async () => {
      const agent = new CountingAgent();
      await callAll(connect({ agent }));
      expect(agent.used).to.equal(4);
    });

    it('a function of the URL', async () => {
      const agent = new CountingAgent();
      const urls: string[] = [];
      await callAll(
        connect({
          agent: (url) => {
            urls.push(url.pathname);
            return agent;
          },
        }),
      );
      expect(agent.used).to.equal(4);
      expect(urls).to.deep.equal(['/token', '/token', '/revoke', '/me']);
    });

    it('a function that gives none: then its own', async () => {
      await callAll(connect({ agent: () => undefined }));
      expect(server.seen).to.have.lengthOf(4);
    });

    for (const [name, agent] of [
      [
        'that throws',
        () => {
          throw new Error('no proxy for mcs_client-secret');
        },
      ],
      [
        'that throws no error',
        () => {
          throw 'no proxy';
        },
      ],
      ['for another protocol', new https.Agent()],
    ] as const) {
      it(`an agent ${name} is a network error`, async () => {
        const error = await rejection(connect({ agent }).exchangeCode(exchange));
        expect(error).to.include({ code: 'network' });
        expect(everythingIn(error)).to.not.include('mcs_client-secret');
      });
    }

    const reasons: [what: string, thrown: Error, reason: string][] = [
      ['code, if it has no message', Object.assign(new Error(''), { code: 'EPROXY' }), 'EPROXY'],
      ['name, if it has neither', new RangeError(''), 'RangeError'],
      ['message, if that is prose', new Error(`no route ${'x'.repeat(40_000)}`), 'reached: no route […]'],
    ];
    for (const [what, thrown, reason] of reasons) {
      it(`an error of an agent is told by its ${what}`, async () => {
        const agent = () => {
          throw thrown;
        };
        const error = await rejection(connect({ agent }).exchangeCode(exchange));
        expect(error).to.include({ code: 'network' });
        expect((error as Error).message)
          .to.include(reason)
          .and.to.have.lengthOf.below(200);
      });
    }
  });
});
