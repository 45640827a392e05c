import http, { type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';

type Response = [status: number, headers?: Record<string, string>];
const TRANSFER = '/wallet/payout/transfer';
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

describe('TokenKeeper.fetch repeats', () => {
  const monei = useMoneiApi();

  for (const status of [429, 503]) {
    it(`a GET with ${status} and a short Retry-After, once`, async () => {
      const keeper = await monei.signIn();
      const busy: Response = [status, { 'retry-after': '0' }];
      monei.respondWith(busy);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
      monei.respondWith(busy, busy);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(status);
      expect(monei.requests()).to.have.lengthOf(4);
    });
  }

  const final: [what: string, headers: Record<string, string>][] = [
    ['without a Retry-After', {}],
    ['with a long Retry-After', { 'retry-after': '6' }],
    ['with a Retry-After that is no time', { 'retry-after': 'soon' }],
  ];
  for (const [what, headers] of final) {
    it(`no GET ${what}`, async () => {
      const keeper = await monei.signIn();
      monei.respondWith([429, headers]);
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(429);
      expect(monei.requests()).to.have.lengthOf(1);
    });
  }

  it('a GET as the token endpoint’s options do not say: `maxRetryAfter` limits only that', async () => {
    const keeper = await monei.signIn({ connect: monei.connect({ maxRetryAfter: 0 }) });
    monei.respondWith([429, { 'retry-after': '0' }]);
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
  });

  it('a GET for a wait and for a refresh, in whatever order, each once', async () => {
    const keeper = await monei.signIn();
    const busy: Response = [429, { 'retry-after': '0' }];
    monei.respondWith(busy, [401]);
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect([monei.requests().length, monei.refreshes]).to.deep.equal([3, 1]);

    const other = monei.keeper();
    await other.save('bola', {
      accessToken: 'mct_b',
      refreshToken: 'mcr_b',
      scopes: ['wallet:read'],
      expiresIn: 3600,
    });
    monei.server.seen.length = 0;
    monei.respondWith([401], busy);
    expect((await other.fetch('bola', '/wallet/me')).status).to.equal(200);
    expect([monei.requests().length, monei.refreshes]).to.deep.equal([3, 1]);

    await other.save('chidi', {
      accessToken: 'mct_c',
      refreshToken: 'mcr_c',
      scopes: ['wallet:read'],
      expiresIn: 3600,
    });
    monei.server.seen.length = 0;
    monei.respondWith(busy, [401], busy);
    expect((await other.fetch('chidi', '/wallet/me')).status).to.equal(429);
    expect(monei.requests()).to.have.lengthOf(3);
  });

  it('nothing else that may have been sent, unless Monei refused its token', async () => {
    const keeper = await monei.signIn();
    for (const method of METHODS) {
      const init = method === 'HEAD' ? { method } : { method, body: '{"amount":5000}' };
      for (const status of [429, 500, 502, 503, 504]) {
        monei.respondWith([status, { 'retry-after': '0' }]);
        expect((await keeper.fetch('ada', TRANSFER, init)).status).to.equal(status);
      }
    }
    monei.respond = (req) => req.socket.destroy();
    const error = await rejection(keeper.fetch('ada', TRANSFER, { method: 'POST', body: '{}' }));
    expect(error).to.include({ code: 'network', requestSent: true });
    expect(monei.requests()).to.have.lengthOf(METHODS.length * 5 + 1);
  });

  it('no GET on a new connection that broke off', async () => {
    const keeper = await monei.signIn({ connect: monei.connect({ agent: new http.Agent() }) });
    monei.respond = (req) => req.socket.destroy();
    expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.include({
      code: 'network',
      requestSent: true,
    });
    expect(monei.requests()).to.have.lengthOf(1);
  });

  describe('on a kept connection that the server closed:', () => {
    /** Responds to the first request of each connection, and resets the connection at the next one. */
    const resetReused = (first: RequestListener): RequestListener => {
      const known = new WeakSet<Socket>();
      return (request, response) => {
        if (known.has(request.socket)) return request.socket.resetAndDestroy();
        known.add(request.socket);
        first(request, response);
      };
    };

    const keptAlive = async () => {
      const agent = new http.Agent({ keepAlive: true });
      return { agent, keeper: await monei.signIn({ connect: monei.connect({ agent }) }) };
    };

    it('a GET, once, on a new connection', async () => {
      const { agent, keeper } = await keptAlive();
      monei.respond = resetReused((_req, res) => res.end('{}'));
      const get = () => keeper.fetch('ada', '/wallet/me');
      await Promise.all([get(), get(), get()]);
      expect((await get()).status).to.equal(200);
      expect(monei.requests()).to.have.lengthOf(5);
      expect(monei.server.connections).to.equal(4);
      agent.destroy();
    });

    it('a GET, but not a third time', async () => {
      const { agent, keeper } = await keptAlive();
      await keeper.fetch('ada', '/wallet/me');
      monei.respond = (req) => req.socket.resetAndDestroy();
      expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.include({
        code: 'network',
        requestSent: true,
      });
      expect(monei.requests()).to.have.lengthOf(3);
      agent.destroy();
    });

    for (const method of METHODS) {
      it(`no ${method}`, async () => {
        const { agent, keeper } = await keptAlive();
        monei.respond = resetReused((_req, res) => res.end('{}'));
        await keeper.fetch('ada', '/wallet/me');
        const error = await rejection(keeper.fetch('ada', TRANSFER, { method }));
        expect(error).to.include({ code: 'network', requestSent: true });
        expect(monei.requests().map((request) => request.method)).to.deep.equal(['GET', method]);
        agent.destroy();
      });
    }
  });
});
