import { expect } from 'chai';
import { refuseMisspelt } from '../../src/internal/misspelled-options.js';

describe('refuseMisspelt', () => {
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
    it(`takes ${given} for ${meant}`, () => {
      expect(() => refuseMisspelt({ [given]: 1 }, known)).to.throw(
        TypeError,
        `there is no option \`${given}\`. Did you mean \`${meant}\`?`,
      );
    });
  }

  it('looks at what options inherit, too', () => {
    expect(() => refuseMisspelt(Object.create({ scopes: [] }), known)).to.throw(/`scope`/);
  });

  for (const given of ['scope', 'state', 'store', 'name', 'pkc', 'clientX', 'logger', '', 'x'.repeat(1e6)]) {
    it(`lets ${given.slice(0, 20) || 'an empty name'} pass`, () => refuseMisspelt({ [given]: 1 }, known));
  }
});
