import { once } from 'node:events';
import { expect } from 'chai';
import { MONEI_SCOPES, MoneiStrategy, requireScopes } from '../../src/index.js';
import { reportUnknownScopes } from '../../src/scopes/unknown-scopes.js';
import { credentials } from '../helpers/fixtures.js';

/** Returns the scopes that `run` has reported. */
async function reportedBy(run: () => void): Promise<string[]> {
  const warnings: (Error & { code?: string })[] = [];
  const collect = (warning: Error) => warnings.push(warning);
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', collect);
  try {
    run();
    const last = once(process, 'warning');
    process.emitWarning('the last one');
    await last;
  } finally {
    process.off('warning', collect);
    for (const printer of printers) process.on('warning', printer);
  }
  return warnings
    .filter(({ code }) => code === 'PASSPORT_MONEI_UNKNOWN_SCOPE')
    .map(({ message }) =>
      String(message.match(/^"(.*)" is not in Monei's list of scopes\. Is it misspelled\?$/)?.[1]),
    );
}

describe('a scope that is not in the catalogue', () => {
  const options = { ...credentials, callbackURL: '/callback' };
  const verify = () => {};

  it('is reported once in the options of a strategy', async () => {
    const make = () => {
      new MoneiStrategy(
        { ...options, scope: 'walet:read bills:pay', requiredScopes: ['walet:read'] },
        verify,
      );
    };
    expect(await reportedBy(make)).to.deep.equal(['walet:read']);
    expect(await reportedBy(make)).to.deep.equal([]);
  });

  it('is reported once by requireScopes', async () => {
    const make = () => requireScopes(['walet:send', 'wallet:read'], { granted: () => [] });
    expect(await reportedBy(make)).to.deep.equal(['walet:send']);
    expect(await reportedBy(make)).to.deep.equal([]);
  });

  for (const name of ['scope', 'requiredScopes'] as const) {
    it(`is reported once in \`${name}\` of a route`, async () => {
      const scope = `walet:${name}`;
      const strategy = new MoneiStrategy({ ...options, scope: [] }, verify);
      const authenticate = () => {
        const actions = { error: () => {}, fail: () => {}, redirect: () => {} };
        const request = { query: {}, headers: {}, session: {} };
        Object.assign(Object.create(strategy), actions).authenticate(request, {
          callbackURL: 'https://a.example/',
          scope,
          [name]: scope,
        });
      };
      expect(await reportedBy(authenticate)).to.deep.equal([scope]);
      expect(await reportedBy(authenticate)).to.deep.equal([]);
    });
  }

  it('is reported without a secret that was passed by mistake', async () => {
    const scopes = await reportedBy(() => reportUnknownScopes(['mcs_secret']));
    expect(scopes).to.deep.equal(['[redacted]']);
  });

  it('is reported even with the name of an inherited property, and known scopes are not reported', async () => {
    const scopes = await reportedBy(() => reportUnknownScopes(['toString', ...Object.keys(MONEI_SCOPES)]));
    expect(scopes).to.deep.equal(['toString']);
  });

  it('is not reported after 100 others', async () => {
    const many = Array.from({ length: 200 }, (_, place) => `made:up${place}`);
    expect((await reportedBy(() => reportUnknownScopes(many))).length).to.be.within(1, 100);
  });
});
