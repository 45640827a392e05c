import { expect } from 'chai';
import { type ExpressApp, startExpressApp, withLog } from './express-app.js';
import { askedOn, grantOn, type Page, PageBrowser, SECRETS, seen } from './page-browser.js';

/** The pages that move money: what they need, and what they take. */
const PAGES = [
  {
    path: '/send',
    title: 'Send money',
    scope: 'wallet:send',
    description: 'Send money to other Monei users',
    purpose: 'Sending money needs the permission “Send money to other Monei users” (wallet:send).',
    form: { recipient: 'obi@example.com', amount: '1500.5' },
    done: 'No money was moved. Here your app would call Monei (POST /wallet/payout/transfer) to send NGN 1,500.50 to obi@example.com.',
  },
  {
    path: '/bills',
    title: 'Buy airtime',
    scope: 'bills:pay',
    description: 'Pay for airtime, data, electricity and cable TV',
    purpose:
      'Buying airtime needs the permission “Pay for airtime, data, electricity and cable TV” (bills:pay).',
    form: { phone: '+2348012345678', amount: '200' },
    done: 'No money was moved. Here your app would call Monei to buy airtime of NGN 200.00 for +2348012345678.',
  },
];

describe('examples/express: money', () => {
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

  function connect(deny: string[] = []): Promise<Page> {
    return browser.connect(app.url, { deny });
  }

  /** Where a page is, as the app's routes name it. */
  function placeOf({ url, status }: Page): [string, number] {
    return [url.replace(app.url, ''), status];
  }

  for (const { path, title, scope, description, purpose, form, done } of PAGES) {
    describe(`${path}, for who allowed it`, () => {
      it('shows a form, two clicks away from signing in', async () => {
        const page = await browser.click(await connect(), title);
        expect(placeOf(page)).to.deep.equal([path, 200]);
        expect(page.title).to.equal(`${title} · Example app`);
        expect(page.html).to.not.contain('aria-invalid').and.to.not.contain('autofocus');
      });

      it('has a label and a hint for every field', async () => {
        await connect();
        const { html } = await open(path);
        const inputs = [...html.matchAll(/<input id="(\w+)" name="(\w+)"[^>]* aria-describedby="([\w-]+)"/g)];
        expect(inputs.map(([, id]) => id)).to.deep.equal(Object.keys(form));
        for (const [, id, name, hint] of inputs) {
          expect(name).to.equal(id);
          expect(html).to.contain(`<label for="${id}">`).and.to.contain(`<p class="quiet" id="${hint}">`);
        }
      });

      it('says what an app would do here, and that no money was moved', async () => {
        await connect();
        const page = await browser.submit(await open(path), path, form);
        expect(placeOf(page)).to.deep.equal([path, 200]);
        expect(page.text).to.contain(done);
        expect((await browser.open(page.url)).text).to.not.contain('No money was moved');
        expect(app.callsOf('/api/v1/wallet/payout/transfer')).to.deep.equal([]);
      });

      it('gets itself an access token that has not expired', async () => {
        await connect();
        const page = await open(path);
        app.expireTokens();
        expect((await browser.submit(page, path, form)).text).to.contain(done);
        expect(app.issued).to.have.lengthOf(2);
        expect(await app.keeper.accessToken('ada')).to.equal(app.issued[1]);
      });

      it('asks for everything that is missing, each at its field, and does nothing', async () => {
        await connect();
        const page = await browser.submit(await open(path), path);
        expect(placeOf(page)).to.deep.equal([path, 422]);
        expect(page.title).to.equal(`Error: ${title} · Example app`);
        for (const name of Object.keys(form)) {
          expect(page.html).to.match(
            new RegExp(
              `<input id="${name}"[^>]* aria-describedby="${name}-error ${name}-hint" aria-invalid="true"`,
            ),
          );
          expect(page.html).to.contain(`<p class="error" id="${name}-error">`);
        }
        expect(page.html.match(/ autofocus/g)).to.have.lengthOf(1);
        expect(page.text).to.not.contain('No money was moved');
      });
    });

    describe(`${path}, for who did not allow it`, () => {
      beforeEach(() => connect([scope]));

      it('asks Monei for exactly that, and comes back to the page', async () => {
        const consentPage = await open(path);
        expect(new URL(consentPage.url).searchParams.get('scope')).to.equal(`profile:read ${scope}`);
        expect(askedOn(consentPage)).to.deep.equal([scope]);
        const page = await browser.consent(consentPage);
        expect(placeOf(page)).to.deep.equal([path, 200]);
        expect(page.text).to.contain(title);
        expect(new Set(Object.values(grantOn(await open('/account'))))).to.deep.equal(new Set(['Allowed']));
      });

      it('comes back with the query that the page was opened with', async () => {
        const page = await browser.consent(await open(`${path}?from=mail&x=%2F%2Fevil.example`));
        expect(placeOf(page)).to.deep.equal([`${path}?from=mail&x=%2F%2Fevil.example`, 200]);
      });

      const refusals: [string, (page: Page) => Promise<Page>][] = [
        ['denies it again', (page) => browser.consent(page, [scope])],
        ['refuses everything', (page) => browser.refuse(page)],
      ];
      for (const [what, refuse] of refusals) {
        it(`says what it is needed for when the user ${what}, and keeps what they have`, async () => {
          const before = await app.stored('ada');
          const page = await refuse(await open(path));
          expect(page.status).to.equal(403);
          expect(page.text)
            .to.contain('A permission is missing')
            .and.to.contain(`${purpose} You did not allow it at Monei.`);
          expect(await app.stored('ada')).to.equal(before);

          const account = await browser.click(page, 'Back to your account');
          expect(grantOn(account)).to.include({ 'wallet:read': 'Allowed', [scope]: 'Missing' });
          const again = await browser.click(page, 'Ask Monei again');
          expect(placeOf(await browser.consent(again))).to.deep.equal([path, 200]);
        });

        it(`says the same when the user ${what} on the way from the account page`, async () => {
          const link = `Ask Monei for: ${description}`;
          const page = await refuse(await browser.click(await open('/account'), link));
          expect(page.status).to.equal(403);
          expect(page.text).to.contain(`${purpose} You did not allow it at Monei.`);
          const again = await browser.consent(await browser.click(page, 'Ask Monei again'));
          expect(placeOf(again)).to.deep.equal(['/account', 200]);
          expect(grantOn(again)).to.include({ [scope]: 'Allowed' });
        });
      }

      it('takes no form, says why, and does not lead a form to Monei', async () => {
        const page = await browser.post(app.url + path, form);
        expect(placeOf(page)).to.deep.equal([path, 403]);
        expect(page.text).to.contain(`${purpose} Nothing was done.`);
        const consentPage = await browser.click(page, 'Ask Monei');
        expect(askedOn(consentPage)).to.deep.equal([scope]);
        expect(placeOf(await browser.consent(consentPage))).to.deep.equal([path, 200]);
      });
    });

    it(`takes no form for ${path} from who is not signed in`, async () => {
      expect(placeOf(await browser.post(app.url + path, form))).to.deep.equal(['/', 200]);
    });
  }

  describe('forms', () => {
    beforeEach(() => connect());

    const wrong: [path: string, field: string, values: string[]][] = [
      [
        '/send',
        'recipient',
        ['obi', '@example.com', 'obi@', 'o bi@example.com', 'a@b@c', `${'o'.repeat(65)}@example.com`],
      ],
      [
        '/send',
        'amount',
        ['0', '0.00', '-5', '1,500', '1.505', '.5', '5.', '1e3', 'Infinity', '٣', '1234567890', '5 0'],
      ],
      ['/bills', 'phone', ['08012345678', '+234 801', '+1234567', '+1234567890123456', '+23480123456x']],
    ];
    for (const [path, field, values] of wrong) {
      it(`complain at ${path} about the ${field} if that is wrong, and about nothing else`, async () => {
        const right = PAGES.find((page) => page.path === path)?.form;
        for (const value of values) {
          const page = await browser.submit(await open(path), path, { ...right, [field]: value });
          expect(page.status, value).to.equal(422);
          const complaints = [...page.html.matchAll(/id="(\w+)-error"/g)].map(([, name]) => name);
          expect(complaints, value).to.deep.equal([field]);
          expect(page.html).to.match(new RegExp(`<input id="${field}"[^>]*aria-invalid="true" autofocus>`));
        }
      });
    }

    it('take what people write around it, and small amounts', async () => {
      const form = { recipient: ' obi@example.com ', amount: ' 0.01\n' };
      const page = await browser.submit(await open('/send'), '/send', form);
      expect(page.text).to.contain('to send NGN 0.01 to obi@example.com.');
    });

    it('show what was entered as text', async () => {
      const entered = `"><script>alert(1)</script>@`;
      const page = await browser.submit(await open('/send'), '/send', { recipient: entered, amount: '5' });
      expect(page.status).to.equal(422);
      expect(page.html).to.contain('value="&quot;&gt;&lt;script&gt;').and.to.not.contain('<script');
      expect(page.html).to.contain('value="5"');

      const accepted = await browser.submit(page, '/send', {
        recipient: '<b>o</b>@example.com',
        amount: '5',
      });
      expect(accepted.text).to.contain('<b>o</b>@example.com');
      expect(accepted.html).to.not.contain('<b>');
    });

    const bodies: [string, string | null, string, number][] = [
      ['of repeated fields', 'amount=5&amount=6&recipient=a@b&recipient=c@d', 'x-www-form-urlencoded', 422],
      [
        'of nested fields',
        'amount[a]=5&recipient[toString]=a@b&__proto__[amount]=5',
        'x-www-form-urlencoded',
        422,
      ],
      ['of JSON', '{"amount":"5","recipient":"a@b"}', 'json', 422],
      ['of nothing', null, 'x-www-form-urlencoded', 422],
      ['that is too large', `amount=${'5'.repeat(20_000)}`, 'x-www-form-urlencoded', 413],
      ['in a charset that nobody uses', 'amount=5', 'x-www-form-urlencoded; charset=koi8-r', 415],
    ];
    for (const [what, body, type, status] of bodies) {
      it(`refuse a body ${what}, without a word in the log`, async () => {
        const headers = { 'sec-fetch-site': 'same-origin', 'content-type': `application/${type}` };
        const { page, logged } = await withLog(() =>
          browser.open(`${app.url}/send`, { method: 'POST', body, headers }),
        );
        expect([page.status, logged]).to.deep.equal([status, []]);
        expect(page.text).to.not.contain('No money was moved').and.to.not.contain('The fault is ours');
      });
    }
  });

  describe('when Monei and the app no longer agree', () => {
    it('offers to reconnect when the user took the access back in Monei’s settings meanwhile', async () => {
      await connect();
      const page = await open('/send');
      app.emulator.revokeGrant();
      app.expireTokens();
      const account = await browser.submit(page, '/send', PAGES[0]?.form);
      expect(placeOf(account)).to.deep.equal(['/account', 200]);
      expect(account.text)
        .to.contain('Monei is not connected any more')
        .and.to.not.contain('No money was moved');
      expect(await app.stored('ada')).to.equal(undefined);

      const reconnected = await browser.consent(await browser.click(account, 'Reconnect Monei'));
      expect(placeOf(reconnected)).to.deep.equal(['/account', 200]);
      expect((await open('/send')).status).to.equal(200);
    });

    it('asks for what the page needs when the account page found out first', async () => {
      await connect();
      app.emulator.revokeGrant();
      await open('/account');
      const consentPage = await open('/send');
      expect(askedOn(consentPage)).to.deep.equal(['profile:read', 'wallet:send']);
      expect(placeOf(await browser.consent(consentPage))).to.deep.equal(['/send', 200]);
    });

    it('says which permission is missing when it is another one than the page needs', async () => {
      await connect();
      app.emulator.revokeGrant();
      await open('/account');
      const page = await browser.consent(await open('/send'), ['profile:read']);
      expect(page.status).to.equal(403);
      expect(page.text)
        .to.contain('Signing in needs the permission “See your name and account details” (profile:read).')
        .and.to.not.contain('wallet:send');
    });

    it('says that Monei cannot be reached when the access token can’t be refreshed', async () => {
      await connect();
      const page = await open('/send');
      app.expireTokens();
      app.cutOff();
      const { page: problem, logged } = await withLog(() => browser.submit(page, '/send', PAGES[0]?.form));
      expect([problem.status, logged]).to.deep.equal([502, []]);
      expect(problem.text).to.contain('Monei could not be reached').and.to.contain('Back to your account');
      expect(await app.stored('ada')).to.be.a('string');
    });

    it('lets nobody pass when what is stored can’t be read', async () => {
      await connect();
      await app.store.save('ada', 'garbage');
      const { page, logged } = await withLog(() => open('/send'));
      expect([page.status, logged.length]).to.deep.equal([500, 1]);
    });
  });

  it('tells who connects anew, and refuses, nothing about what they were asked before', async () => {
    await connect(['wallet:send']);
    await browser.refuse(await open('/send'));
    const page = await browser.refuse(await open('/auth/monei'));
    expect(page.status).to.equal(401);
    expect(page.text).to.contain('You did not connect Monei').and.to.not.contain('wallet:send');
  });

  describe('what browsers got to see', () => {
    it('holds no token and no secret: not in a page, a header, or an address', () => {
      expect(seen.length).to.be.above(100);
      expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
    });
  });
});
