import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import { API, type ExpressApp, startExpressApp, withLog } from './express-app.js';
import { askedOn, type Page, PageBrowser, SECRETS, seen } from './page-browser.js';

/** The four apps, and the scope that each needs. With `wallet:read`, each requests a balance. */
const APPS = [
  { path: '/budget', title: 'Budget', scope: 'wallet:read' },
  { path: '/payroll', title: 'Payroll', scope: 'wallet:send' },
  { path: '/swap', title: 'Swap', scope: 'swap:execute' },
  { path: '/savings', title: 'Savings', scope: 'wallet:read' },
] as const;

const MESSAGE = JSON.stringify({ statusCode: 400, message: 'No' });

/** Returns the id in the form of a page. */
function formOf({ html }: Page): string {
  return /name="form" value="([^"]*)"/.exec(html)?.[1] ?? '';
}

describe('examples/express: the four apps', () => {
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

  /** Returns the path and the status of a page. */
  function placeOf({ url, status }: Page): [string, number] {
    return [url.replace(app.url, ''), status];
  }

  /** Returns the naira of Ada, Bob and Cy. */
  function balances(): unknown[] {
    return ['ada', 'bob', 'cy'].map((user) => app.emulator.account(user).balances.NGN ?? 0);
  }

  for (const { path, title, scope } of APPS) {
    describe(title, () => {
      it('asks for its scope, and for no other, when it is opened for the first time', async () => {
        const consentPage = await browser.click(await browser.connect(app.url), title);
        expect(askedOn(consentPage)).to.deep.equal([scope]);
        const page = await browser.consent(consentPage);
        expect([...placeOf(page), page.title]).to.deep.equal([path, 200, `${title} · Example app`]);
        expect(placeOf(await open(path))).to.deep.equal([path, 200]);
      });

      const refusals: [string, (page: Page) => Promise<Page>][] = [
        ['denies it', (page) => browser.consent(page, [scope])],
        ['refuses everything', (page) => browser.refuse(page)],
      ];
      for (const [what, refuse] of refusals) {
        it(`says what is missing if the user ${what}, keeps the tokens, and asks again on request`, async () => {
          await browser.connect(app.url);
          const before = await app.stored('ada');
          const page = await refuse(await open(path));
          expect([page.status, page.title]).to.deep.equal([403, 'A permission is missing · Example app']);
          expect(page.text).to.not.contain('the user');
          expect(await app.stored('ada')).to.equal(before);
          expect((await browser.click(page, 'Go on without it')).text).to.contain('Hello, Ada');
          const again = await browser.consent(await browser.click(page, 'Ask Monei again'));
          expect(placeOf(again)).to.deep.equal([path, 200]);
        });
      }

      it('offers to connect again after the user has revoked access in Monei’s settings', async () => {
        await browser.connect(app.url, [path, '/budget']);
        app.emulator.revokeGrant();
        const { page, logged } = await withLog(() => open(path));
        expect([page.status, page.title, logged]).to.deep.equal([
          401,
          'Monei is not connected any more · Example app',
          [],
        ]);
        expect(await app.stored('ada')).to.equal(undefined);
        const consentPage = await browser.click(page, 'Connect again');
        expect(askedOn(consentPage)).to.deep.equal(['profile:read', scope]);
        expect(placeOf(await browser.consent(consentPage))).to.deep.equal([path, 200]);
      });

      it('refreshes tokens that have expired', async () => {
        await browser.connect(app.url, [path, '/budget']);
        const issued = app.issued().length;
        app.expireTokens();
        expect((await open(path)).status).to.equal(200);
        expect(app.issued()).to.have.lengthOf(issued + 1);
      });

      const troubles: [what: string, answer: RequestListener, logs?: string[]][] = [
        ['refuses', (_, res) => res.writeHead(403).end('{}')],
        ['fails', (_, res) => res.writeHead(500).end('<h1>Oops</h1>')],
        ['sends no JSON', (_, res) => res.end('<h1>Oops</h1>')],
        [
          'redirects',
          (_, res) => res.writeHead(302, { location: '/' }).end(),
          ["MoneiConnectError: Monei's API responded with 302"],
        ],
        ['hangs up', (req) => req.socket.destroy()],
      ];
      for (const [what, answer, logs = []] of troubles) {
        it(`says that Monei is not available when it ${what}, and keeps the tokens`, async () => {
          await browser.connect(app.url, [path, '/budget']);
          for (const route of [API.wallet, API.portfolio]) app.overrides.set(route, answer);
          const { page, logged } = await withLog(() => open(path));
          expect([page.status, page.title, logged.map(String)]).to.deep.equal([
            502,
            'Monei is not available right now · Example app',
            logs,
          ]);
          expect(page.text).to.not.contain('Oops');
          expect(await app.stored('ada')).to.be.a('string');
        });
      }
    });
  }

  for (const path of ['/payroll', '/swap']) {
    it(`show no balance at ${path} until the user allows it`, async () => {
      await browser.connect(app.url, [path]);
      const consentPage = await browser.click(await open(path), 'Allow this app to see it');
      expect(app.tokensOf(API.wallet)).to.deep.equal([]);
      expect(askedOn(consentPage)).to.deep.equal(['wallet:read']);
      const page = await browser.consent(consentPage);
      expect(placeOf(page)).to.deep.equal([path, 200]);
      expect(page.text).to.contain('You have');
    });
  }

  for (const [path, body] of [
    ['/payroll', { receiver1: 'bob@example.com', amount1: '5', pin: '1234' }],
    ['/swap', { pair: 'USDC to USDT', amount: '5' }],
  ] as const) {
    it(`refuse a form at ${path} without the scope, and without a signed-in user`, async () => {
      expect(placeOf(await browser.post(app.url + path, body))).to.deep.equal(['/', 200]);
      await browser.connect(app.url);
      const page = await browser.post(app.url + path, body);
      expect(placeOf(page)).to.deep.equal([path, 403]);
      expect(page.text).to.contain('Nothing was done.');
      const consentPage = await browser.click(page, 'Ask Monei again');
      expect(placeOf(await browser.consent(consentPage))).to.deep.equal([path, 200]);
    });
  }

  describe('Budget', () => {
    it('shows balances, spending by kind as a chart with text, and transactions by page', async () => {
      await browser.connect(app.url, ['/payroll', '/budget']);
      for (let amount = 1; amount <= 12; amount++) {
        const form = { receiver1: 'bob@example.com', amount1: String(amount), pin: '1234' };
        await browser.submit(await open('/payroll'), '/payroll', form);
      }
      const page = await open('/budget');
      expect(page.text).to.contain('Naira NGN 922.00');
      expect(page.html).to.match(/<svg[^>]* role="img" aria-label="Spending by kind\. [^"]*NGN 78\.00[^"]*"/);
      expect(page.text).to.contain('NGN 12.00').and.to.not.contain('NGN 2.00');
      expect(page.html).to.not.contain('>Newer<');

      const older = await browser.click(page, 'Older');
      expect(placeOf(older)).to.deep.equal(['/budget?page=2', 200]);
      expect(older.text).to.contain('NGN 2.00').and.to.not.contain('NGN 12.00');
      expect((await browser.click(older, 'Newer')).text).to.contain('NGN 12.00');
    });

    it('shows at most six bars, and escapes narrations', async () => {
      const kinds = ['<b>Rent</b>', null, '', 'Swap', ...Array.from({ length: 96 }, (_, i) => `Kind ${i}`)];
      const transactions = kinds.map((narration, i) => {
        return { amount: 100 - i, type: 'DEBIT', status: i === 3 ? 'FAILED' : 'SUCCESS', narration };
      });
      const pagination = { page: 1, totalPages: 1, hasNextPage: false, hasPreviousPage: false };
      app.overrides.set(API.transactions, (_, res) =>
        res.end(JSON.stringify({ data: { transactions, pagination } })),
      );
      const page = await browser.connect(app.url, ['/budget']);
      const labels = [...page.html.matchAll(/<text x="0"[^>]*>([^<]*)</g)].map(([, label]) => label);
      const kept = ['Other', '&lt;b&gt;Rent&lt;/b&gt;', 'Kind 0', 'Kind 1', 'Kind 2', 'Everything else'];
      expect(new Set(labels)).to.deep.equal(new Set(kept));
      expect(page.html).to.not.contain('<b>');
    });

    it('shows the first page for an invalid page number', async () => {
      await browser.connect(app.url, ['/budget']);
      for (const page of ['0', '-1', '1e3', '1&page=2', '<script>', '9'.repeat(30)]) {
        const { status, text, html } = await open(`/budget?page=${page}`);
        expect([status, html.includes('<script')], page).to.deep.equal([200, false]);
        expect(text).to.contain('Page 1 of');
      }
    });
  });

  it('Savings shows the sub-wallets, and says that it can’t move money between them', async () => {
    const page = await browser.connect(app.url, ['/savings']);
    for (const words of ['Naira', 'Crypto on EVM chains', 'Crypto on Solana', 'To pay in, transfer to']) {
      expect(page.text).to.contain(words);
    }
    expect(page.text).to.contain('can’t move money from one sub-wallet to another');
    expect((await browser.click(page, 'swap one token for another')).url).to.contain('/connect/authorize');
  });

  describe('Payroll', () => {
    let page: Page;
    const BOTH = {
      receiver1: 'bob@example.com',
      amount1: '100.50',
      receiver3: ' +2348012345678 ',
      amount3: '20',
      pin: '1234',
    };

    beforeEach(async () => {
      page = await browser.connect(app.url, ['/budget', '/payroll']);
    });

    it('pays people from a table, and moves the money', async () => {
      const paid = await browser.submit(page, '/payroll', BOTH);
      expect(placeOf(paid)).to.deep.equal([`/payroll/${formOf(page)}`, 200]);
      expect(paid.text).to.contain('2 of 2 paid').and.to.contain('NGN 120.50 were paid');
      expect(paid.text).to.contain('You have NGN 879.50');
      expect(balances()).to.deep.equal([879.5, 100.5, 20]);
      expect(paid.html).to.not.contain('value="1234"');
    });

    it('pays the others when one can’t be paid, and says why', async () => {
      const form = { ...BOTH, receiver2: '<b>unknown</b>@example.com', amount2: '7' };
      const paid = await browser.submit(page, '/payroll', form);
      expect(paid.text)
        .to.contain('2 of 3 paid')
        .and.to.contain('<b>unknown</b>@example.com Not paid. Monei says:');
      expect(paid.html).to.not.contain('<b>');
      expect(balances()).to.deep.equal([879.5, 100.5, 20]);
    });

    const notPaid: [string, Record<string, string>][] = [
      ['the PIN is wrong', { ...BOTH, pin: '9999' }],
      ['there is too little money', { ...BOTH, amount1: '1000.01', amount3: '2000' }],
      ['they would pay themselves', { receiver1: 'ada@example.com', amount1: '5', pin: '1234' }],
    ];
    for (const [when, form] of notPaid) {
      it(`pays no one when ${when}`, async () => {
        const { text } = await browser.submit(page, '/payroll', form);
        expect(text)
          .to.match(/0 of \d paid/)
          .and.to.contain('Not paid. Monei says:');
        expect(balances()).to.deep.equal([1000, 0, 0]);
      });
    }

    it('pays once when the form is sent twice, also at the same time, and shows the first outcome', async () => {
      const twice = await Promise.all([1, 2].map(() => browser.submit(page, '/payroll', BOTH)));
      const later = await browser.submit(page, '/payroll', { ...BOTH, amount1: '50' });
      for (const { url, text } of [...twice, later]) {
        expect([url, text]).to.deep.equal([later.url, later.text]);
      }
      expect(app.tokensOf(API.transfer)).to.have.lengthOf(2);
      expect(balances()).to.deep.equal([879.5, 100.5, 20]);
    });

    it('pays nothing for a form of another user, an unknown form, or a form that newer ones replaced', async () => {
      const bob = new PageBrowser();
      await bob.consent(await bob.open(`${(await bob.open(`${app.url}/auth/monei`)).url}&user=bob`));
      const bobs = await bob.consent(
        await bob.open(`${(await bob.open(`${app.url}/payroll`)).url}&user=bob`),
      );
      for (let i = 0; i < 20; i++) await open('/payroll');
      for (const form of [formOf(bobs), 'made-up', '', formOf(page)]) {
        const refused = await browser.post(`${app.url}/payroll`, { ...BOTH, form });
        expect([refused.status, refused.title], form).to.deep.equal([
          409,
          'This form is too old · Example app',
        ]);
        expect((await open(`/payroll/${form || 'x'}`)).status).to.equal(404);
      }
      expect(app.tokensOf(API.transfer)).to.deep.equal([]);
    });

    it('does not repeat a payment without a response, calls it unclear, and pays the next one', async () => {
      app.overrides.set(API.transfer, (req) => {
        app.overrides.delete(API.transfer);
        req.socket.destroy();
      });
      const { text } = await browser.submit(page, '/payroll', BOTH);
      expect(text).to.contain('1 of 2 paid').and.to.contain('bob@example.com Unclear.');
      expect(app.tokensOf(API.transfer)).to.have.lengthOf(2);
    });

    it('pays no one after the user has revoked access', async () => {
      app.emulator.revokeGrant();
      const { page: after, logged } = await withLog(() => browser.submit(page, '/payroll', BOTH));
      expect(after.text)
        .to.contain('0 of 2 paid')
        .and.to.contain('Not paid. This user is not, or no longer, connected with Monei');
      expect(logged).to.deep.equal([]);
      expect(balances()).to.deep.equal([1000, 0, 0]);
    });

    const wrong: [field: string, values: string[]][] = [
      [
        'receiver1',
        ['', 'obi', '@example.com', 'obi@', 'o bi@example.com', 'a@b@c', '08012345678', '<script>@'],
      ],
      [
        'amount1',
        ['', '0', '0.00', '-5', '1,500', '1.505', '.5', '5.', '1e3', 'Infinity', '٣', '1234567890'],
      ],
      ['pin', ['', '123', '1234567', 'abcd']],
    ];
    for (const [field, values] of wrong) {
      it(`shows a complaint at the field ${field} if it is not valid, and pays no one`, async () => {
        for (const value of values) {
          const form = { receiver1: 'bob@example.com', amount1: '5', pin: '1234', [field]: value };
          const { status, title, html } = await browser.submit(page, '/payroll', form);
          expect([status, title], value).to.deep.equal([422, 'Error: Payroll · Example app']);
          expect(
            [...html.matchAll(/<p class="error" id="(\w+)-error"/g)].map(([, name]) => name),
          ).to.deep.equal([field]);
          expect(html).to.match(
            new RegExp(
              `<input id="${field}" [^>]*aria-invalid="true" aria-describedby="${field}-error" autofocus`,
            ),
          );
          expect(html).to.not.match(/<script|1234"/);
        }
        expect(app.tokensOf(API.transfer)).to.deep.equal([]);
      });
    }

    const bodies: [string, string | null, string, number][] = [
      ['of repeated fields', 'amount1=5&amount1=6', 'x-www-form-urlencoded', 422],
      ['of odd fields', '__proto__[pin]=1&toString=a&form[a]=b', 'x-www-form-urlencoded', 422],
      ['of JSON', '{"pin":"1234"}', 'json', 422],
      ['of nothing', null, 'x-www-form-urlencoded', 422],
      ['that is too large', `pin=${'5'.repeat(20_000)}`, 'x-www-form-urlencoded', 413],
      ['in an unknown charset', 'pin=5', 'x-www-form-urlencoded; charset=koi8-r', 415],
    ];
    for (const [what, body, type, status] of bodies) {
      it(`refuses a body ${what}, and logs nothing`, async () => {
        const headers = { 'sec-fetch-site': 'same-origin', 'content-type': `application/${type}` };
        const { page: answer, logged } = await withLog(() =>
          browser.open(`${app.url}/payroll`, { method: 'POST', body, headers }),
        );
        expect([answer.status, logged]).to.deep.equal([status, []]);
      });
    }
  });

  describe('Swap', () => {
    beforeEach(() => browser.connect(app.url, ['/budget', '/swap']));

    function price(pair: string, amount: string): Promise<Page> {
      return open(`/swap/price?${new URLSearchParams({ pair, amount })}`);
    }

    it('shows a price first, and swaps once, also if the user confirms it twice', async () => {
      const asked = await price('USDC to USDT', '5');
      expect(asked.title).to.equal('Swap: the price · Example app');
      expect(asked.text).to.match(/Swap 5 USDC for [\d.]+ USDT\?/);
      expect(app.tokensOf(API.swap)).to.deep.equal([]);
      const pages = await Promise.all([1, 2].map(() => browser.submit(asked, '/swap')));
      for (const { text } of pages) {
        expect(text)
          .to.contain('Swapped: 5 USDC for USDT')
          .and.to.contain('Transaction 0x')
          .and.to.contain('15 USDC');
      }
      expect(app.tokensOf(API.swap)).to.have.lengthOf(1);
    });

    it('requests no price for another site, and requests one if the user opens the address', async () => {
      const path = `/swap/price?${new URLSearchParams({ pair: 'USDC to USDT', amount: '5' })}`;
      for (const site of ['cross-site', 'same-site']) {
        const page = await browser.open(app.url + path, { headers: { 'sec-fetch-site': site } });
        expect([page.status, page.title]).to.deep.equal([
          403,
          'This did not come from this app · Example app',
        ]);
      }
      expect(app.tokensOf(API.price)).to.deep.equal([]);
      for (const site of ['same-origin', 'none']) {
        const page = await browser.open(app.url + path, { headers: { 'sec-fetch-site': site } });
        expect(page.status).to.equal(200);
      }
      expect(app.tokensOf(API.price)).to.have.lengthOf(2);
    });

    it('offers no swap without liquidity', async () => {
      const price = { toAmount: '5', minToAmount: '5', liquidityAvailable: false };
      app.overrides.set(API.price, (_, res) => res.end(JSON.stringify({ data: price })));
      const page = await open('/swap/price?pair=USDC+to+USDT&amount=5');
      expect(page.text).to.contain('This amount is not on offer');
      expect(page.html).to.not.contain('>Swap</button>');
    });

    it('swaps nothing with too little money, and says why', async () => {
      const page = await browser.submit(await price('USDC to USDT', '21'), '/swap');
      expect(page.text).to.contain('Not swapped').and.to.contain('Monei says:').and.to.contain('20 USDC');
    });

    const withoutOutcome: [
      when: string,
      fail: () => unknown,
      title: string,
      details: string,
      requests: number,
    ][] = [
      [
        'the connection breaks',
        () => answerSwap((req) => req.socket.destroy()),
        'Unclear',
        'did not confirm it',
        1,
      ],
      [
        'a gateway responds',
        () => answerSwap((_, res) => res.writeHead(403).end('<h1>No</h1>')),
        'Unclear',
        'did not',
        1,
      ],
      [
        'Monei stops in the middle',
        () => answerSwap((_, res) => res.writeHead(408).end(MESSAGE)),
        'Unclear',
        'did not',
        1,
      ],
      ['Monei fails', () => answerSwap((_, res) => res.writeHead(500).end(MESSAGE)), 'Unclear', 'did not', 1],
      [
        'Monei refuses',
        () => answerSwap((_, res) => res.writeHead(400).end(MESSAGE)),
        'Not swapped',
        'Monei says: No',
        1,
      ],
      ['the tokens can’t be refreshed', () => failRefresh(), 'Not swapped', 'Monei could not be reached', 0],
      [
        'the user has revoked access',
        () => app.emulator.revokeGrant(),
        'Not swapped',
        'no longer lets this app',
        1,
      ],
    ];
    for (const [when, fail, title, details, requests] of withoutOutcome) {
      it(`shows “${title}” when ${when}, and sends the request once`, async () => {
        const asked = await price('USDC to USDT', '5');
        await fail();
        const { page, logged } = await withLog(() => browser.submit(asked, '/swap'));
        expect(page.text).to.contain(`${title}: 5 USDC for USDT`).and.to.contain(details);
        expect(app.tokensOf(API.swap)).to.have.lengthOf(requests);
        expect(logged).to.deep.equal([]);
      });
    }

    function answerSwap(answer: RequestListener): void {
      app.overrides.set(API.swap, answer);
    }

    function failRefresh(): void {
      app.expireTokens();
      app.overrides.set(API.token, (_, res) => res.writeHead(503).end());
    }

    it('refuses invalid pairs and amounts, and unknown forms', async () => {
      for (const [pair, amount] of [
        ['USDC to USDC', '5'],
        ['', '5'],
        ['USDC to USDT', '0'],
        ['USDC to USDT', '<b>'],
      ] as const) {
        const page = await price(pair, amount);
        expect([page.status, page.title]).to.deep.equal([422, 'Error: Swap · Example app']);
        expect(page.html).to.not.contain('<b>');
      }
      const refused = await browser.post(`${app.url}/swap`, {
        pair: 'USDC to USDT',
        amount: '5',
        form: 'made-up',
      });
      expect([refused.status, refused.title]).to.deep.equal([409, 'This price is too old · Example app']);
      expect((await open('/swap/made-up')).status).to.equal(404);
      expect(app.tokensOf(API.swap)).to.deep.equal([]);
    });
  });

  it('send browsers no token and no secret in a page, a header or an address', () => {
    expect(seen.length).to.be.above(100);
    expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
  });
});
