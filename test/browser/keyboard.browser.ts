import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { focusIndicator } from './focus.js';
import { choice, consent, heading, hello, payrollField, SEND_MONEY } from './person.js';
import { visiting } from './visit.js';

/** Presses Tab until the focus is on the target or in it. Each step must show a focus indicator. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    const where = await page.locator(':focus').ariaSnapshot();
    expect(await focusIndicator(page), `focus indicator at ${where}`).to.be.at.least(1);
    if (await target.evaluate((element) => element.contains(document.activeElement))) return;
  }
  throw new Error(`Tab does not get to ${target}`);
}

async function press(page: Page, key: 'Enter' | 'Space', target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Allows or denies a permission on the consent page. */
async function choose(page: Page, permission: string, answer: 'Allow' | 'Deny'): Promise<void> {
  await tabTo(page, page.getByRole('group', { name: permission }));
  await page.keyboard.press('Space');
  const target = choice(page, permission, answer);
  if (!(await target.isChecked())) await page.keyboard.press('ArrowDown');
  expect(await target.isChecked()).to.equal(true);
}

describe('the example with a keyboard only', () => {
  it(
    'signs in, denies a permission, allows it later, pays, and disconnects',
    visiting(async ({ app, page }) => {
      const goOn = page.getByRole('button', { name: 'Continue' });

      await page.goto(app);
      await press(page, 'Enter', page.getByRole('link', { name: 'Connect Monei' }));
      await consent(page).waitFor();
      await press(page, 'Space', goOn);

      await hello(page).waitFor();
      await press(page, 'Enter', page.getByRole('main').getByRole('link', { name: 'Payroll' }));
      await consent(page).waitFor();
      await choose(page, SEND_MONEY, 'Deny');
      await press(page, 'Enter', goOn);
      await heading(page, 'A permission is missing').waitFor();
      await press(page, 'Enter', page.getByRole('link', { name: 'Ask Monei again' }));
      await consent(page).waitFor();
      await choose(page, SEND_MONEY, 'Allow');
      await press(page, 'Enter', goOn);

      await heading(page, 'Payroll').waitFor();
      await tabTo(page, payrollField(page, 1, 'email or phone'));
      await page.keyboard.type('chiamaka@example.com');
      await tabTo(page, payrollField(page, 1, 'naira'));
      await page.keyboard.type('1500');
      await tabTo(page, page.getByLabel('PIN'));
      await page.keyboard.type('1234');
      await press(page, 'Space', page.getByRole('button', { name: 'Pay' }));
      await heading(page, '1 of 1 paid').waitFor();

      await press(page, 'Enter', page.getByRole('link', { name: 'Account' }));
      await heading(page, 'Account').waitFor();
      await press(page, 'Space', page.getByRole('button', { name: 'Disconnect Monei' }));
      await page.getByRole('link', { name: 'Connect Monei' }).waitFor();
    }),
  );

  it(
    'skips the header with a link',
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
