import http from 'node:http';
import https from 'node:https';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type { MoneiConnect } from '../../src/connect/client.js';
import { connectTo, JSON_TYPE, useConnectServer } from '../helpers/connect-server.js';
import { CountingAgent } from '../helpers/counting-agent.js';
import { everythingIn } from '../helpers/everything-in.js';
import { pair } from '../helpers/fixtures.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code-of-this-user', redirectURI: 'http://localhost/callback' };

describe('MoneiConnect and its connections', () => {
  const monei = useConnectServer();
  const { connect, reply } = monei;

  it('keeps connections open between requests', async () => {
    reply(JSON.stringify({ id: 'u1' }));
    const fresh = await startLoopbackServer((request, response) => monei.respond(request, response));
    try {
      for (let i = 0; i < 5; i++) await connectTo(fresh.url).fetchUser('mct_access');
      expect(fresh.seen).to.have.lengthOf(5);
      expect(fresh.connections).to.equal(1);
    } finally {
      await fresh.close();
    }
  });

  describe('if the server has closed a kept connection', () => {
    /** Starts a server that responds to the first request on each connection, and passes the next one to `then`. */
    const startClosingServer = (then: http.RequestListener) => {
      const known = new WeakSet<object>();
      return startLoopbackServer((request, response) => {
        if (known.has(request.socket)) return then(request, response);
        known.add(request.socket);
        response.end(JSON.stringify({ id: 'u1' }));
      });
    };

    it('repeats the request on a new connection, although the agent keeps other old ones', async () => {
      const closing = await startClosingServer((request) => request.socket.resetAndDestroy());
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
        'the response has begun',
        (request, response) => {
          response.writeHead(200, { ...JSON_TYPE, 'content-length': 500 });
          response.write('{', () => request.socket.destroy());
        },
      ],
      [
        'the server sends bytes that are not HTTP',
        (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
      ],
    ];
    for (const [when, then] of begun) {
      it(`does not repeat the request if ${when}`, async () => {
        const closing = await startClosingServer(then);
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
      it(`${verb} a refresh if \`mayRepeat\` resolves with ${mayRepeat}`, async () => {
        let isRepeated = false;
        const closing = await startLoopbackServer((request, response) => {
          if (closing.seen.length === 2) return request.socket.resetAndDestroy();
          isRepeated = closing.seen.length > 2;
          response.end(JSON.stringify(pair));
        });
        try {
          const connect = connectTo(closing.url, { agent: new http.Agent({ keepAlive: true }) });
          await connect.refresh('mcr_first');
          const refresh = connect.refresh('mcr_second', { mayRepeat: async () => mayRepeat });
          if (mayRepeat) expect(await refresh).to.include({ accessToken: 'mct_access' });
          else expect(await rejection(refresh)).to.include({ code: 'network', requestSent: true });
          expect(isRepeated).to.equal(mayRepeat);
        } finally {
          await closing.close();
        }
      });
    }

    it('does not repeat a request on a new connection', async () => {
      monei.respond = (request) => request.socket.resetAndDestroy();
      expect(await rejection(connect({ agent: new http.Agent() }).exchangeCode(exchange))).to.include({
        code: 'network',
      });
      expect(monei.server.seen).to.have.lengthOf(1);
    });

    it('does not repeat the request after the time limit', async () => {
      const closing = await startClosingServer(() => {});
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

  describe('the option `agent`', () => {
    const sendAll = async (connect: MoneiConnect) => {
      monei.respond = (request, response) => {
        response.end(JSON.stringify(request.url === '/me' ? { id: 'u1' } : pair));
      };
      await connect.exchangeCode(exchange);
      await connect.refresh('mcr_old');
      await connect.revoke('mct_access');
      await connect.fetchUser('mct_access');
    };

    it('sends every request through the agent', async () => {
      const agent = new CountingAgent();
      await sendAll(connect({ agent }));
      expect(agent.used).to.equal(4);
    });

    it('asks a function of the URL for the agent of every request', async () => {
      const agent = new CountingAgent();
      const urls: string[] = [];
      await sendAll(
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

    it('uses an agent of its own if the function returns none', async () => {
      await sendAll(connect({ agent: () => undefined }));
      expect(monei.server.seen).to.have.lengthOf(4);
    });

    for (const [name, agent] of [
      [
        'that throws',
        () => {
          throw new Error('no proxy for mcs_client-secret');
        },
      ],
      [
        'that throws a string',
        () => {
          throw 'no proxy';
        },
      ],
      ['for another protocol', new https.Agent()],
    ] as const) {
      it(`rejects with the code network for an agent ${name}`, async () => {
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
      it(`quotes an agent’s error by its ${what}`, async () => {
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
