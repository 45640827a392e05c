import { expect } from 'chai';
import { contract } from '../../src/contract/index.js';
import { moneiAt, startEmulatorWithHistory } from './emulated-monei.js';
import { mutants } from './mutants.js';
import { startRewritingProxy } from './rewriting-proxy.js';

/** The assumption that has to find each mutant, and what it has to say about it. */
const FOUND: Record<string, { by: string; expected: string; seen: string }> = {
  'does not rotate refresh tokens': {
    by: 'gives a new refresh token at every refresh',
    expected: 'a new one',
    seen: 'the old one',
  },
  'omits the refresh token from the response to a refresh, and keeps the old one valid': {
    by: 'gives tokens for a refresh token, without client credentials',
    expected: 'refresh_token: string',
    seen: 'refresh_token: absent',
  },
  'answers 400 for a refresh token that was used or revoked': {
    by: 'refuses a refresh token that was used before, with 401',
    expected: "status 401 with Monei's error body",
    seen: "status 400 with Monei's error body",
  },
  'keeps an old access token valid after a refresh': {
    by: 'refuses the old access token after a refresh, with 401',
    expected: "status 401 with Monei's error body",
    seen: 'status 200',
  },
  'wants client credentials for a refresh': {
    by: 'gives tokens for a refresh token, without client credentials',
    expected: 'status 200',
    seen: 'status 401',
  },
  'refuses client credentials in a refresh': {
    by: 'takes client credentials with a refresh token, too',
    expected: 'status 200',
    seen: 'status 400',
  },
  'does not list scopes after a refresh': {
    by: 'lists the scopes of the old tokens after a refresh',
    expected: 'scopes: kyc:read wallet:read',
    seen: 'scopes: absent',
  },
  'lists only newly granted scopes': {
    by: 'gives tokens a scope that was granted before and is requested again',
    expected: 'scopes: profile:read kyc:read wallet:read',
    seen: 'scopes: profile:read',
  },
  'lists scopes as one string named scope': {
    by: 'gives tokens for a code in a JSON body, in the documented fields and types',
    expected: 'scopes: array',
    seen: 'scopes: absent',
  },
  'lists no scopes at all': {
    by: 'gives tokens for a code in a JSON body, in the documented fields and types',
    expected: 'scopes: array',
    seen: 'scopes: absent',
  },
  'gives expires_in as a string': {
    by: 'gives tokens for a code in a JSON body, in the documented fields and types',
    expected: 'expires_in: number',
    seen: 'expires_in: string',
  },
  'wraps tokens in its envelope': {
    by: 'gives tokens for a code in a JSON body, in the documented fields and types',
    expected:
      'access_token: string, refresh_token: string, token_type: string, expires_in: number, scopes: array',
    seen: 'access_token: absent, refresh_token: absent, token_type: absent, expires_in: absent, scopes: absent',
  },
  'gives access tokens that live for a minute': {
    by: 'says that access tokens live for 3600 seconds',
    expected: '3600',
    seen: '60',
  },
  'accepts form bodies': {
    by: 'refuses a form body, with 400',
    expected: "status 400 with Monei's error body",
    seen: 'status 200',
  },
  'accepts only form bodies': {
    by: 'gives tokens for a code in a JSON body, in the documented fields and types',
    expected: 'status 200',
    seen: 'status 400',
  },
  'takes a code twice': {
    by: 'refuses a code that was used before, with 400',
    expected: "status 400 with Monei's error body",
    seen: 'status 200',
  },
  'does not compare the redirect URI of a code': {
    by: 'refuses a code with another redirect URI, with 400',
    expected: "status 400 with Monei's error body",
    seen: 'status 200',
  },
  'answers 400 for a wrong client secret': {
    by: 'refuses a wrong client secret, with 401',
    expected: "status 401 with Monei's error body",
    seen: "status 400 with Monei's error body",
  },
  'ignores PKCE': {
    by: 'refuses a code with a wrong PKCE verifier, with 400',
    expected: "status 400 with Monei's error body",
    seen: 'status 200',
  },
  'ignores unknown scopes': {
    by: 'returns to the app with invalid_scope for an unknown scope',
    expected: 'a redirect to the app with invalid_scope',
    seen: 'no such redirect',
  },
  'does not compare the slash at the end of a redirect URI': {
    by: 'shows an error page for a redirect URI that differs by a slash',
    expected: 'an error page',
    seen: 'no error page',
  },
  'grants scopes that the user denied': {
    by: 'grants only the scopes that the user allows',
    expected: 'scopes: wallet:read',
    seen: 'scopes: profile:read wallet:read',
  },
  'names a denial user_denied': {
    by: 'returns to the app with access_denied after a denial',
    expected: 'access_denied',
    seen: 'user_denied',
  },
  'does not return the state': {
    by: 'returns the state with a code',
    expected: 'the state that was sent',
    seen: 'no state, or another one',
  },
  'shows granted scopes again': {
    by: 'does not show a scope again that the user granted before',
    expected: 'not shown again',
    seen: 'shown again',
  },
  'keeps the refresh token valid after a revocation': {
    by: 'revokes the refresh token together with its access token',
    expected: "status 401 with Monei's error body",
    seen: 'status 200',
  },
  'answers 200 for a token that is not valid any more': {
    by: 'does not find a token that was revoked before, with 404',
    expected: "status 404 with Monei's error body",
    seen: 'status 200',
  },
  'forgets the whole grant at a revocation': {
    by: 'remembers after a revocation what the user granted',
    expected: 'scopes: profile:read kyc:read wallet:read',
    seen: 'scopes: profile:read',
  },
  'nests the profile one level deeper': {
    by: 'gives the documented fields at GET /user/me',
    expected: 'data.id: string',
    seen: 'data.id: absent',
  },
  'gives the profile without its envelope': {
    by: 'gives the documented fields at GET /user/me',
    expected: 'statusCode: number, message: string, data: object',
    seen: 'statusCode: absent, message: absent, data: absent',
  },
  'gives the user id as a number': {
    by: 'gives the documented fields at GET /user/me',
    expected: 'data.id: string',
    seen: 'data.id: number',
  },
  'gives no user id': {
    by: 'gives the documented fields at GET /user/me',
    expected: 'data.id: string',
    seen: 'data.id: null',
  },
  'answers 401 for a missing scope': {
    by: 'refuses every route of wallet:read to a token without it, with 403',
    expected: "status 403 with Monei's error body",
    seen: "status 401 with Monei's error body",
  },
  'gives naira balances as null': {
    by: 'gives the documented fields at GET /wallet/me',
    expected: 'data.nairaBalance: string or number',
    seen: 'data.nairaBalance: null',
  },
  'gives a KYC limit as a string': {
    by: 'gives the documented fields at GET /kyc/limits',
    expected: 'data.maxSingleTransaction: number',
    seen: 'data.maxSingleTransaction: string',
  },
  'answers errors with HTML pages': {
    by: 'does not find an unknown route, with 404',
    expected: "status 404 with Monei's error body",
    seen: 'status 404 with a body that is not JSON',
  },
  'sends rate-limit headers': {
    by: 'sends no rate-limit headers with the data routes',
    expected: 'none',
    seen: 'x-ratelimit-limit',
  },
};

describe('the contract finds a Monei that', () => {
  for (const { name, change } of mutants) {
    it(name, async () => {
      const emulator = await startEmulatorWithHistory();
      const proxy = await startRewritingProxy(emulator, change(emulator));
      try {
        const { by, ...difference } = FOUND[name] ?? { by: '' };
        const assumption = contract.find((one) => one.name === by);
        expect(await assumption?.run(moneiAt(proxy))).to.deep.equal({ outcome: 'differs', ...difference });
      } finally {
        await proxy.close();
        await emulator.close();
      }
    });
  }

  it('is one of at least fifteen mutants', () => {
    expect(mutants.length).to.be.at.least(15);
    expect(mutants.map(({ name }) => name)).to.have.members(Object.keys(FOUND));
  });
});
