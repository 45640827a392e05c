import { expect } from 'chai';
import { type Browser, openBrowser } from '../helpers/browser.js';
import {
  type Fate,
  PROVIDERS,
  type Provider,
  type ProvidersApp,
  startProvidersApp,
  USERS,
} from '../helpers/providers-app.js';

/** The session keys of the three providers. passport-oauth2 names its key after the provider's host. */
const LAYOUTS: Record<string, Parameters<typeof startProvidersApp>[0]> = {
  'at one host': {},
  'at hosts of their own': { hosts: { google: 'accounts.google.localhost', github: 'github.localhost' } },
  'with session keys of their own': {
    sessionKeys: { monei: 'monei', google: 'oauth2:google', github: 'oauth2:github' },
  },
};

const PAIRS = PROVIDERS.flatMap((one) =>
  PROVIDERS.filter((other) => other !== one).map((other): [Provider, Provider] => [one, other]),
);

/** The statuses of failed sign-ins. Failures of Monei have their own statuses. */
const STATUSES: Record<Fate, number[]> = { allowed: [200], denied: [401], forged: [500, 502] };

describe('[S12] Monei beside Google and GitHub', () => {
  let app: ProvidersApp;
  let browser: Browser;

  beforeEach(() => {
    browser = openBrowser();
  });
  afterEach(() => app.close());

  for (const [layout, options] of Object.entries(LAYOUTS)) {
    describe(`${layout}, with keepSessionInfo for the others`, () => {
      beforeEach(async () => {
        app = await startProvidersApp({ ...options, keepSessionInfo: true });
      });

      // Two passport-oauth2 strategies with one key overwrite each other's state, with or without Monei.
      const pairs = layout === 'at one host' ? PAIRS.filter((pair) => pair.includes('monei')) : PAIRS;
      for (const [one, other] of pairs) {
        for (const fate of Object.keys(STATUSES) as Fate[]) {
          // A login with Monei renews the session. After a login with another provider, Monei's sign-in is of another user.
          const isLost = fate === 'allowed' && [one, other].includes('monei');
          it(`${isLost ? 'loses' : 'finishes'} a sign-in with ${one} after one with ${other} that was ${fate}`, async () => {
            const first = await app.start(one, browser);
            const second = await app.start(other, browser);
            const { status } = await app.comeBack(await app.decide(other, second, fate), browser);
            expect(status).to.be.oneOf(STATUSES[fate]);
            expect(await app.whoIs(browser)).to.equal(fate === 'allowed' ? USERS[other] : undefined);
            const response = await app.comeBack(await app.decide(one, first), browser);
            expect(response.status).to.equal(isLost ? 403 : 200);
            expect(await app.whoIs(browser)).to.equal(USERS[isLost ? other : one]);
          });
        }
      }
    });
  }

  describe('with Passport’s default options', () => {
    beforeEach(async () => {
      app = await startProvidersApp(LAYOUTS['at hosts of their own']);
    });

    for (const other of ['google', 'github'] as const) {
      it(`loses a sign-in at ${other} after a login with Monei, as plain passport-oauth2 does`, async () => {
        const asked = await app.start(other, browser);
        const monei = await app.start('monei', browser);
        await app.comeBack(await app.decide('monei', monei), browser);
        const response = await app.comeBack(await app.decide(other, asked), browser);
        expect(response.status).to.equal(403);
        expect(await app.whoIs(browser)).to.equal(USERS.monei);
      });

      it(`loses Monei’s sign-in after a login with ${other}, and the next one works`, async () => {
        const lost = await app.start('monei', browser);
        const asked = await app.start(other, browser);
        await app.comeBack(await app.decide(other, asked), browser);
        const callback = await app.decide('monei', lost);
        const response = await app.comeBack(callback, browser);
        expect(response).to.deep.equal({ status: 403, code: 'invalid_state' });
        expect(await app.whoIs(browser)).to.equal(USERS[other]);
        // No token request was sent, so the code still works.
        expect(await app.redeem(callback)).to.have.property('accessToken');

        const again = await app.start('monei', browser);
        const second = await app.comeBack(await app.decide('monei', again), browser);
        expect(second).to.deep.equal({ status: 200, user: USERS.monei });
      });
    }
  });

  for (const [layout, options] of Object.entries(LAYOUTS)) {
    describe(`${layout}, when a response comes to the wrong callback route`, () => {
      beforeEach(async () => {
        app = await startProvidersApp(options);
      });
      const toRouteOf = (provider: Provider, callback: string) =>
        `${app.url}${provider === 'monei' ? '/callback' : `/callback/${provider}`}${new URL(callback).search}`;

      for (const [one, other] of PAIRS.filter((pair) => pair.includes('monei'))) {
        for (const open of [true, false]) {
          const what = open ? `, which is open too` : '';
          it(`refuses ${one}’s response on the route of ${other}${what}, and lets ${one} finish on its own route`, async () => {
            const asked = await app.start(one, browser);
            if (open) await app.start(other, browser);
            const callback = await app.decide(one, asked);
            const { status } = await app.comeBack(toRouteOf(other, callback), browser);
            expect(status).to.equal(403);
            expect(await app.whoIs(browser)).to.equal(undefined);
            const response = await app.comeBack(callback, browser);
            expect(response).to.deep.equal({ status: 200, user: USERS[one] });
          });
        }
      }
    });
  }
});
