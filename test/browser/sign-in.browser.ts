import { expect } from 'chai';
import type { Page } from 'playwright-core';
import {
  account,
  asked,
  askFor,
  choice,
  connect,
  consent,
  decide,
  goToMonei,
  heading,
  PAY_BILLS,
  permissions,
  SEE_PROFILE,
  SEE_WALLET,
  SEND_MONEY,
} from './person.js';
import { PHONE, visiting } from './visit.js';

const EVERYTHING = {
  [SEE_PROFILE]: 'Allowed',
  [SEE_WALLET]: 'Allowed',
  [SEND_MONEY]: 'Allowed',
  [PAY_BILLS]: 'Allowed',
};

async function balances(page: Page): Promise<string[]> {
  return page.getByRole('table', { name: 'Your balances at Monei' }).getByRole('cell').allInnerTexts();
}

describe('the example in Chromium', () => {
  it(
    'shows the account of who allows everything',
    visiting(async ({ app, page }) => {
      await goToMonei(page, app);
      expect(await asked(page)).to.deep.equal(Object.keys(EVERYTHING));
      await decide(page);
      await account(page).waitFor();
      expect(page.url()).to.equal(`${app}/account`);
      expect(await permissions(page)).to.deep.equal(EVERYTHING);
      expect(await balances(page)).to.deep.equal(['125,000.50', '192.25', '225.00']);
    }),
  );

  it(
    'shows what is missing to who allows some, and does without it',
    visiting(async ({ app, page }) => {
      await connect(page, app, { deny: [SEE_WALLET, SEND_MONEY] });
      const expected = { ...EVERYTHING, [SEE_WALLET]: 'Missing', [SEND_MONEY]: 'Missing' };
      expect(await permissions(page)).to.deep.equal(expected);
      expect(await page.getByText('125,000.50').count()).to.equal(0);
    }),
  );

  it(
    'signs in who taps on a phone',
    visiting(async ({ app, page }) => {
      await page.goto(app);
      await page.getByRole('link', { name: 'Connect Monei' }).tap();
      await choice(page, SEND_MONEY, 'Deny').tap();
      await page.getByRole('button', { name: 'Continue' }).tap();
      await account(page).waitFor();
      expect(await permissions(page)).to.deep.equal({ ...EVERYTHING, [SEND_MONEY]: 'Missing' });
    }, PHONE),
  );

  it(
    'lets who denied everything try again',
    visiting(async ({ app, page }) => {
      await goToMonei(page, app);
      await page.getByRole('button', { name: 'Refuse everything' }).click();
      await heading(page, 'You did not connect Monei').waitFor();
      await page.getByRole('link', { name: 'Try again' }).click();
      await decide(page);
      await account(page).waitFor();
      expect(await permissions(page)).to.deep.equal(EVERYTHING);
    }),
  );

  for (const order of ['the order', 'the reverse order'] as const) {
    it(
      `finishes sign-ins of two tabs at once in ${order} in which they began`,
      visiting(async ({ app, context, page }) => {
        const tabs = [page, await context.newPage()];
        for (const tab of tabs) await goToMonei(tab, app);
        if (order === 'the reverse order') tabs.reverse();
        for (const [index, tab] of tabs.entries()) {
          await decide(tab, { deny: index === 0 ? [SEND_MONEY] : [] });
          await account(tab).waitFor();
        }
        for (const tab of tabs) {
          await tab.reload();
          expect(await permissions(tab)).to.deep.equal(EVERYTHING);
        }
      }),
    );
  }

  it(
    'signs nobody in again who disconnected in another tab while Monei was asking them',
    visiting(async ({ app, context, page }) => {
      await connect(page, app, { deny: [SEND_MONEY] });
      await askFor(page, SEND_MONEY).click();
      await consent(page).waitFor();
      const other = await context.newPage();
      await other.goto(`${app}/account`);
      await other.getByRole('button', { name: 'Disconnect Monei' }).click();
      await other.getByRole('status').waitFor();
      await decide(page);
      await heading(page, 'This sign-in can’t be finished').waitFor();
      await page.goto(`${app}/account`);
      expect(page.url()).to.equal(`${app}/`);
    }),
  );

  it(
    'asks for just the one permission that the user asks for',
    visiting(async ({ app, page }) => {
      await connect(page, app, { deny: [SEND_MONEY, PAY_BILLS] });
      await askFor(page, SEND_MONEY).click();
      await consent(page).waitFor();
      expect(await asked(page)).to.deep.equal([SEND_MONEY]);
      await decide(page);
      await account(page).waitFor();
      expect(await permissions(page)).to.deep.equal({ ...EVERYTHING, [PAY_BILLS]: 'Missing' });
      expect(await askFor(page, SEND_MONEY).count()).to.equal(0);
    }),
  );

  it(
    'leaves everything as it was when the user denies what is missing once more',
    visiting(async ({ app, page }) => {
      await connect(page, app, { deny: [SEND_MONEY] });
      await askFor(page, SEND_MONEY).click();
      await page.getByRole('button', { name: 'Refuse everything' }).click();
      await page.waitForURL(`${app}/**`);
      await page.goto(`${app}/account`);
      expect(await permissions(page)).to.deep.equal({ ...EVERYTHING, [SEND_MONEY]: 'Missing' });
    }),
  );

  it(
    'signs the user out in every tab when they disconnect',
    visiting(async ({ app, context, page }) => {
      await connect(page, app);
      const other = await context.newPage();
      await other.goto(`${app}/account`);
      await page.getByRole('button', { name: 'Disconnect Monei' }).click();
      await page.getByRole('status').filter({ hasText: 'Monei is disconnected' }).waitFor();
      for (const tab of [page, other]) {
        await tab.goto(`${app}/account`);
        expect(tab.url()).to.equal(`${app}/`);
        await tab.getByRole('link', { name: 'Connect Monei' }).waitFor();
      }
    }),
  );
});
