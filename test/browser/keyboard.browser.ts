import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { focusIndicator } from './focus.js';
import {
  account,
  askFor,
  choice,
  connect,
  consent,
  heading,
  PAY_BILLS,
  permissions,
  SEND_MONEY,
} from './person.js';
import { visiting } from './visit.js';

/** Presses Tab until it gets to the target. Nobody has to guess where they are on the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    const where = await page.locator(':focus').ariaSnapshot();
    expect(await focusIndicator(page), `focus indicator at ${where}`).to.be.at.least(1);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not get to ${target}`);
}

async function press(page: Page, key: 'Enter' | 'Space', target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

describe('the example with a keyboard only', () => {
  it(
    'signs in, denies a permission, allows it later, and disconnects',
    visiting(async ({ app, page }) => {
      const goOn = page.getByRole('button', { name: 'Continue' });

      await page.goto(app);
      await press(page, 'Enter', page.getByRole('link', { name: 'Connect Monei' }));
      await consent(page).waitFor();
      // Nobody allows an app to move money without choosing to.
      await tabTo(page, choice(page, SEND_MONEY, 'Deny'));
      expect(await choice(page, SEND_MONEY, 'Deny').isChecked()).to.equal(true);
      await press(page, 'Space', goOn);

      await account(page).waitFor();
      expect(await permissions(page)).to.include({ [SEND_MONEY]: 'Missing', [PAY_BILLS]: 'Allowed' });
      await press(page, 'Enter', askFor(page, SEND_MONEY));
      await consent(page).waitFor();
      await tabTo(page, choice(page, SEND_MONEY, 'Deny'));
      await page.keyboard.press('ArrowUp');
      expect(await choice(page, SEND_MONEY, 'Allow').isChecked()).to.equal(true);
      await press(page, 'Enter', goOn);

      await account(page).waitFor();
      expect(await permissions(page)).to.include({ [SEND_MONEY]: 'Allowed' });
      await press(page, 'Space', page.getByRole('button', { name: 'Disconnect Monei' }));
      await page.getByRole('link', { name: 'Connect Monei' }).waitFor();
    }),
  );

  it(
    'sends money',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await press(page, 'Enter', page.getByRole('link', { name: 'Send money', exact: true }));
      await heading(page, 'Send money').waitFor();
      await tabTo(page, page.getByLabel('Email address of the recipient'));
      await page.keyboard.type('obi@example.com');
      await tabTo(page, page.getByLabel('Amount in naira'));
      await page.keyboard.type('1500');
      await press(page, 'Space', page.getByRole('button', { name: 'Send money' }));
      await page.getByRole('status').filter({ hasText: 'obi@example.com' }).waitFor();
    }),
  );

  it(
    'skips what is on every page',
    visiting(async ({ app, page }) => {
      await page.goto(app);
      await page.keyboard.press('Tab');
      const skip = page.getByRole('link', { name: 'Skip to the content' });
      expect(await skip.evaluate((element) => element === document.activeElement)).to.equal(true);
      expect(await skip.boundingBox())
        .to.have.property('x')
        .at.least(0);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      const next = page.getByRole('link', { name: 'Connect Monei' });
      expect(await next.evaluate((element) => element === document.activeElement)).to.equal(true);
    }),
  );
});
