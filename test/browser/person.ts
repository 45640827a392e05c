import type { Locator, Page } from 'playwright-core';

/** The permissions that the example asks for, as people read them. */
export const SEE_PROFILE = 'See your name and account details';
export const SEE_WALLET = 'See your balances and transactions';
export const SEND_MONEY = 'Send money to other Monei users';
export const PAY_BILLS = 'Pay for airtime, data, electricity and cable TV';

/** Goes from the start page to Monei's consent page. */
export async function goToMonei(page: Page, app: string): Promise<void> {
  await page.goto(app);
  await page.getByRole('link', { name: 'Connect Monei' }).click();
  await consent(page).waitFor();
}

/** Decides on the consent page: allows what is not denied. */
export async function decide(page: Page, { deny = [] }: { deny?: string[] } = {}): Promise<void> {
  for (const permission of await asked(page)) {
    await choice(page, permission, deny.includes(permission) ? 'Deny' : 'Allow').check();
  }
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Goes all the way from the start page to the account page. */
export async function connect(page: Page, app: string, decision: { deny?: string[] } = {}): Promise<void> {
  await goToMonei(page, app);
  await decide(page, decision);
  await account(page).waitFor();
}

/** The heading of Monei's consent page. */
export function consent(page: Page): Locator {
  return heading(page, 'asks for access to your Monei account');
}

/** The heading of the account page. */
export function account(page: Page): Locator {
  return heading(page, 'Hello, Adébáyọ̀ Ọlá');
}

export function heading(page: Page, name: string): Locator {
  return page.getByRole('heading', { level: 1, name });
}

export function choice(page: Page, permission: string, answer: 'Allow' | 'Deny'): Locator {
  return page.getByRole('group', { name: permission, exact: true }).getByRole('radio', { name: answer });
}

export function askFor(page: Page, permission: string): Locator {
  return page.getByRole('link', { name: `Ask Monei for: ${permission}` }).first();
}

/** What the consent page asks about. */
export async function asked(page: Page): Promise<string[]> {
  const groups = await page.getByRole('group').all();
  return Promise.all(groups.map((group) => group.locator('legend').innerText()));
}

/** What the account page says about each permission. */
export async function permissions(page: Page): Promise<Record<string, string>> {
  const rows = await page
    .getByRole('row')
    .filter({ has: page.getByText(/^(Allowed|Missing)$/) })
    .all();
  const entries = rows.map(async (row): Promise<[string, string]> => {
    const [permission = ''] = (await row.getByRole('rowheader').innerText()).split(/\n| {2}/);
    return [permission, await row.getByText(/^(Allowed|Missing)$/).innerText()];
  });
  return Object.fromEntries(await Promise.all(entries));
}
