import { expect } from 'chai';
import { asked, connect, consent, decide, heading, PAY_BILLS, SEND_MONEY } from './person.js';
import { visiting } from './visit.js';

/** The pages that need a permission of their own. */
const PAYMENTS = [
  {
    title: 'Send money',
    path: '/send',
    permission: SEND_MONEY,
    recipient: ['Email address of the recipient', 'obi@example.com'],
  },
  {
    title: 'Buy airtime',
    path: '/bills',
    permission: PAY_BILLS,
    recipient: ['Phone number', '+2348012345678'],
  },
] as const;

for (const { title, path, permission, recipient } of PAYMENTS) {
  const [label, value] = recipient;

  describe(`the page “${title}” in Chromium`, () => {
    it(
      'has Monei asked for just the permission that it needs, and goes on from there',
      visiting(async ({ app, page }) => {
        await connect(page, app, { deny: [SEND_MONEY, PAY_BILLS] });
        await page.getByRole('link', { name: title, exact: true }).click();
        await consent(page).waitFor();
        expect(await asked(page)).to.deep.equal([permission]);
        await decide(page);
        await heading(page, title).waitFor();
        expect(page.url()).to.equal(app + path);
      }),
    );

    it(
      'says what the permission is for when it is denied, and asks again if the user likes',
      visiting(async ({ app, page }) => {
        await connect(page, app, { deny: [permission] });
        await page.getByRole('link', { name: title, exact: true }).click();
        await decide(page, { deny: [permission] });
        await heading(page, 'A permission is missing').waitFor();
        await page.getByText(`needs the permission “${permission}”`).waitFor();
        await page.getByRole('link', { name: 'Ask Monei again' }).click();
        await decide(page);
        await heading(page, title).waitFor();
      }),
    );

    it(
      'says what is wrong in the form, puts the cursor there, and takes it once it is right',
      visiting(async ({ app, page }) => {
        await connect(page, app);
        await page.getByRole('link', { name: title, exact: true }).click();
        await page.getByLabel(label).fill(value);
        await page.getByLabel('Amount in naira').fill('plenty');
        await page.getByRole('button', { name: title }).click();

        await page.getByText('Enter an amount').waitFor();
        expect(await page.getByLabel(label).inputValue()).to.equal(value);
        const focused = page.locator(':focus');
        expect(await focused.inputValue()).to.equal('plenty');
        await focused.fill('1500.50');
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'NGN 1,500.50' }).waitFor();
      }),
    );
  });
}
