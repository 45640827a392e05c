import { request } from 'node:http';
import { expect } from 'chai';
import { localPath } from '../../examples/express/local-path.js';
import { API, type ExpressApp, startExpressApp, withLog } from './express-app.js';
import { grantOn, type Page, PageBrowser, SECRETS, seen } from './page-browser.js';

describe('examples/express: coming back from Monei', () => {
  let app: ExpressApp;
  let browser: PageBrowser;

  beforeEach(async () => {
    app = await startExpressApp();
    browser = new PageBrowser();
  });
  afterEach(() => app.close());

  function open(path: string): Promise<Page> {
    return browser.open(app.url + path);
  }

  /** Allows everything on a consent page, as Bob. */
  async function consentAsBob({ url }: Page): Promise<Page> {
    return browser.consent(await browser.open(`${url}&user=bob`));
  }

  describe('as another Monei account than the one that is signed in', () => {
    let account: Page;
    let adasTokens: string | undefined;

    beforeEach(async () => {
      account = await browser.connect(app.url, { deny: ['wallet:send'] });
      adasTokens = await app.stored('ada');
    });

    /** Nothing is Bob's, and everything is as Ada left it. */
    async function expectNothingChanged(): Promise<void> {
      expect(await app.stored('bob')).to.equal(undefined);
      expect(await app.stored('ada')).to.equal(adasTokens);
      expect(app.everStored).to.deep.equal([adasTokens]);
      expect(await app.accepts(app.issued[0])).to.equal(true);
      const page = await open('/account');
      expect(page.text).to.contain('Hello, Ada').and.to.not.contain('Bob');
      expect(grantOn(page)).to.include({ 'wallet:send': 'Missing' });
    }

    const ways: [string, () => Promise<Page>][] = [
      ['a page that moves money', () => open('/send')],
      [
        'a link on the account page',
        () => browser.click(account, 'Ask Monei for: Send money to other Monei users'),
      ],
      ['the route that connects', () => open('/auth/monei')],
    ];
    for (const [what, depart] of ways) {
      it(`changes nothing, and revokes what Monei gave, when it began at ${what}`, async () => {
        const page = await consentAsBob(await depart());
        expect([page.status, new URL(page.url).pathname]).to.deep.equal([409, '/auth/monei/callback']);
        expect(page.text)
          .to.contain('Monei sent back another account')
          .and.to.contain('At Monei you are signed in as <b>Bob</b> & "co"')
          .and.to.contain('Nothing was changed. This app has given the new access back.');
        expect(page.html).to.not.match(/<b>|<script/);
        expect(app.issued).to.have.lengthOf(2);
        expect(await app.accepts(app.issued[1])).to.equal(false);
        expect(app.callsOf(API.revocation)).to.deep.equal([app.issued[1]]);
        await expectNothingChanged();
      });
    }

    it('can be tried again, with the right account', async () => {
      const page = await consentAsBob(await open('/send'));
      const again = await browser.consent(await browser.click(page, 'Try again'));
      expect([again.url, again.status]).to.deep.equal([`${app.url}/send`, 200]);
      expect((await browser.click(page, 'Back to your account')).text).to.contain('Hello, Ada');
    });

    it('can go on with the other account after logging out', async () => {
      const refused = await consentAsBob(await open('/send'));
      const page = await consentAsBob(
        await browser.click(await browser.submit(refused, '/logout'), 'Connect Monei'),
      );
      expect(page.text).to.contain('Hello, <b>Bob</b>').and.to.not.contain('another Monei account');
      expect(await app.stored('ada')).to.equal(adasTokens);
    });

    for (const [what, status] of [
      ['fails', 500],
      ['hangs up', undefined],
    ] as const) {
      it(`stores nothing either when Monei ${what} instead of revoking, and says so`, async () => {
        app.answers.set(API.revocation, (req, res) =>
          status ? res.writeHead(status).end() : req.socket.destroy(),
        );
        const consentPage = await open('/send');
        const { page, logged } = await withLog(() => consentAsBob(consentPage));
        expect([page.status, logged]).to.deep.equal([409, []]);
        expect(page.text)
          .to.contain('Nothing was changed. This app has not kept the new access')
          .and.to.contain('Monei did not confirm that it is revoked');
        await expectNothingChanged();
      });
    }

    it('is noticed on whichever route the answer comes to', async () => {
      for (const path of ['/auth/monei', '/auth/monei/more', '/send']) {
        const asked = await open('/send');
        const callback = new URL(await app.emulator.authorize(asked.url, { user: 'bob' }));
        callback.searchParams.set('scope', 'wallet:send');
        const page = await open(path + callback.search);
        expect(page.status, path).to.equal(409);
        await expectNothingChanged();
      }
    });
  });

  describe('when the user here has changed meanwhile', () => {
    it('connects nobody who disconnected in another browser, and lets them connect again', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      const asked = await open('/send');
      const other = new PageBrowser();
      await other.submit(await other.connect(app.url), '/disconnect');

      const page = await browser.consent(asked);
      expect(page.status).to.equal(409);
      expect(page.text).to.contain('You are not signed in any more');
      expect(await app.stored('ada')).to.equal(undefined);
      expect(await app.accepts(app.issued.at(-1))).to.equal(false);
      expect((await open('/account')).url).to.equal(`${app.url}/`);
      const again = await browser.consent(await browser.click(page, 'Connect Monei'));
      expect(again.text).to.contain('Hello, Ada');
    });

    it('connects nobody who logged out', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      const asked = await open('/send');
      await browser.submit(await open('/account'), '/logout');
      const page = await browser.consent(asked);
      expect(page.status).to.equal(403);
      expect(app.issued).to.have.lengthOf(1);
      expect((await open('/account')).url).to.equal(`${app.url}/`);
    });
  });

  it('lets one address come back with ten false codes a minute, and open other pages still', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await open(`/auth/monei/callback?code=c${i}&state=s`)).status);
    expect(statuses).to.deep.equal([...Array(10).fill(403), 429]);
    expect((await open('/')).status).to.equal(200);
  });

  it('does not switch the user of a session that somebody logged in to meanwhile', async () => {
    const early = await open('/auth/monei');
    await browser.connect(app.url, { deny: ['wallet:send'] });
    const adasTokens = await app.stored('ada');
    expect((await consentAsBob(early)).status).to.equal(403);
    expect((await open('/account')).text).to.contain('Hello, Ada');
    expect([await app.stored('ada'), await app.stored('bob')]).to.deep.equal([adasTokens, undefined]);
  });

  it('says nothing of another account to who comes back as themselves', async () => {
    await browser.connect(app.url, { deny: ['wallet:send'] });
    const page = await browser.consent(await open('/auth/monei/more?scope=wallet:send'));
    expect(page.text).to.contain('Hello, Ada').and.to.not.contain('another Monei account');
  });

  it('shows whatever else the user allowed', async () => {
    await browser.connect(app.url);
    const page = await browser.consent(await open('/auth/monei/more?scope=kyc:read'));
    expect(grantOn(page)).to.include({ 'kyc:read': 'Allowed', 'wallet:read': 'Allowed' });
  });

  describe('with a state that this app did not give out in this browser', () => {
    const forgeries: [string, (callback: URL) => void][] = [
      ['forged', ({ searchParams }) => searchParams.set('state', 'forged')],
      ['absent', ({ searchParams }) => searchParams.delete('state')],
      [
        'the app’s own of a trip',
        ({ searchParams }) => searchParams.set('state', '{"user":"bob","returnTo":"/"}'),
      ],
    ];
    for (const [what, forge] of forgeries) {
      it(`stores nothing, and asks Monei nothing: ${what}`, async () => {
        await browser.connect(app.url, { deny: ['wallet:send'] });
        const adasTokens = await app.stored('ada');
        const callback = new URL(await app.emulator.authorize((await open('/send')).url, { user: 'bob' }));
        forge(callback);
        const page = await browser.open(callback.href);
        expect(page.status).to.equal(403);
        expect(page.text)
          .to.contain('This sign-in was not started in this browser')
          .and.to.contain('Back to your account');
        expect(app.callsOf(API.token)).to.have.lengthOf(1);
        expect(app.everStored).to.deep.equal([adasTokens]);
      });
    }

    it('stores nothing: another browser’s', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      const victim = new PageBrowser();
      const callback = await app.emulator.authorize((await open('/send')).url);
      expect((await victim.open(callback)).status).to.equal(403);
      expect(app.everStored).to.have.lengthOf(1);
    });
  });

  describe('to where the user was', () => {
    it('never leads to another site, whatever the request says', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      const page = await browser.consent(await browser.open(await departWith('http://evil.example/send')));
      expect(page.url).to.equal(`${app.url}/account`);
    });

    /** Requests an address as no browser does, and returns where the app redirects to. */
    async function departWith(address: string): Promise<string> {
      const { port } = new URL(app.url);
      const cookie = await browser.jar.getCookieString(app.url);
      return new Promise((resolve, reject) => {
        request({ port, path: address, headers: { cookie, host: new URL(app.url).host } })
          .on('response', (response) => resolve(response.resume().headers.location ?? ''))
          .on('error', reject)
          .end();
      });
    }

    it('takes no address from the query', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      for (const address of ['//evil.example', '/\\evil.example', 'https://evil.example', '/send']) {
        const path = `/auth/monei/more?scope=kyc:read&returnTo=${encodeURIComponent(address)}`;
        const page = await browser.consent(await open(path));
        expect(page.url, address).to.equal(`${app.url}/account`);
      }
    });

    it('has no page at addresses that browsers take for other sites', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      for (const path of ['//evil.example/send', '/\\evil.example/send', '/.//evil.example']) {
        expect((await open(path)).status, path).to.equal(404);
      }
    });

    it('leads to the account when that address is too long to remember', async () => {
      await browser.connect(app.url, { deny: ['wallet:send'] });
      const page = await browser.consent(await open(`/send?x=${'x'.repeat(4000)}`));
      expect([page.url, page.status]).to.deep.equal([`${app.url}/account`, 200]);
    });

    it('is a path of this app, with its query', () => {
      const paths = ['/send', '/send?a=1&b=//evil.example', '/', '/a/../b', '/%2f%2fevil.example', '/:80'];
      expect(paths.map(localPath)).to.deep.equal([
        '/send',
        '/send?a=1&b=//evil.example',
        '/',
        '/b',
        '/%2f%2fevil.example',
        '/:80',
      ]);
    });

    it('is no other site’s, however it is written', () => {
      const addresses = [
        '//evil.example',
        '///evil.example',
        '/\\evil.example',
        '\\\\evil.example',
        '/\t/evil.example',
        '\n//evil.example',
        ' //evil.example',
        '/.//evil.example',
        '/..//evil.example',
        '/a/..//evil.example',
        '/%2e//evil.example',
        'http://evil.example/send',
        'https:evil.example',
        'https:/evil.example',
        'http://app.invalid@evil.example/',
        'http://app.invalid.evil.example/',
        'javascript:alert(1)',
        'data:text/html,x',
        'mailto:a@b',
        '//',
        'http://',
      ];
      expect(addresses.filter((address) => localPath(address) !== undefined)).to.deep.equal([]);
    });
  });

  describe('what browsers got to see', () => {
    it('holds no token and no secret: not in a page, a header, or an address', () => {
      expect(seen.length).to.be.above(100);
      expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
    });
  });
});
