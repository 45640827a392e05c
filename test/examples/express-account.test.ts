import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import { API, type ExpressApp, startExpressApp, withLog } from './express-app.js';
import { askedOn, grantOn, type Page, PageBrowser, SECRETS, seen } from './page-browser.js';

describe('examples/express: the account', () => {
  let app: ExpressApp;
  let browser: PageBrowser;

  beforeEach(async () => {
    app = await startExpressApp();
    browser = new PageBrowser();
  });
  afterEach(() => app.close());

  function account(): Promise<Page> {
    return browser.open(`${app.url}/account`);
  }

  function connect(deny: string[] = []): Promise<Page> {
    return browser.connect(app.url, { deny });
  }

  describe('the wallet', () => {
    it('is not asked for when the app may not see it, and the page says what it would be for', async () => {
      const page = await connect(['wallet:read']);
      expect(page.status).to.equal(200);
      expect(grantOn(page)).to.include({ 'wallet:read': 'Missing', 'wallet:send': 'Allowed' });
      expect(page.text).to.contain('you did not allow this app to see them');
      expect(app.callsOf(API.wallet)).to.deep.equal([]);
    });

    const troubles: [string, RequestListener, string][] = [
      ['refuses', (_, res) => res.writeHead(403).end(), 'does not let this app see your wallet'],
      ['is asked too often', (_, res) => res.writeHead(429).end(), 'asked too often'],
      [
        'fails',
        (_, res) => res.writeHead(500).end('<h1>Oops</h1>'),
        'could not show your wallet (status 500)',
      ],
      ['sends no JSON', (_, res) => res.end('<h1>Hello</h1>'), 'sent no usable answer'],
      ['redirects', (_, res) => res.writeHead(302, { location: '/' }).end(), 'sent no usable answer'],
      ['hangs up', (req) => req.socket.destroy(), 'could not be reached'],
      ['never answers', () => {}, 'did not answer in time'],
      ['never ends', (_, res) => res.write('{'), 'did not answer in time'],
      ['fails and never ends', (_, res) => res.writeHead(500).write('{'), 'could not show your wallet'],
    ];
    for (const [what, answer, words] of troubles) {
      it(`leaves the rest of the page as it is when it ${what}`, async () => {
        app.answers.set(API.wallet, answer);
        const page = await connect();
        expect(page.status).to.equal(200);
        expect(page.text).to.contain(words).and.to.contain('ada@example.com').and.to.not.contain('Oops');
        expect(Object.keys(grantOn(page))).to.have.lengthOf(4);
        expect(await app.stored('ada')).to.be.a('string');
      });
    }

    const forms: [string, unknown, string][] = [
      [
        'balances as text',
        { data: { subwallets: [{ currency: 'BTC', balance: '0.10000000' }] } },
        'BTC 0.10000000',
      ],
      [
        'another form',
        { data: { naira: '<script>alert(1)</script>' } },
        '"naira": "<script>alert(1)</script>"',
      ],
      ['balances of another form', { data: { subwallets: [{ NGN: 1 }] } }, '"NGN": 1'],
      ['no envelope', { subwallets: [{ currency: 'NGN', balance: 5 }] }, 'NGN 5.00'],
      ['a list', [1, 2], '[ 1, 2 ]'],
      ['nothing', null, 'null'],
    ];
    for (const [what, body, words] of forms) {
      it(`is shown when Monei sends ${what}`, async () => {
        app.answers.set(API.wallet, (_, res) => res.end(JSON.stringify(body)));
        const page = await connect();
        expect(page.text).to.contain(words);
        expect(page.html).to.not.contain('<script');
      });
    }
  });

  describe('its tokens', () => {
    it('are stored as ciphertext only', async () => {
      await connect();
      app.expireTokens();
      await account();
      expect(app.everStored).to.have.lengthOf(2);
      for (const text of app.everStored) {
        expect(text).to.have.length.above(100).and.to.not.match(SECRETS);
        expect(Buffer.from(text, 'base64url').toString('latin1')).to.not.match(/mc[rst]_|wallet:/);
      }
    });

    it('are opened with the key that the app was given', async () => {
      await connect();
      expect(await app.keeper.accessToken('ada')).to.equal(app.issued.at(-1));
    });

    it('are refreshed when they have expired, before they are used, and the new pair is stored', async () => {
      await connect();
      app.expireTokens();
      expect((await account()).text).to.contain('NGN 125,000.50');
      expect(app.issued).to.have.lengthOf(2);
      expect(app.callsOf(API.wallet)).to.deep.equal(app.issued);
      expect(await app.keeper.accessToken('ada')).to.equal(app.issued[1]);
    });

    it('are refreshed once when two pages need it at the same time', async () => {
      await connect();
      app.expireTokens();
      for (const page of await Promise.all([account(), account()])) {
        expect(page.text).to.contain('NGN 125,000.50');
      }
      expect(app.issued).to.have.lengthOf(2);
    });

    it('show what they carry once they are refreshed, and nothing else is asked of Monei', async () => {
      await connect();
      app.expireTokens();
      const pair = { access_token: 'mct_2', refresh_token: 'mcr_2', token_type: 'Bearer', expires_in: 3600 };
      app.answers.set(API.token, (_, res) => res.end(JSON.stringify({ ...pair, scopes: ['profile:read'] })));
      const page = await account();
      expect(grantOn(page)).to.include({ 'profile:read': 'Allowed', 'wallet:read': 'Missing' });
      expect(app.callsOf(API.wallet)).to.have.lengthOf(1);
    });

    it('stay when Monei cannot be reached to refresh them, and the page says so', async () => {
      await connect();
      app.expireTokens();
      app.cutOff();
      const { page, logged } = await withLog(account);
      expect([page.status, logged]).to.deep.equal([200, []]);
      expect(page.text).to.contain('Monei could not be reached').and.to.not.contain('ECONNRESET');
      expect(grantOn(page)).to.include({ 'wallet:read': 'Allowed' });
      expect(await app.stored('ada')).to.be.a('string');
    });

    it('are forgotten when the user took the access back at Monei, and the page offers to reconnect', async () => {
      await connect();
      app.emulator.revokeGrant();
      const page = await account();
      expect(page.status).to.equal(200);
      expect(page.text).to.contain('Monei is not connected any more').and.to.contain('ada@example.com');
      expect(grantOn(page)).to.deep.equal({});
      expect(page.html).to.not.contain('/send');
      expect(await app.stored('ada')).to.equal(undefined);
      expect(app.callsOf(API.wallet)).to.have.lengthOf(2);

      const later = await account();
      expect(app.callsOf(API.wallet)).to.have.lengthOf(2);
      const reconnected = await browser.consent(await browser.click(later, 'Reconnect Monei'));
      expect(reconnected.text).to.contain('NGN 125,000.50');
    });

    it('are forgotten when Monei refuses to refresh them, also without a wallet to see', async () => {
      await connect(['wallet:read']);
      app.emulator.revokeGrant();
      app.expireTokens();
      expect((await account()).text).to.contain('Monei is not connected any more');
      expect(await app.stored('ada')).to.equal(undefined);
    });

    it('are used anew when newer ones were stored while Monei refused the old ones', async () => {
      await connect();
      const newer = { accessToken: 'mct_newer', refreshToken: 'mcr_newer', expiresIn: 3600 };
      app.answers.set(API.wallet, (req, res) => {
        if (req.headers.authorization === 'Bearer mct_newer') {
          res.end(JSON.stringify({ data: { subwallets: [{ currency: 'NGN', balance: 7 }] } }));
          return;
        }
        app.keeper
          .save('ada', { ...newer, scopes: ['profile:read', 'wallet:read'] })
          .then(() => res.writeHead(401).end());
      });
      expect((await account()).text).to.contain('NGN 7.00');
      expect(await app.keeper.accessToken('ada')).to.equal('mct_newer');
      expect(app.callsOf(API.revocation)).to.deep.equal([]);
    });

    it('are refreshed when Monei refuses them, and stay when the new ones are refused as well', async () => {
      await connect();
      app.answers.set(API.wallet, (_, res) => res.writeHead(401).end());
      expect((await account()).text).to.contain('Monei does not let this app see your wallet right now.');
      expect(app.callsOf(API.wallet)).to.have.lengthOf(3);
      expect(await app.keeper.accessToken('ada')).to.match(/^mct_/);
    });

    it('cannot be read after somebody wrote to the store: the page says nothing of it, and the log does', async () => {
      await connect();
      await app.store.save('ada', '{"accessToken":"planted"}');
      const { page, logged } = await withLog(account);
      expect(page.status).to.equal(500);
      expect(page.text)
        .to.contain('The fault is ours')
        .and.to.not.match(/encrypted|planted|at /);
      expect(logged).to.have.lengthOf(1);
      expect(logged[0]).to.be.an('error');
    });
  });

  describe('disconnecting', () => {
    it('revokes the tokens at Monei, and forgets them', async () => {
      const page = await browser.submit(await connect(), '/disconnect');
      expect(page.url).to.equal(`${app.url}/`);
      expect(page.text).to.contain('Monei is disconnected, and you are logged out.');
      expect(await app.stored('ada')).to.equal(undefined);
      expect(await app.accepts(app.issued[0])).to.equal(false);
    });

    it('forgets the tokens even if Monei cannot be reached to revoke them, and says so', async () => {
      const page = await connect();
      app.cutOff();
      const { page: after, logged } = await withLog(() => browser.submit(page, '/disconnect'));
      expect([after.status, after.url, logged]).to.deep.equal([200, `${app.url}/`, []]);
      expect(after.text).to.contain('Monei did not confirm that it is revoked');
      expect(await app.stored('ada')).to.equal(undefined);
      expect((await account()).url).to.equal(`${app.url}/`);
    });

    it('works with tokens that cannot be read, says that Monei did not confirm it, and logs why', async () => {
      const page = await connect();
      await app.store.save('ada', 'garbage');
      const { page: after, logged } = await withLog(() => browser.submit(page, '/disconnect'));
      expect(after.text).to.contain('Monei did not confirm that it is revoked');
      expect(logged).to.have.lengthOf(1);
      expect(await app.stored('ada')).to.equal(undefined);
    });

    it('is not held responsible for an earlier failure', async () => {
      app.answers.set(API.revocation, (_, res) => res.writeHead(500).end());
      await browser.submit(await connect(), '/disconnect');
      app.answers.clear();
      const page = await connect();
      expect((await browser.submit(page, '/disconnect')).text).to.contain('Monei is disconnected');
    });
  });

  describe('signing in', () => {
    it('asks for the profile again when that was denied, because it is who they are', async () => {
      const page = await connect(['profile:read']);
      expect(page.status).to.equal(403);
      expect(page.text).to.contain('A permission is missing').and.to.contain('profile:read');
      expect(app.everStored).to.deep.equal([]);
      expect(askedOn(await browser.click(page, 'Try again'))).to.deep.equal(['profile:read']);
    });

    it('gives a new session to who signs in', async () => {
      const consentPage = await browser.open(`${app.url}/auth/monei`);
      const [before] = await browser.jar.getCookies(app.url);
      await browser.consent(consentPage);
      const [after] = await browser.jar.getCookies(app.url);
      expect(after?.value).to.be.a('string').and.to.not.equal(before?.value);
    });

    it('ends on a page when Monei fails in the middle of it', async () => {
      const consentPage = await browser.open(`${app.url}/auth/monei`);
      app.cutOff();
      const page = await browser.consent(consentPage);
      expect(page.status).to.equal(502);
      expect(page.text).to.contain('Monei could not be reached').and.to.contain('Try again');
    });

    it('ends on a page when Monei refuses the request, with what Monei says about it', async () => {
      const consentPage = await browser.open(`${app.url}/auth/monei`);
      const state = new URL(consentPage.url).searchParams.get('state');
      const query = `error=temporarily_unavailable&error_description=%3Cb%3EBack%20soon&state=${state}`;
      const page = await browser.open(`${app.url}/auth/monei/callback?${query}`);
      expect(page.status).to.equal(503);
      expect(page.text).to.contain('[…] soon').and.to.contain('Try again');
      expect(page.html).to.not.contain('<b>');
    });
  });

  describe('what browsers got to see', () => {
    it('holds no token and no secret: not in a page, a header, or an address', () => {
      expect(seen.length).to.be.above(100);
      expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
    });
  });
});
