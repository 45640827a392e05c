import { createServer } from 'node:http';
import { expect } from 'chai';
import express from 'express';
import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { scopesFor } from '../../src/scopes/routes.js';
import { isScope } from '../../src/scopes/syntax.js';
import { listenOnLoopback } from '../helpers/listen.js';

describe('MONEI_SCOPES', () => {
  it('lists the nine scopes that Monei documents', () => {
    expect(Object.keys(MONEI_SCOPES)).to.have.members([
      'profile:read',
      'kyc:read',
      'wallet:read',
      'wallet:deposit',
      'wallet:send',
      'wallet:withdraw',
      'swap:execute',
      'bills:pay',
      'offramp:execute',
    ]);
  });

  it('marks the scopes that move or convert money as sensitive', () => {
    const sensitive = Object.entries(MONEI_SCOPES).filter(([, scope]) => scope.sensitive);
    expect(sensitive.map(([name]) => name)).to.have.members([
      'wallet:send',
      'wallet:withdraw',
      'swap:execute',
      'offramp:execute',
    ]);
  });

  it('describes each scope, and is frozen', () => {
    for (const { description } of Object.values(MONEI_SCOPES))
      expect(description).to.be.a('string').and.not.empty;
    const scopes = Object.values(MONEI_SCOPES);
    for (const frozen of [MONEI_SCOPES, ...scopes, ...scopes.map(({ routes }) => routes)]) {
      expect(Object.isFrozen(frozen)).to.equal(true);
    }
  });
});

describe('scopesFor', () => {
  const cases: [method: string, path: string, scopes: string[]][] = [
    ['GET', '/user/me', ['profile:read']],
    ['GET', '/evm/portfolio/137', ['wallet:read']],
    ['GET', '/transactions/reference/a%2Fb', ['wallet:read']],
    ['GET', '/offramp/ledger/history?page=1', ['wallet:read', 'offramp:execute']],
    ['POST', '/wallet/payout/transfer', ['wallet:send']],
    ['post', '/Wallet/PAYOUT/transfer/', ['wallet:send']],
    ['HEAD', '/wallet/me', ['wallet:read']],
    ['GET', '/wallet/me/?chainId=1', ['wallet:read']],
    ['GET', '/wallet/me#balance', ['wallet:read']],
  ];
  for (const [method, path, scopes] of cases) {
    it(`returns ${scopes.join(' and ')} for ${method} ${path}`, () => {
      expect(scopesFor(method, path)).to.deep.equal(scopes);
    });
  }

  const unknown: [method: string, path: string][] = [
    ['GET', '/wallet/payout/transfer'],
    ['HEAD', '/wallet/payout/transfer'],
    ['PATCH', '/user/me'],
    ['GET', '/evm/portfolio/'],
    ['GET', '/evm/portfolio//'],
    ['GET', '/evm/portfolio/1/2'],
    ['GET', '//wallet/me'],
    ['GET', '/wallet//me'],
    ['GET', '/wallet/me//'],
    ['GET', '/wallet%2Fme'],
    ['GET', '/w%61llet/me'],
    ['GET', 'wallet/me'],
    ['GET', '/api/v1/wallet/me'],
    ['GET', 'https://api.monei.cc/api/v1/wallet/me'],
    ['GET', '/evm/networks'],
    ['GET', '/'],
    ['', ''],
  ];
  for (const [method, path] of unknown) {
    it(`returns no scopes for ${method} ${path}`, () => expect(scopesFor(method, path)).to.deep.equal([]));
  }

  it('matches paths like Express’s router', async () => {
    const app = express();
    const routes = Object.values(MONEI_SCOPES).flatMap(({ routes }) => routes);
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      app[method === 'GET' ? 'get' : 'post'](path, (_req, res) => res.sendStatus(204));
    }
    const server = await listenOnLoopback(createServer(app));
    try {
      for (const [method, path] of [...cases, ...unknown]) {
        if (!path.startsWith('/')) continue;
        const { status } = await fetch(server.url + path, { method: method.toUpperCase() });
        expect(status === 204, path).to.equal(scopesFor(method, path).length > 0);
      }
    } finally {
      await server.close();
    }
  });
});

describe('isScope', () => {
  for (const scope of ['wallet:read', 'a', '!', 'x.y-z_~', 'https://example.com/scope']) {
    it(`accepts ${scope}`, () => expect(isScope(scope)).to.equal(true));
  }

  for (const [what, scope] of [
    ['an empty text', ''],
    ['a space', 'wallet:read wallet:send'],
    ['a comma', 'wallet:read,wallet:send'],
    ['a double quote', 'wallet"read'],
    ['a backslash', 'wallet\\read'],
    ['a control character', 'wallet\u0000read'],
    ['a line break at the end', 'wallet:read\n'],
    ['a letter beyond ASCII', 'wallét:read'],
    ['DEL', 'wallet\u007f'],
    ['a number', 7],
    ['null', null],
    ['an array', ['wallet:read']],
  ] as const) {
    it(`refuses ${what}`, () => expect(isScope(scope)).to.equal(false));
  }
});
