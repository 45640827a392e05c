import { expect } from 'chai';
import {
  APPS,
  type AppName,
  allowApp,
  asked,
  connect,
  consent,
  decide,
  goToMonei,
  heading,
  hello,
  openApp,
  SEE_PROFILE,
  SEND_MONEY,
} from './person.js';
import { PHONE, visiting } from './visit.js';

describe('signing in to the example in Chromium', () => {
  it(
    'asks for the profile, and for more when an app is opened, with taps on a phone',
    visiting(async ({ app, page }) => {
      await page.goto(app);
      await page.getByRole('link', { name: 'Connect Monei' }).tap();
      await consent(page).waitFor();
      expect(await asked(page)).to.deep.equal([SEE_PROFILE]);
      await page.getByRole('button', { name: 'Continue' }).tap();
      await hello(page).waitFor();
      for (const [name, permission] of Object.entries(APPS)) {
        await openApp(page, name as AppName);
        if (name === 'Savings') break; // It needs the scope of Budget, which is granted.
        await consent(page).waitFor();
        expect(await asked(page)).to.deep.equal([permission]);
        await decide(page);
        await heading(page, name).waitFor();
      }
      await heading(page, 'Savings').waitFor();
    }, PHONE),
  );

  it(
    'says what is missing after a denied scope, works without it, and asks again on request',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await openApp(page, 'Payroll');
      await decide(page, { deny: [SEND_MONEY] });
      await heading(page, 'A permission is missing').waitFor();
      await page.getByText(`“${SEND_MONEY}”`).waitFor();
      await allowApp(page, 'Budget');
      await openApp(page, 'Payroll');
      await page.getByRole('button', { name: 'Refuse everything' }).click();
      await page.getByRole('link', { name: 'Ask Monei again' }).click();
      await decide(page);
      await heading(page, 'Payroll').waitFor();
    }),
  );

  it(
    'offers to try again after the user refused everything',
    visiting(async ({ app, page }) => {
      await goToMonei(page, app);
      await page.getByRole('button', { name: 'Refuse everything' }).click();
      await heading(page, 'You did not connect Monei').waitFor();
      await page.getByRole('link', { name: 'Try again' }).click();
      await decide(page);
      await hello(page).waitFor();
    }),
  );

  it(
    'says that the user is already signed in if a sign-in is finished again',
    visiting(async ({ app, page }) => {
      await connect(page, app);
      await page.goBack();
      await page.getByRole('button', { name: 'Continue' }).click();
      await heading(page, 'You are already signed in').waitFor();
      await page.getByRole('link', { name: 'Go on' }).click();
      await hello(page).waitFor();
    }),
  );

  for (const order of ['the order', 'the reverse order'] as const) {
    it(
      `signs the user in with one of two tabs, and sends the other one on, in ${order} in which they began`,
      visiting(async ({ app, context, page }) => {
        const tabs = [page, await context.newPage()];
        for (const tab of tabs) await goToMonei(tab, app);
        if (order === 'the reverse order') tabs.reverse();
        const [first, second] = tabs as [typeof page, typeof page];
        await decide(first);
        await hello(first).waitFor();
        await decide(second);
        await heading(second, 'You are already signed in').waitFor();
        await second.getByRole('link', { name: 'Go on' }).click();
        await hello(second).waitFor();
      }),
    );
  }

  it(
    'signs the user out in every tab on disconnecting, also in one at the consent page',
    visiting(async ({ app, context, page }) => {
      await connect(page, app);
      const other = await context.newPage();
      await other.goto(`${app}/payroll`);
      await consent(other).waitFor();
      await page.goto(`${app}/account`);
      await page.getByRole('button', { name: 'Disconnect Monei' }).click();
      await page.getByRole('status').filter({ hasText: 'Monei is disconnected' }).waitFor();
      await decide(other);
      await heading(other, 'This sign-in can’t be finished').waitFor();
      for (const tab of [page, other]) {
        await tab.goto(`${app}/account`);
        expect(tab.url()).to.equal(`${app}/`);
      }
    }),
  );
});
