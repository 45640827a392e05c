import { expect } from 'chai';
import { isCallbackRoute, pathOf } from '../../src/strategy/callback-route.js';

const BACKSLASH = '\\';

describe('[S47] isCallbackRoute', () => {
  const cases: [path: string, redirectURI: string, expected: boolean][] = [
    // The same path, in other spellings.
    ['/auth/monei/callback', 'https://app.example/auth/monei/callback', true],
    ['/auth/monei/callback', '/auth/monei/callback', true],
    ['/auth/monei/callback/', 'https://app.example/auth/monei/callback', true],
    ['/auth/monei/callback', 'https://app.example/auth/monei/callback/', true],
    ['//auth///monei/callback', 'https://app.example/auth/monei//callback', true],
    ['/Auth/MONEI/callback', 'https://app.example/auth/monei/Callback', true],
    ['/auth/monei/callback', 'HTTPS://app.example:8443/auth/monei/callback?from=bills', true],
    ['/auth/mon%65i/callback', 'https://app.example/auth/monei/callback', true],
    ['/auth/caf%C3%A9', 'https://app.example/auth/caf%c3%a9', true],
    ['/auth/café', 'https://app.example/auth/caf%C3%A9', true],
    // Other paths.
    ['/auth/monei', 'https://app.example/auth/monei/callback', false],
    ['/auth/monei/callbacks', 'https://app.example/auth/monei/callback', false],
    ['/auth/other/callback', 'https://app.example/auth/monei/callback', false],
    ['/auth/monei/callback/more', 'https://app.example/auth/monei/callback', false],
    ['/', 'https://app.example/auth/monei/callback', false],
    // A proxy strips or adds a prefix: at least two segments must be equal.
    ['/monei/callback', 'https://app.example/auth/monei/callback', true],
    ['/api/auth/monei/callback', 'https://app.example/auth/monei/callback', true],
    ['/api/v1/monei/callback', 'https://app.example/monei/callback', true],
    ['/callback', 'https://app.example/auth/monei/callback', false],
    ['/xmonei/callback', 'https://app.example/auth/monei/callback', false],
    // A redirect URI of one segment or none accepts only its own path.
    ['/callback', 'https://app.example/callback', true],
    ['/api/callback', 'https://app.example/callback', false],
    ['/', 'https://app.example/', true],
    ['/', 'https://app.example', true],
    ['//', 'https://app.example?from=monei', true],
    ['/auth', 'https://app.example/', false],
    ['/auth/monei', 'https://app.example', false],
    // Segments are decoded one by one, and dots are not resolved.
    ['/auth/monei%2Fcallback', 'https://app.example/auth/monei/callback', false],
    ['/auth%2Fmonei%2Fcallback', 'https://app.example/auth/monei/callback', false],
    ['/auth/monei%5Ccallback', `https://app.example/auth/monei${BACKSLASH}callback`, false],
    ['/auth/monei%5ccallback', 'https://app.example/auth/monei%5Ccallback', true],
    ['/auth/monei%2fcallback', 'https://app.example/auth/monei%2Fcallback', true],
    [`/auth${BACKSLASH}monei/callback`, 'https://app.example/auth/monei/callback', false],
    ['/auth/x/../monei/callback', 'https://app.example/auth/x/../monei/callback', true],
    ['/auth/monei/callback/..', 'https://app.example/auth/monei', false],
    ['/auth/monei/x/../callback', 'https://app.example/auth/monei/callback', false],
    ['/auth/./monei/callback', 'https://app.example/auth/monei/callback', false],
    ['/auth/monei/./callback', 'https://app.example/auth/monei/callback', false],
    ['/auth/%2e%2e/callback', 'https://app.example/auth/../callback', true],
    ['/auth/%zz/callback', 'https://app.example/auth/%ZZ/callback', true],
    ['/auth/%ff/callback', 'https://app.example/auth/%FE/callback', false],
    // A request without a path.
    ['', 'https://app.example/', false],
    ['', 'https://app.example', false],
  ];
  for (const [path, redirectURI, expected] of cases) {
    it(`${expected ? 'accepts' : 'refuses'} the path ${path} for ${redirectURI}`, () => {
      expect(isCallbackRoute(redirectURI, path)).to.equal(expected);
    });
  }
});

describe('pathOf', () => {
  const cases: [url: string, expected: string][] = [
    ['/auth?next=/a/b', '/auth'],
    ['/auth#part', '/auth'],
    ['/auth?a=1\n/b', '/auth'],
    ['http://app.example:3000/auth?x', '/auth'],
    ['https://app.example', ''],
    ['https://app.example?x=/y', ''],
    ['https://app.example/a/../b', '/a/../b'],
    ['/redirect/https://app.example/x', '/redirect/https://app.example/x'],
    ['?code=c', ''],
  ];
  for (const [url, expected] of cases) {
    it(`returns ${JSON.stringify(expected)} for ${JSON.stringify(url)}`, () => {
      expect(pathOf(url)).to.equal(expected);
    });
  }
});
