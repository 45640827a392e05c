import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { connectTo, JSON_TYPE, useConnectServer } from '../helpers/connect-server.js';
import { everythingIn } from '../helpers/everything-in.js';
import { pair } from '../helpers/fixtures.js';
import { freePort } from '../helpers/free-port.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code-of-this-user', redirectURI: 'http://localhost/callback' };

describe('MoneiConnect on a network that fails', () => {
  const monei = useConnectServer();
  const { connect, reply } = monei;

  describe('rejects with the code network', () => {
    const faults: [name: string, listener: http.RequestListener][] = [
      ['a connection that is reset before the response', (request) => request.socket.resetAndDestroy()],
      ['a connection that is closed before the response', (request) => request.socket.end()],
      [
        'a connection that breaks off in the body',
        (request, response) => {
          response.writeHead(200, { ...JSON_TYPE, 'content-length': 500 });
          response.write('{"access_token":"mct_', () => request.socket.destroy());
        },
      ],
      [
        'a connection that breaks off in a chunked body',
        (request, response) => {
          response.writeHead(200, JSON_TYPE);
          response.write('{"access_token":"mct_', () => request.socket.destroy());
        },
      ],
      ['a response that is not HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
      [
        'an upgrade that the request did not ask for',
        (request) =>
          request.socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      ],
    ];
    for (const [name, listener] of faults) {
      it(`after ${name}`, async () => {
        monei.respond = listener;
        // A new agent has no kept connection, after which the request would be repeated.
        const agent = new http.Agent();
        const error = await rejection(connect({ agent, timeout: 5000 }).exchangeCode(exchange));
        expect(error).to.include({ code: 'network', endpoint: 'token', status: 502 });
        expect(everythingIn(error)).to.not.match(/mct_|mcs_|the-code/);
      });
    }

    it('if the port is closed, with the reason in the message', async () => {
      const error = await rejection(connectTo(`http://127.0.0.1:${await freePort()}`).exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      expect((error as Error).message).to.include('ECONNREFUSED');
    });

    it('if the port is closed on each address of the host, with the reason in the message', async () => {
      const error = await rejection(connectTo(`http://localhost:${await freePort()}`).exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      expect((error as Error).message).to.include('ECONNREFUSED');
    });

    it('if the server does not speak TLS', async () => {
      const secure = connect({ tokenURL: `https://127.0.0.1:${monei.server.port}/token` });
      expect(await rejection(secure.exchangeCode(exchange))).to.include({ code: 'network' });
    });
  });

  describe('the time limit', () => {
    let clock: FakeTimers.Clock;
    beforeEach(() => {
      clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.uninstall());

    /** Waits for real I/O until `condition` holds. */
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise(setImmediate);
    };

    const slow: [name: string, listener: http.RequestListener][] = [
      ['a server that never responds', () => {}],
      [
        'a server that never finishes its headers',
        (request) => request.socket.write('HTTP/1.1 200 OK\r\nX-Slow:'),
      ],
      [
        'a server that sends single bytes without end',
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
      it(`ends a request to ${name}, and closes the connection`, async () => {
        let isClosed = false;
        monei.respond = (request, response) => {
          response.on('close', () => {
            isClosed = true;
          });
          listener(request, response);
        };
        const failed = rejection(connect().exchangeCode(exchange));
        await until(() => monei.server.seen.length === 1);
        clock.tick(9_999);
        let isSettled = false;
        void failed.then(() => {
          isSettled = true;
        });
        await new Promise(setImmediate);
        expect(isSettled).to.equal(false);
        clock.tick(1);
        const error = await failed;
        expect(error).to.include({ code: 'timeout', endpoint: 'token', status: 504 });
        expect((error as Error).message).to.include('10000 ms');
        expect(everythingIn(error)).to.not.match(/mcs_|the-code/);
        await until(() => isClosed);
      });
    }

    it('ends a TLS handshake that is never finished', async () => {
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

    it('leaves no timer behind after a success, an error response or a network error', async () => {
      reply(JSON.stringify(pair));
      await connect().exchangeCode(exchange);
      reply('', 500);
      await rejection(connect().exchangeCode(exchange));
      monei.respond = (request) => request.socket.destroy();
      await rejection(connect({ agent: new http.Agent() }).exchangeCode(exchange));
      await rejection(connect({ agent: new https.Agent() }).exchangeCode(exchange));
      expect(clock.countTimers()).to.equal(0);
    });
  });
});
