import { expect } from 'chai';
import { refuseMisspelled, refuseOtherSpelling } from '../../src/internal/misspelled-options.js';

describe('refuseMisspelled', () => {
  const known = ['scope', 'requiredScopes', 'clientID', 'callbackURL', 'pkce', 'state', 'store'];
  const cases: [given: string, meant: string][] = [
    ['scopes', 'scope'],
    ['Scope', 'scope'],
    ['scop', 'scope'],
    ['socpe', 'scope'],
    ['requiredScope', 'requiredScopes'],
    ['required_scopes', 'requiredScopes'],
    ['requierdScopes', 'requiredScopes'],
    ['clientId', 'clientID'],
    ['cliendID', 'clientID'],
    ['callbackUrl', 'callbackURL'],
    ['calbackURL', 'callbackURL'],
    ['PKCE', 'pkce'],
    ['pkces', 'pkce'],
    ['clientDI', 'clientID'],
  ];
  for (const [given, meant] of cases) {
    it(`refuses ${given} as a misspelled ${meant}`, () => {
      expect(() => refuseMisspelled({ [given]: 1 }, known)).to.throw(
        TypeError,
        `there is no option \`${given}\`. Did you mean \`${meant}\`?`,
      );
    });
  }

  it('refuses inherited options, too', () => {
    expect(() => refuseMisspelled(Object.create({ scopes: [] }), known)).to.throw(/`scope`/);
  });

  for (const given of ['scope', 'state', 'store', 'name', 'pkc', 'clientX', 'logger', '', 'x'.repeat(1e6)]) {
    it(`accepts ${given.slice(0, 20) || 'an empty name'}`, () => refuseMisspelled({ [given]: 1 }, known));
  }
});

describe('refuseOtherSpelling', () => {
  const known = ['scope', 'requiredScopes', 'callbackURL', 'state'];
  for (const [given, meant] of [
    ['scopes', 'scope'],
    ['Scope', 'scope'],
    ['requiredScope', 'requiredScopes'],
    ['required_scopes', 'requiredScopes'],
    ['REQUIRED_SCOPE', 'requiredScopes'],
    ['callbackUrl', 'callbackURL'],
    ['callback_url', 'callbackURL'],
    ['callbackURLs', 'callbackURL'],
  ]) {
    it(`refuses ${given} as a misspelled ${meant}`, () => {
      expect(() => refuseOtherSpelling({ [String(given)]: 1 }, known)).to.throw(
        TypeError,
        `there is no option \`${given}\`. Did you mean \`${meant}\`?`,
      );
    });
  }

  for (const given of [...known, 'skope', 'stat', 'session', 'prompt', 'failureMessage', 'callback', '']) {
    it(`accepts ${given || 'an empty name'}`, () => refuseOtherSpelling({ [given]: 1 }, known));
  }
});
