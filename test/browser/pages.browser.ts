import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { seriousFindings } from './axe.js';
import { askFor, connect, consent, decide, goToMonei, heading, SEE_WALLET, SEND_MONEY } from './person.js';
import { phoneTroubles } from './touch.js';
import { PHONE, visiting, WIDE } from './visit.js';

/** Every kind of page, and the way there. */
const PAGES: Record<string, (page: Page, app: string) => Promise<unknown>> = {
  'the start page': (page, app) => page.goto(app),
  'the consent page': goToMonei,
  'the consent page for one permission': async (page, app) => {
    await connect(page, app, { deny: [SEND_MONEY] });
    await askFor(page, SEND_MONEY).click();
    await consent(page).waitFor();
  },
  'the consent page without anything to decide': async (page, app) => {
    await connect(page, app);
    await page.getByRole('button', { name: 'Disconnect Monei' }).click();
    await page.getByRole('link', { name: 'Connect Monei' }).click();
    await page.getByText('There is nothing new to decide').waitFor();
  },
  'the account page with a full grant': connect,
  'the account page with a partial grant': (page, app) =>
    connect(page, app, { deny: [SEE_WALLET, SEND_MONEY] }),
  'the start page after disconnecting': async (page, app) => {
    await connect(page, app);
    await page.getByRole('button', { name: 'Disconnect Monei' }).click();
    await page.getByRole('status').waitFor();
  },
  'the page about a denied sign-in': async (page, app) => {
    await goToMonei(page, app);
    await page.getByRole('button', { name: 'Refuse everything' }).click();
    await heading(page, 'You did not connect Monei').waitFor();
  },
  'the page about a permission that is missing': async (page, app) => {
    await connect(page, app, { deny: [SEND_MONEY] });
    await page.getByRole('link', { name: 'Send money', exact: true }).click();
    await decide(page, { deny: [SEND_MONEY] });
    await heading(page, 'A permission is missing').waitFor();
  },
  'the page for sending money': goToSendMoney,
  'the page for sending money, filled in badly': async (page, app) => {
    await goToSendMoney(page, app);
    await page.getByRole('button', { name: 'Send money' }).click();
    await page.getByText('Enter an email address').waitFor();
  },
  'the page about an address that is none': async (page, app) => {
    await page.goto(`${app}/nothing`);
    await heading(page, 'There is no such page').waitFor();
  },
  'the page of Monei about a link that does not work': async (page, app) => {
    await goToMonei(page, app);
    await page.goto(new URL('?client_id=nobody', page.url()).href);
    await heading(page, 'This link does not work').waitFor();
  },
};

async function goToSendMoney(page: Page, app: string): Promise<void> {
  await connect(page, app);
  await page.getByRole('link', { name: 'Send money', exact: true }).click();
  await heading(page, 'Send money').waitFor();
}

describe('every page', () => {
  for (const [name, open] of Object.entries(PAGES)) {
    it(
      `fits on a phone, and keeps nobody out: ${name}`,
      visiting(async ({ app, page }) => {
        await open(page, app);
        expect(await phoneTroubles(page), 'on a phone').to.deep.equal([]);
        for (const viewport of [PHONE.viewport, WIDE.viewport]) {
          await page.setViewportSize(viewport);
          expect(await seriousFindings(page), `${viewport.width} pixels wide`).to.deep.equal([]);
        }
      }, PHONE),
    );
  }
});
