import { expect } from 'chai';
import passport from 'passport';
import passport06 from 'passport06';
import { type Consent, type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { signIn } from '../helpers/flow.js';
import { type Account, type LinkAnswer, type LinkingApp, startLinkingApp } from '../helpers/linking-app.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

for (const [version, library] of Object.entries({ 0.7: passport, 0.6: passport06 })) {
  describe(`linking a Monei account to a user who is signed in, with Passport ${version}`, () => {
    let emulator: MoneiEmulator;
    let app: LinkingApp;
    let browser: Browser;

    beforeEach(async () => {
      emulator = await startEmulator({ users: [{ id: 'ada-at-monei' }, { id: 'obi-at-monei' }] });
      browser = openBrowser();
    });
    afterEach(async () => {
      await app.close();
      await emulator.close();
    });

    /** Runs a sign-in from the start to the callback. */
    async function link(
      consent: Consent = {},
      path: '/link' | '/enable-send' = '/link',
      who = browser,
    ): Promise<LinkAnswer> {
      const asked = await app.startLinking(who, path);
      return app.comeBack(await emulator.authorize(asked, consent), who);
    }

    /** Returns the status of a request to Monei with an account's token. */
    async function tokensWork({ accessToken }: Account): Promise<boolean> {
      return app.strategy.connect.fetchUser(accessToken).then(
        () => true,
        ({ code }) => code !== 'unauthorized',
      );
    }

    /** Returns the account that verify got last. */
    function lastHanded(): Account {
      const account = app.handed.at(-1);
      if (!account) throw new Error('verify was not called');
      return account;
    }

    describe('when the user signed in without Monei', () => {
      beforeEach(async () => {
        app = await startLinkingApp(emulator, { library });
        await app.logIn('ada', browser);
      });

      it('sets the account and the app’s state, and does not change the user or the session', async () => {
        const before = await app.whoIs(browser);
        const { linked } = await link();
        expect(linked?.account).to.include({ id: 'ada-at-monei' });
        expect(linked?.user).to.deep.equal({ id: 'ada' });
        expect(linked?.authInfo).to.deep.equal({ state: { user: 'ada' } });
        expect(before.user).to.equal('ada');
        expect(await app.whoIs(browser)).to.deep.equal(before);
      });

      it('works if the user grants a part of the scopes', async () => {
        const { linked } = await link({ allow: ['profile:read'] });
        expect(linked?.account.scopes).to.deep.equal(['profile:read']);
      });

      const refusals: [what: string, consent: Consent, status: number][] = [
        ['denies everything', { deny: true }, 401],
        ['does not grant a required scope', { allow: [] }, 403],
      ];
      for (const [what, consent, status] of refusals) {
        it(`changes nothing if the user ${what}`, async () => {
          const before = await app.whoIs(browser);
          expect(await link(consent)).to.deep.equal({ status });
          expect(await app.whoIs(browser)).to.deep.equal(before);
          expect(app.links).to.have.property('size', 0);
        });
      }

      it('changes nothing if Monei refuses the code', async () => {
        const before = await app.whoIs(browser);
        const callback = new URL(await emulator.authorize(await app.startLinking(browser)));
        callback.searchParams.set('code', 'forged');
        const { status, error } = await app.comeBack(callback.href, browser);
        expect({ status, code: error?.code }).to.deep.equal({ status: 502, code: 'bad_request' });
        expect(await app.whoIs(browser)).to.deep.equal(before);
        expect(app.links).to.have.property('size', 0);
      });

      it('works in two tabs, one after the other', async () => {
        const tabs = [await app.startLinking(browser), await app.startLinking(browser)];
        for (const asked of tabs) {
          const { linked } = await app.comeBack(await emulator.authorize(asked), browser);
          expect(linked?.user).to.deep.equal({ id: 'ada' });
        }
      });

      it('links no account after the user has logged out', async () => {
        const asked = await app.startLinking(browser);
        await browser(`${app.url}/logout`);
        const answer = await app.comeBack(await emulator.authorize(asked), browser);
        expect(answer).to.deep.equal({ status: 403 });
        expect(app.links).to.have.property('size', 0);
      });

      describe('and has linked an account', () => {
        let first: Account;

        beforeEach(async () => {
          await link();
          first = lastHanded();
        });

        it('requests one more scope, and replaces the tokens', async () => {
          const asked = await app.startLinking(browser, '/enable-send');
          expect(asked.searchParams.get('scope')).to.equal('profile:read wallet:send');
          const { linked } = await app.comeBack(await emulator.authorize(asked), browser);
          expect(linked?.account.scopes).to.deep.equal(['profile:read', 'wallet:read', 'wallet:send']);
          expect(app.links.get('ada')).to.deep.equal(lastHanded()).and.to.not.deep.equal(first);
        });

        for (const path of ['/link', '/enable-send'] as const) {
          it(`refuses another Monei account at ${path}, keeps the old tokens, and revokes the new ones`, async () => {
            const before = await app.whoIs(browser);
            const { status, refused } = await link({ user: 'obi-at-monei' }, path);
            expect(status).to.equal(409);
            expect(refused).to.include('Nothing was changed');
            expect(app.links.get('ada')).to.equal(first);
            expect(await tokensWork(first)).to.equal(true);
            expect(lastHanded()).to.include({ id: 'obi-at-monei' });
            expect(await tokensWork(lastHanded())).to.equal(false);
            expect(await app.whoIs(browser)).to.deep.equal(before);
          });
        }

        it('refuses a Monei account that is linked to another user', async () => {
          const elsewhere = openBrowser();
          await app.logIn('ben', elsewhere);
          expect(await link({ user: 'ada-at-monei' }, '/link', elsewhere)).to.include({ status: 409 });
          expect([...app.links]).to.deep.equal([['ada', first]]);
          expect(await tokensWork(first)).to.equal(true);
          expect(await tokensWork(lastHanded())).to.equal(false);
        });
      });
    });

    it('does not link another account if Monei can’t revoke the new tokens', async () => {
      const broken = await startLoopbackServer((_request, response) => response.writeHead(500).end());
      try {
        app = await startLinkingApp(emulator, { library, revocationURL: broken.url });
        await app.logIn('ada', browser);
        await link();
        const { status, error } = await link({ user: 'obi-at-monei' });
        expect({ status, code: error?.code }).to.deep.equal({ status: 502, code: 'unavailable' });
        expect(app.links.get('ada')).to.include({ id: 'ada-at-monei' });
      } finally {
        await broken.close();
      }
    });

    describe('when the login changes before the callback', () => {
      it('fails, because Passport renews the session at the login', async () => {
        app = await startLinkingApp(emulator, { library });
        await app.logIn('ada', browser);
        const asked = await app.startLinking(browser);
        await app.logIn('ben', browser);
        const answer = await app.comeBack(await emulator.authorize(asked), browser);
        expect(answer).to.deep.equal({ status: 403 });
        expect(app.handed).to.deep.equal([]);
      });

      it('[S49] fails if the login kept the session, and verify does not run', async () => {
        app = await startLinkingApp(emulator, { library, keepSessionInfo: true });
        await app.logIn('ada', browser);
        const asked = await app.startLinking(browser);
        await app.logIn('ben', browser);
        expect(await app.comeBack(await emulator.authorize(asked), browser)).to.deep.equal({ status: 403 });
        expect(app.handed).to.deep.equal([]);
        expect(await app.whoIs(browser)).to.include({ user: 'ben' });
      });

      it('fails after a sign-in with another Monei account', async () => {
        app = await startLinkingApp(emulator, { library });
        await app.logIn('mallory', browser);
        const planted = await app.startLinking(browser);
        await signIn(app, emulator, {}, { browser });
        const answer = await app.comeBack(
          await emulator.authorize(planted, { user: 'obi-at-monei' }),
          browser,
        );
        expect(answer).to.include({ status: 403 });
        expect(app.links).to.have.property('size', 0);
        expect(await app.whoIs(browser)).to.include({ user: 'ada-at-monei' });
      });

      it('fails if a sign-in comes to the linking route', async () => {
        app = await startLinkingApp(emulator, { library });
        await app.logIn('ada', browser);
        const response = await browser(`${app.url}/auth`);
        const callback = new URL(await emulator.authorize(response.headers.get('location') ?? ''));
        const answer = await app.comeBack(`${app.url}/link/callback${callback.search}`, browser);
        expect(answer).to.deep.equal({ status: 403 });
        expect(app.handed).to.deep.equal([]);
      });
    });
  });
}
