import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { axeFindings } from './axe.js';
import {
  allowApp,
  connect,
  consent,
  decide,
  fillRow,
  goToMonei,
  heading,
  openApp,
  SEND_MONEY,
} from './person.js';
import { phoneTroubles } from './touch.js';
import { PHONE, visiting, WIDE } from './visit.js';

/** Functions that open each kind of page. */
const PAGES: Record<string, (page: Page, app: string) => Promise<unknown>> = {
  'the start page': (page, app) => page.goto(app),
  'the start page, signed in': connect,
  'the account page': async (page, app) => {
    await connect(page, app);
    await page.getByRole('link', { name: 'Account' }).click();
    await heading(page, 'Account').waitFor();
  },
  'the start page after disconnecting': async (page, app) => {
    await connect(page, app);
    await page.goto(`${app}/account`);
    await page.getByRole('button', { name: 'Disconnect Monei' }).click();
    await page.getByRole('status').waitFor();
  },
  'the consent page': goToMonei,
  'the consent page for one permission': async (page, app) => {
    await connect(page, app);
    await openApp(page, 'Payroll');
    await consent(page).waitFor();
  },
  'the consent page without anything to decide': async (page, app) => {
    await connect(page, app);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('link', { name: 'Connect Monei' }).click();
    await consent(page).waitFor();
  },
  Budget: async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Budget');
  },
  'Payroll without a balance': async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Payroll');
  },
  'Payroll, filled in badly': async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Payroll');
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByText('Enter an email address').waitFor();
  },
  'Payroll, paid': async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Budget');
    await allowApp(page, 'Payroll');
    await fillRow(page, 1, 'chiamaka@example.com', '10');
    await fillRow(page, 2, `${'unknown'.repeat(9)}@example.com`, '10');
    await page.getByLabel('PIN').fill('1234');
    await page.getByRole('button', { name: 'Pay' }).click();
    await heading(page, '1 of 2 paid').waitFor();
  },
  'Swap, a price, and the outcome': async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Swap');
    await expectNoTroubles(page);
    await page.getByLabel('Amount').fill('5');
    await page.getByRole('button', { name: 'Ask for the price' }).click();
    await page.getByText('You get about').waitFor();
    await expectNoTroubles(page);
    await page.getByRole('button', { name: 'Swap' }).click();
    await heading(page, 'Swapped').waitFor();
  },
  Savings: async (page, app) => {
    await connect(page, app);
    await allowApp(page, 'Savings');
  },
  'the page about a permission that is missing': async (page, app) => {
    await connect(page, app);
    await openApp(page, 'Payroll');
    await decide(page, { deny: [SEND_MONEY] });
    await heading(page, 'A permission is missing').waitFor();
  },
  'the page of Monei about a link that does not work': async (page, app) => {
    await goToMonei(page, app);
    await page.goto(new URL('?client_id=unknown', page.url()).href);
    await heading(page, 'This link does not work').waitFor();
  },
};

/** Expects a page without accessibility problems, on a phone and wide, in light and in dark. */
async function expectNoTroubles(page: Page): Promise<void> {
  await page.waitForLoadState(); // The heading may be visible before the style sheet has loaded.
  await page.setViewportSize(PHONE.viewport);
  expect(await phoneTroubles(page), 'on a phone').to.deep.equal([]);
  for (const { viewport } of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page), `${viewport.width} pixels wide, ${colorScheme}`).to.deep.equal([]);
    }
  }
  expect(await page.locator('.primary').count(), 'primary buttons').to.be.at.most(1);
}

describe('every page', () => {
  for (const [name, open] of Object.entries(PAGES)) {
    it(
      `fits on a phone, and is accessible in light and dark: ${name}`,
      visiting(async ({ app, page }) => {
        await open(page, app);
        await expectNoTroubles(page);
      }, PHONE),
    );
  }
});
