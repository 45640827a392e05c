import { expect } from 'chai';
import { type Consent, type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MONEI_SCOPES } from '../../src/index.js';
import { type Browser, locationOf } from '../helpers/browser.js';
import {
  type AppSettings,
  BEN,
  type Framework,
  type FrameworkApp,
  PLAIN_PATH,
  type Session,
  type SignInOutcome,
} from './framework.js';
import { openStrictBrowser } from './strict-browser.js';

const ADEBAYO = { id: '64b7f0c2a1d94e0012ab34cd', displayName: 'Adébáyọ̀ Ọlá' };
const ALL_SCOPES = Object.keys(MONEI_SCOPES);

const SIGN_INS: AppSettings['signIns'] = {
  monei: {},
  bills: { scope: ['bills:pay'], state: 'bills' },
  send: { scope: ['wallet:send'], requiredScopes: ['wallet:send'], state: { tab: ['send'] } },
  everything: { scope: ALL_SCOPES, requiredScopes: ALL_SCOPES },
  plain: { callbackURL: PLAIN_PATH, state: { returnTo: '/wallet' } },
  mistaken: { requiredScopes: ['swap:execute'] },
};

/** Defines the tests of whole sign-ins in an app. */
export function itSignsPeopleIn(framework: Framework): void {
  describe(`a sign-in with ${framework.name}`, () => {
    let emulator: MoneiEmulator;
    let app: FrameworkApp;
    let browser: Browser;

    beforeEach(async () => {
      emulator = await startEmulator();
      const scope = ['wallet:read', 'wallet:send'];
      const options = { ...emulator.client, ...emulator.endpoints, scope, requiredScopes: ['wallet:read'] };
      app = await framework.start({ options: { ...options, pkce: true }, signIns: SIGN_INS });
      browser = openStrictBrowser();
    });
    afterEach(async () => {
      await app.close();
      await emulator.close();
    });

    async function get(url: string, who: Browser): Promise<{ status: number; body: unknown }> {
      const response = await who(url);
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
    }

    async function depart(name: keyof typeof SIGN_INS, who = browser): Promise<string> {
      return locationOf(await who(`${app.url}/auth/${name}`));
    }

    async function comeBack(callback: string, who = browser): Promise<SignInOutcome & { status: number }> {
      const { status, body } = await get(callback, who);
      return { status, ...(body as SignInOutcome) };
    }

    async function signIn(name: keyof typeof SIGN_INS, consent: Consent = {}) {
      return comeBack(await emulator.authorize(await depart(name), consent));
    }

    async function session(who = browser): Promise<Session> {
      return (await get(`${app.url}/whoami`, who)).body as Session;
    }

    /** Expects that the sign-in is refused because another user, or none, started it. */
    async function expectRefused(callback: string): Promise<void> {
      const { status, info } = await comeBack(callback);
      expect([status, info?.code]).to.deep.equal([403, 'invalid_state']);
      expect(info?.reason).to.be.oneOf(['no_cookie', 'no_sign_in', 'other_user']);
    }

    /** Returns the outcomes of several tabs in which the user denies access. */
    async function refuseAll(tabs: string[]): Promise<unknown[]> {
      const outcomes: unknown[] = [];
      for (const tab of tabs) {
        const { info } = await comeBack(await emulator.authorize(tab, { deny: true }));
        outcomes.push(info?.reason ?? info?.code);
      }
      return outcomes;
    }

    it('logs the user in, with their profile and grant', async () => {
      expect(await session()).to.deep.equal({ user: null, remembers: false });
      const { status, outcome, user } = await signIn('monei');
      expect([status, outcome]).to.deep.equal([200, 'success']);
      expect(user).to.deep.include({ ...ADEBAYO, provider: 'monei' });
      expect(user?.grant).to.deep.equal({
        requested: ['profile:read', 'wallet:read', 'wallet:send'],
        granted: ['profile:read', 'wallet:read', 'wallet:send'],
        missing: [],
        unrequested: [],
        partial: false,
      });
      expect((await session()).user).to.deep.equal(ADEBAYO);
      expect(app.errors).to.deep.equal([]);
    });

    it('reports the missing scopes if the user grants a part', async () => {
      const { status, user } = await signIn('monei', { allow: ['profile:read', 'wallet:read'] });
      expect(status).to.equal(200);
      expect(user?.grant).to.deep.include({ granted: ['profile:read', 'wallet:read'], partial: true });
      expect(user?.grant.missing).to.deep.equal(['wallet:send']);
      expect((await session()).user).to.deep.equal(ADEBAYO);
    });

    it('ends in access_denied if the user denies access, and logs no user in', async () => {
      const { status, outcome, info } = await signIn('monei', { deny: true });
      expect([status, outcome]).to.deep.equal([401, 'fail']);
      expect(info).to.deep.equal({ code: 'access_denied', message: 'The user denied the request' });
      expect((await session()).user).to.equal(null);
      expect(app.errors).to.deep.equal([]);
    });

    it('fails without a required scope, and logs no user in', async () => {
      const { status, outcome, info } = await signIn('monei', { allow: ['profile:read', 'wallet:send'] });
      expect([status, outcome]).to.deep.equal([403, 'fail']);
      expect(info).to.deep.include({ code: 'missing_scope', missing: ['wallet:read'] });
      expect(info?.message).to.include('wallet:read');
      expect((await session()).user).to.equal(null);
    });

    it('leaves the user logged in if they deny more scopes', async () => {
      await signIn('monei', { allow: ['profile:read', 'wallet:read'] });
      expect((await signIn('send', { allow: ['profile:read'] })).info).to.include({ code: 'missing_scope' });
      expect((await session()).user).to.deep.equal(ADEBAYO);
    });

    it('ends in invalid_state in a second tab after the first tab has logged the user in', async () => {
      const [bills, send] = [await depart('bills'), await depart('send')];
      const sent = await comeBack(await emulator.authorize(send));
      expect(sent).to.deep.include({ status: 200, authInfo: { state: { tab: ['send'] } } });
      expect(sent.user?.grant.requested).to.deep.equal(['profile:read', 'wallet:read', 'wallet:send']);
      await expectRefused(await emulator.authorize(bills));
      expect((await session()).user).to.deep.equal(ADEBAYO);
    });

    it('can be finished by a user who is signed in, to grant more', async () => {
      await signIn('monei');
      const billed = await signIn('bills');
      expect(billed).to.deep.include({ status: 200, authInfo: { state: 'bills' } });
      expect(billed.user?.grant.requested).to.deep.equal(['profile:read', 'wallet:read', 'bills:pay']);
    });

    for (const path of ['/login', '/login?keep']) {
      it(`[S48] can’t be finished after a login with a password at ${path}, and leaves that user signed in`, async () => {
        const planted = await emulator.authorize(await depart('monei'));
        await browser(app.url + path);
        await expectRefused(planted);
        expect((await session()).user).to.deep.equal(BEN);
      });
    }

    it('can’t be finished after a logout', async () => {
      await browser(`${app.url}/login`);
      const callback = await emulator.authorize(await depart('monei'));
      await browser(`${app.url}/logout`);
      expect((await session()).user).to.equal(null);
      await expectRefused(callback);
      expect((await session()).user).to.equal(null);
    });

    it('can’t be finished by another user than the one who started it', async () => {
      await browser(`${app.url}/login?keep`);
      const callback = await emulator.authorize(await depart('monei'));
      await signIn('monei');
      await expectRefused(callback);
      expect((await session()).user).to.deep.equal(ADEBAYO);
    });

    it('can be finished, if it was started after a logout', async () => {
      await browser(`${app.url}/login`);
      await browser(`${app.url}/logout`);
      expect(await signIn('monei')).to.include({ outcome: 'success' });
    });

    it('can be denied once, and is unknown the second time', async () => {
      const callback = await emulator.authorize(await depart('monei'), { deny: true });
      expect((await comeBack(callback)).info).to.include({ code: 'access_denied' });
      expect((await comeBack(callback)).info).to.include({ code: 'invalid_state', reason: 'no_sign_in' });
    });

    for (const who of ['no user', 'Ben']) {
      it(`can be pending in ten tabs while ${who} is signed in`, async () => {
        if (who === 'Ben') await browser(`${app.url}/login`);
        const tabs: string[] = [];
        for (let i = 0; i < 11; i++) tabs.push(await depart('monei'));
        const [pushedOut, ...others] = await refuseAll(tabs);
        expect(pushedOut).to.equal('unknown');
        expect(others).to.deep.equal(Array(10).fill('access_denied'));
      });
    }

    it('can be pending in five tabs that request every scope', async () => {
      await browser(`${app.url}/login`);
      const tabs: string[] = [];
      for (let i = 0; i < 5; i++) tabs.push(await depart('everything'));
      expect(await refuseAll(tabs)).to.deep.equal(Array(5).fill('access_denied'));
      expect((await session()).user).to.deep.equal(BEN);
    });

    it('returns the app’s own state as authInfo', async () => {
      const { status, user, authInfo } = await signIn('plain');
      expect(status).to.equal(200);
      expect(user).to.include(ADEBAYO);
      expect(authInfo).to.deep.equal({ state: { returnTo: '/wallet' } });
    });

    it('gets Passport’s own response if it fails in an app without a callback of its own', async () => {
      const back = await emulator.authorize(await depart('plain'), { deny: true });
      expect((await get(back, browser)).status).to.equal(401);
      expect((await session()).user).to.equal(null);
      expect(app.errors).to.deep.equal([]);
    });

    it('can be finished once', async () => {
      const callback = await emulator.authorize(await depart('monei'));
      expect(await comeBack(callback)).to.include({ outcome: 'success' });
      const { status, outcome, info } = await comeBack(callback);
      expect([status, outcome, info?.code]).to.deep.equal([403, 'fail', 'invalid_state']);
      expect((await session()).user).to.deep.equal(ADEBAYO);
    });

    it('can be finished only in the browser that started it', async () => {
      const callback = await emulator.authorize(await depart('monei'));
      const other = openStrictBrowser();
      await depart('monei', other);
      const { status, info } = await comeBack(callback, other);
      expect([status, info?.code]).to.deep.equal([403, 'invalid_state']);
      expect((await session(other)).user).to.equal(null);
      expect(await comeBack(callback)).to.include({ outcome: 'success' });
    });

    const { keepsSession = false } = framework;
    it(`${keepsSession ? 'keeps' : 'drops'} other data in the session`, async () => {
      await browser(`${app.url}/remember`);
      expect(await session()).to.deep.equal({ user: null, remembers: true });
      await signIn('monei');
      expect(await session()).to.deep.equal({ user: ADEBAYO, remembers: keepsSession });
    });

    it('passes one error to the framework’s error handling if Monei can’t be reached', async () => {
      const callback = await emulator.authorize(await depart('monei'));
      await emulator.close();
      const { status, outcome, error } = await comeBack(callback);
      expect([status, outcome]).to.deep.equal([502, 'error']);
      expect(error).to.deep.equal({ name: 'MoneiConnectError', code: 'network' });
      expect(app.errors).to.have.lengthOf(1);
      expect((await session()).user).to.equal(null);
    });

    it('passes one error to the framework’s error handling if the app’s options are invalid', async () => {
      const { status, body } = await get(`${app.url}/auth/mistaken`, browser);
      expect(status).to.equal(500);
      expect(body).to.deep.equal({ outcome: 'error', error: { name: 'TypeError' } });
      expect(app.errors).to.have.lengthOf(1);
    });
  });
}
