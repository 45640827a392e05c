import http from 'node:http';
import https from 'node:https';
import { expect } from 'chai';
import { keepAliveAgent } from '../../src/connect/http.js';

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
});
