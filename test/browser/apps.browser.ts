import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { allowApp, connect, consent, decide, fillRow, heading, openApp, payrollField } from './person.js';
import { visiting } from './visit.js';

/** Returns the text of each table row. */
function rows(page: Page): Promise<string[]> {
  return page.getByRole('row').allInnerTexts();
}

describe('the four apps in Chromium', () => {
  it(
    'ask to connect again after the user has revoked access, and work after that',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await openApp(page, 'Budget');
      await consent(page).waitFor();
      const monei = new URL(page.url()).origin;
      await decide(page);
      await heading(page, 'Budget').waitFor();

      await page.goto(monei);
      const revoke = page.getByRole('button', { name: 'Revoke: Example app' });
      await revoke.click();
      await revoke.waitFor({ state: 'detached' });
      await page.goto(app);
      await openApp(page, 'Budget');
      await heading(page, 'Monei is not connected any more').waitFor();
      await page.getByRole('link', { name: 'Connect again' }).click();
      await decide(page);
      await heading(page, 'Budget').waitFor();
    }),
  );

  it(
    'Payroll pays once if its form is sent twice, and Budget shows the payments',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await allowApp(page, 'Budget');
      await allowApp(page, 'Payroll');
      await fillRow(page, 1, 'chiamaka@example.com', '1500.50');
      await fillRow(page, 2, 'unknown@example.com', '10');
      await fillRow(page, 3, '+2348034567890', '200');
      await page.getByLabel('PIN').fill('1234');
      await page.getByRole('button', { name: 'Pay' }).dblclick();
      await heading(page, '2 of 3 paid').waitFor();
      const outcome = await rows(page);
      expect(outcome.find((row) => row.includes('unknown'))).to.contain('Not paid');
      await page.reload();
      await heading(page, '2 of 3 paid').waitFor();
      await page.goBack();
      expect(await payrollField(page, 1, 'email or phone').inputValue(), 'a new form').to.equal('');

      await openApp(page, 'Budget');
      expect((await rows(page)).filter((row) => row.includes('1,500.50'))).to.have.lengthOf(1);
      const chart = page.getByRole('img', { name: 'Spending by kind' });
      expect(await chart.getAttribute('aria-label')).to.contain('16,700.50');
    }),
  );

  it(
    'Payroll shows a complaint, focuses its field, and accepts a corrected value',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await allowApp(page, 'Payroll');
      await fillRow(page, 1, 'chiamaka@example.com', 'plenty');
      await page.getByLabel('PIN').fill('1234');
      await page.getByRole('button', { name: 'Pay' }).click();
      await page.getByText('Enter an amount').waitFor();
      expect(await payrollField(page, 1, 'email or phone').inputValue()).to.equal('chiamaka@example.com');
      const focused = page.locator(':focus');
      expect(await focused.inputValue()).to.equal('plenty');
      await focused.fill('1500');
      await page.getByLabel('PIN').fill('1234');
      await page.keyboard.press('Enter');
      await heading(page, '1 of 1 paid').waitFor();
    }),
  );

  it(
    'Swap shows a price, swaps after a confirmation, and says why if the balance is too low',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await allowApp(page, 'Swap');
      for (const [amount, result] of [
        ['5', 'Swapped: 5 USDC'],
        ['5000', 'Not swapped: 5,000 USDC'],
      ] as const) {
        await page.getByLabel('Amount').fill(amount);
        await page.getByRole('button', { name: 'Ask for the price' }).click();
        await page.getByRole('button', { name: 'Swap' }).dblclick();
        await heading(page, result).waitFor();
        await page.getByRole('link', { name: 'New swap' }).click();
      }
    }),
  );
});
