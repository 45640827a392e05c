import type { Locator, Page } from 'playwright-core';

/** The descriptions of the scopes that the example asks for. */
export const SEE_PROFILE = 'See your name and account details';
const SEE_WALLET = 'See your balances and transactions';
export const SEND_MONEY = 'Send money to other Monei users';
const SWAP = 'Swap and send crypto on EVM chains and Solana';

/** The four apps, and the permission that each asks for. */
export const APPS = { Budget: SEE_WALLET, Payroll: SEND_MONEY, Swap: SWAP, Savings: SEE_WALLET };

export type AppName = keyof typeof APPS;

/** Goes from the start page to Monei's consent page. */
export async function goToMonei(page: Page, app: string): Promise<void> {
  await page.goto(app);
  await page.getByRole('link', { name: 'Connect Monei' }).click();
  await consent(page).waitFor();
}

/** Decides on the consent page: allows what is not denied. */
export async function decide(page: Page, { deny = [] }: { deny?: string[] } = {}): Promise<void> {
  await consent(page).waitFor();
  for (const permission of await asked(page)) {
    await choice(page, permission, deny.includes(permission) ? 'Deny' : 'Allow').check();
  }
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Signs in from the start page. */
export async function connect(page: Page, app: string): Promise<void> {
  await goToMonei(page, app);
  await decide(page);
  await hello(page).waitFor();
}

/** Opens one of the apps from any page of a signed-in user. */
export async function openApp(page: Page, name: AppName): Promise<void> {
  await page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name }).click();
}

/** Opens one of the apps for the first time, and allows its scope. */
export async function allowApp(page: Page, name: AppName): Promise<void> {
  await openApp(page, name);
  await decide(page);
  await heading(page, name).waitFor();
}

/** Returns the heading of Monei's consent page. */
export function consent(page: Page): Locator {
  return heading(page, 'asks for access to your Monei account');
}

/** Returns the heading of the start page of a signed-in user. */
export function hello(page: Page): Locator {
  return heading(page, 'Hello, Adébáyọ̀ Ọlá');
}

export function heading(page: Page, name: string): Locator {
  return page.getByRole('heading', { level: 1, name });
}

export function choice(page: Page, permission: string, answer: 'Allow' | 'Deny'): Locator {
  return page.getByRole('group', { name: permission }).getByRole('radio', { name: answer });
}

/** Returns the permissions that the consent page asks about. */
export async function asked(page: Page): Promise<string[]> {
  const groups = await page.getByRole('group').all();
  return Promise.all(groups.map((group) => group.locator('legend').innerText()));
}

/** Returns a field in the table of Payroll. */
export function payrollField(page: Page, row: number, what: 'email or phone' | 'naira'): Locator {
  return page.getByLabel(`Person ${row}: ${what}`);
}

/** Fills in a row of the table of Payroll. */
export async function fillRow(page: Page, row: number, receiver: string, amount: string): Promise<void> {
  await payrollField(page, row, 'email or phone').fill(receiver);
  await payrollField(page, row, 'naira').fill(amount);
}
