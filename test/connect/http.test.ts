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

  it('gives one agent for each protocol, which is none of Node’s own', () => {
    const [plain, secure] = agents();
    expect(agents()[0]).to.equal(plain);
    expect(agents()[1]).to.equal(secure);
    expect(plain).to.be.instanceOf(http.Agent).and.not.instanceOf(https.Agent);
    expect(secure).to.be.instanceOf(https.Agent);
    expect(plain).to.not.equal(http.globalAgent);
    expect(secure).to.not.equal(https.globalAgent);
  });

  it('keeps connections, and none that was idle for longer than a minute', () => {
    for (const agent of agents()) {
      expect(agent).to.have.property('keepAlive', true);
      expect(agent).to.have.nested.property('options.timeout', 60_000);
    }
  });

  it('uses the proxies that Node hands to its global agents, and none otherwise', () => {
    for (const agent of agents()) expect(agent).to.not.have.nested.property('options.proxyEnv');
    const { options } = http.globalAgent as unknown as { options: { proxyEnv?: object } };
    const proxyEnv = { http_proxy: 'http://127.0.0.1:3128' };
    options.proxyEnv = proxyEnv;
    try {
      // A protocol of this test's own: there is one agent for each protocol.
      const agent = keepAliveAgent(new URL('proxied://localhost/'));
      expect(agent).to.have.nested.property('options.proxyEnv', proxyEnv);
    } finally {
      delete options.proxyEnv;
    }
  });
});

describe('sendRequest', () => {
  it('opens no connection if the signal has aborted', async () => {
    let opened = false;
    const open = () => {
      opened = true;
      throw new Error('opened');
    };
    const signal = AbortSignal.abort();
    const outcome = await sendRequest({ open, body: undefined, maxBytes: 1, signal, mayRepeat: () => true });
    expect(outcome).to.include({ failure: 'aborted', requestSent: false });
    expect(opened).to.equal(false);
  });

  it('repeats a request on a closed connection of an agent that is not derived from http.Agent', async () => {
    const server = await startLoopbackServer((request, response) => {
      if (server.seen.length === 1) request.socket.resetAndDestroy();
      else response.end(JSON.stringify(pair));
    });
    /** Has only what Node asks of an agent, and says that its first connection was kept. */
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
