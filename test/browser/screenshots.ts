// Makes the pictures of the README: `npm run screenshots`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { startExample } from './example.js';
import { account, choice, decide, goToMonei, PAY_BILLS, SEND_MONEY } from './person.js';

const FOLDER = fileURLToPath(new URL('../../docs/', import.meta.url));
const MAX_BYTES = 200_000;
const WIDTH = 600;

const example = await startExample();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, deviceScaleFactor: 1.5 });
  await goToMonei(page, example.url);
  for (const permission of [SEND_MONEY, PAY_BILLS]) await choice(page, permission, 'Deny').check();
  await save('consent.png', page, page.getByRole('main'));
  await decide(page, { deny: [SEND_MONEY, PAY_BILLS] });
  await account(page).waitFor();
  // Further down are the user's contact data, and how to disconnect.
  await save('account.png', page, page.getByRole('region', { name: 'Permissions' }));
} finally {
  await browser.close();
  await example.stop();
}

/** Saves the page from its top to the end of `last`, and a little margin. */
async function save(name: string, page: Page, last: Locator): Promise<void> {
  await page.mouse.move(0, 0); // What is pointed at looks different.
  const box = await last.boundingBox();
  if (!box) throw new Error(`${name} would not show what it has to`);
  const clip = { x: 0, y: 0, width: WIDTH, height: Math.round(box.y + box.height) + 12 };
  const picture = await page.screenshot({ clip, fullPage: true, animations: 'disabled', caret: 'hide' });
  if (picture.length > MAX_BYTES) throw new Error(`${name} has ${picture.length} bytes, over ${MAX_BYTES}`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FOLDER + name, picture);
  console.log(`docs/${name}: ${picture.length} bytes`);
}
