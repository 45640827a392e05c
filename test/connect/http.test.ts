import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { expect } from 'chai';
import { keepAliveAgent, sendRequest } from '../../src/connect/http.js';
import { MoneiConnect } from '../../src/connect/index.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

describe('keepAliveAgent', () => {
  const agents = () => [
    keepAliveAgent(new URL('http://localhost/')),
    keepAliveAgent(new URL('https://api.monei.cc/')),
  ];

  it('returns one agent for each protocol, not Node’s global one', () => {
    const [plain, secure] = agents();
    expect(agents()[0]).to.equal(plain);
    expect(agents()[1]).to.equal(secure);
    expect(plain).to.be.instanceOf(http.Agent).and.not.instanceOf(https.Agent);
    expect(secure).to.be.instanceOf(https.Agent);
    expect(plain).to.not.equal(http.globalAgent);
    expect(secure).to.not.equal(https.globalAgent);
  });

  it('keeps idle connections for at most a minute', () => {
    for (const agent of agents()) {
      expect(agent).to.have.property('keepAlive', true);
      expect(agent).to.have.nested.property('options.timeout', 60_000);
    }
  });

  it('uses the proxies that Node passes to its global agents, if there are any', () => {
    for (const agent of agents()) expect(agent).to.not.have.nested.property('options.proxyEnv');
    const { options } = http.globalAgent as unknown as { options: { proxyEnv?: object } };
    const proxyEnv = { http_proxy: 'http://127.0.0.1:3128' };
    options.proxyEnv = proxyEnv;
    try {
      // The agents of http: and https: exist already.
      const agent = keepAliveAgent(new URL('proxied://localhost/'));
      expect(agent).to.have.nested.property('options.proxyEnv', proxyEnv);
    } finally {
      delete options.proxyEnv;
    }
  });
});

describe('sendRequest', () => {
  it('does not create a request if the signal has aborted', async () => {
    let isOpened = false;
    const open = () => {
      isOpened = true;
      throw new Error('opened');
    };
    const signal = AbortSignal.abort();
    const outcome = await sendRequest({ open, body: undefined, maxBytes: 1, signal, mayRepeat: () => true });
    expect(outcome).to.include({ failure: 'aborted', requestSent: false });
    expect(isOpened).to.equal(false);
  });

  it('repeats a request on a closed connection of an agent that is not derived from http.Agent', async () => {
    const server = await startLoopbackServer((request, response) => {
      if (server.seen.length === 1) request.socket.resetAndDestroy();
      else response.end(JSON.stringify(pair));
    });
    /** Has only the method that Node needs of an agent, and marks its first connection as a kept one. */
    const agent = {
      addRequest(request: http.ClientRequest, { host, port }: { host: string; port: number }) {
        request.reusedSocket = server.connections === 0;
        request.onSocket(net.connect(port, host));
      },
    };
    const connect = new MoneiConnect({
      ...credentials,
      tokenURL: `${server.url}/token`,
      agent: agent as unknown as http.Agent,
    });
    expect(await connect.refresh('mcr_old')).to.include({ accessToken: 'mct_access' });
    expect(server.seen).to.have.lengthOf(2);
    await server.close();
  });
});
