import { Agent } from 'node:http';
import { expect } from 'chai';
import { API, type ExpressApp, startExpressApp, withLog } from './express-app.js';
import { askedOn, type Page, PageBrowser, SECRETS, seen } from './page-browser.js';

describe('examples/express: signing in', () => {
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

  async function consentAsBob({ url }: Page): Promise<Page> {
    return browser.consent(await browser.open(`${url}&user=bob`));
  }

  async function stateOf(start: Promise<Page>): Promise<string> {
    return new URL((await start).url).searchParams.get('state') ?? '';
  }

  describe('that fails', () => {
    const callback = '/auth/monei/callback';
    const failures: [string, () => Promise<Page>, number, string][] = [
      [
        'because the user refuses',
        async () => browser.refuse(await open('/auth/monei')),
        401,
        'You did not connect Monei',
      ],
      [
        'because the user does not say who they are',
        async () => browser.consent(await open('/auth/monei'), ['profile:read']),
        403,
        'This app has to know who you are',
      ],
      [
        'because it was forged',
        () => open(`${callback}?error=access_denied&error_description=ATTACKER&state=x`),
        403,
        'This sign-in can’t be finished',
      ],
      [
        'because the link is damaged',
        () => open(`${callback}?code=a&error=b&state=ATTACKER`),
        400,
        'This link does not work',
      ],
      [
        'because Monei is busy',
        async () =>
          open(
            `${callback}?error=temporarily_unavailable&error_description=ATTACKER&state=${await stateOf(open('/auth/monei'))}`,
          ),
        503,
        'Monei is not available right now',
      ],
      [
        'because Monei hangs up',
        async () => {
          const consentPage = await open('/auth/monei');
          app.cutOff();
          return browser.consent(consentPage);
        },
        502,
        'Monei is not available right now',
      ],
    ];
    for (const [why, fail, status, title] of failures) {
      it(`${why} shows a page in words for the user, and can be tried again`, async () => {
        const { page, logged } = await withLog(fail);
        expect([page.status, page.title, logged]).to.deep.equal([status, `${title} · Example app`, []]);
        expect(page.text).to.not.match(/ATTACKER|the user|parameter|scope|state\b/i);
        expect(app.everStored).to.deep.equal([]);
        app.overrides.clear();
        const again = await browser.consent(await browser.click(page, 'Try again'));
        expect(again.text).to.contain('Hello, Ada');
      });
    }

    it('because of a mistake of the app is logged', async () => {
      const state = await stateOf(open('/auth/monei'));
      const { page, logged } = await withLog(() => open(`${callback}?error=invalid_scope&state=${state}`));
      expect([page.status, logged.length]).to.deep.equal([500, 1]);
    });

    it('because it was finished before says that the user is already signed in, and sends the user on', async () => {
      const consentPage = await open('/auth/monei');
      await browser.consent(consentPage);
      const page = await browser.consent(consentPage);
      expect([page.status, page.title]).to.deep.equal([403, 'You are already signed in · Example app']);
      expect((await browser.click(page, 'Go on')).text).to.contain('Hello, Ada');
    });
  });

  describe('with another Monei account than the one that is signed in', () => {
    for (const path of ['/auth/monei', '/payroll']) {
      it(`from ${path} changes nothing, and revokes the new tokens`, async () => {
        await browser.connect(app.url);
        const adasTokens = await app.stored('ada');
        const page = await consentAsBob(await open(path));
        expect([page.status, page.title]).to.deep.equal([401, 'That is another Monei account · Example app']);
        expect(app.everStored).to.deep.equal([adasTokens]);
        expect(await app.accepts(app.issued()[1])).to.equal(false);
        expect(await app.accepts(app.issued()[0])).to.equal(true);
        expect((await browser.click(page, 'Go on')).text).to.contain('Hello, Ada');
      });
    }

    it('stores no tokens if Monei can’t be reached to revoke them', async () => {
      await browser.connect(app.url);
      app.overrides.set(API.revocation, (_, res) => res.writeHead(503).end());
      const asked = await open('/payroll');
      expect((await consentAsBob(asked)).status).to.equal(502);
      expect(await app.stored('bob')).to.equal(undefined);
    });

    it('works after logging out, and escapes the name of that account', async () => {
      const adasTokens = await browser.connect(app.url).then(() => app.stored('ada'));
      const start = await browser.submit(await open('/'), '/logout');
      expect(start.text).to.contain('You are logged out.');
      const page = await consentAsBob(await browser.click(start, 'Connect Monei'));
      expect(page.text).to.contain('Hello, <b>Bob</b> & "co"');
      expect(page.html).to.not.contain('<b>');
      expect(await app.stored('ada')).to.equal(adasTokens);
    });
  });

  it('renews the session', async () => {
    const consentPage = await open('/auth/monei');
    const [before] = await browser.jar.getCookies(app.url);
    await browser.consent(consentPage);
    const [after] = await browser.jar.getCookies(app.url);
    expect(after?.value).to.be.a('string').and.to.not.equal(before?.value);
  });

  describe('limits', () => {
    /** Requests the callback route with a code that Monei did not issue. */
    function comeBack(localAddress: string): Promise<Page> {
      const url = `${app.url}/auth/monei/callback?code=false&state=s`.replace('localhost', '127.0.0.1');
      return browser.open(url, { agent: new Agent({ localAddress }) });
    }

    function retryAfter({ headers }: Page): number {
      return Number(headers.get('retry-after'));
    }

    it('callbacks with a code to five a minute for each address, successful ones included', async () => {
      await browser.connect(app.url);
      for (let i = 0; i < 4; i++) expect((await comeBack('127.0.0.1')).status).to.equal(403);
      const page = await comeBack('127.0.0.1');
      expect([page.status, page.title]).to.deep.equal([429, 'Too many attempts · Example app']);
      expect(retryAfter(page)).to.be.within(1, 60);
      expect((await open('/auth/monei/callback?error=access_denied')).status).to.equal(403);
      expect((await open('/')).status).to.equal(200);
    });

    it('callbacks with a code to eight a minute for the whole app', async () => {
      for (const [address, times] of [
        ['127.0.0.1', 5],
        ['127.0.0.2', 3],
      ] as const) {
        for (let i = 0; i < times; i++) expect((await comeBack(address)).status).to.equal(403);
      }
      const page = await comeBack('127.0.0.3');
      expect([page.status, page.title]).to.deep.equal([503, 'Too many people are signing in · Example app']);
      expect(retryAfter(page)).to.be.within(1, 60);
    });

    it('each user to sixty pages a minute, and visitors who are not signed in to no number', async () => {
      for (let i = 0; i < 61; i++) expect((await open('/nothing')).status).to.equal(404);
      await browser.connect(app.url); // This opens the first page.
      for (let i = 1; i < 60; i++) expect((await open('/account')).status).to.equal(200);
      const page = await open('/account');
      expect(page.status).to.equal(429);
      expect(retryAfter(page)).to.be.within(1, 60);
      expect((await new PageBrowser().open(app.url)).status).to.equal(200);
    });

    it('each user to thirty forms a minute', async () => {
      const statuses: number[] = [];
      for (let i = 0; i < 31; i++) statuses.push((await browser.post(`${app.url}/nothing`)).status);
      expect(statuses).to.deep.equal([...Array(30).fill(404), 429]);
    });
  });

  describe('keeps tokens that', () => {
    it('are stored as ciphertext only, under the key that the app was given', async () => {
      await browser.connect(app.url, ['/budget']);
      app.expireTokens();
      await open('/budget');
      expect(app.everStored).to.have.lengthOf(3);
      for (const text of app.everStored) {
        expect(text).to.have.length.above(100).and.to.not.match(SECRETS);
        expect(Buffer.from(text, 'base64url').toString('latin1')).to.not.match(/mc[rst]_|wallet:/);
      }
      expect(await app.keeper.accessToken('ada')).to.equal(app.issued().at(-1));
    });

    it('can’t be decrypted are an error in the log, and the page shows no details', async () => {
      await browser.connect(app.url, ['/budget']);
      await app.store.save('ada', '{"accessToken":"planted"}');
      const { page, logged } = await withLog(() => open('/budget'));
      expect([page.status, page.title]).to.deep.equal([500, 'Something went wrong · Example app']);
      expect(page.text).to.not.match(/encrypted|planted|at /);
      expect(logged).to.have.lengthOf(1);
    });
  });

  describe('ends when the user disconnects, which', () => {
    let account: Page;

    function disconnect(): Promise<Page> {
      return browser.submit(account, '/disconnect');
    }

    beforeEach(async () => {
      await browser.connect(app.url);
      account = await open('/account');
    });

    it('revokes and deletes the tokens, and logs the user out in every browser', async () => {
      const other = new PageBrowser();
      await other.connect(app.url);
      const page = await disconnect();
      expect(page.url).to.equal(`${app.url}/`);
      expect(page.text).to.contain('Monei is disconnected, and you are logged out.');
      expect(await app.stored('ada')).to.equal(undefined);
      expect(await app.accepts(app.issued().at(-1))).to.equal(false);
      expect((await other.open(`${app.url}/account`)).url).to.equal(`${app.url}/`);
      expect((await browser.open(page.url)).text).to.not.contain('Monei is disconnected');
    });

    const failures: [string, () => unknown, number][] = [
      ['Monei can’t be reached', () => app.cutOff(), 0],
      ['the tokens can’t be read', () => app.store.save('ada', 'garbage'), 1],
    ];
    for (const [what, fail, lines] of failures) {
      it(`deletes the tokens, and says that Monei did not confirm it, when ${what}`, async () => {
        await fail();
        const { page, logged } = await withLog(disconnect);
        expect([page.url, logged.length]).to.deep.equal([`${app.url}/`, lines]);
        expect(page.text).to.contain('Monei did not confirm that it is revoked');
        expect(await app.stored('ada')).to.equal(undefined);
        app.overrides.clear();
        await browser.connect(app.url);
        expect((await disconnect()).text, 'the next time').to.contain('Monei is disconnected');
      });
    }

    it('asks for no scope at the next sign-in, because Monei remembers the grant', async () => {
      await disconnect();
      expect(askedOn(await open('/auth/monei'))).to.deep.equal([]);
    });
  });

  describe('shows browsers', () => {
    it('no token and no secret in a page, a header or an address', () => {
      expect(seen.length).to.be.above(100);
      expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
    });
  });
});
