// Makes the pictures of the README: `npm run screenshots`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { startExample } from './example.js';
import { allowApp, connect, consent, decide, fillRow, heading, openApp } from './person.js';

const FOLDER = fileURLToPath(new URL('../../docs/', import.meta.url));
const MAX_BYTES = 200_000;
const WIDTH = 600;

const example = await startExample();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, deviceScaleFactor: 1.5 });
  await connect(page, example.url);
  await openApp(page, 'Payroll');
  await consent(page).waitFor();
  await save('consent.png', page, page.getByRole('main'));
  await decide(page);
  await allowApp(page, 'Budget');
  await openApp(page, 'Payroll');
  await fillRow(page, 1, 'chiamaka@example.com', '85000');
  await fillRow(page, 2, 'musa@example.com', '20000');
  await fillRow(page, 3, 'msua@example.com', '1000');
  await page.getByLabel('PIN').fill('1234');
  await page.getByRole('button', { name: 'Pay' }).click();
  await heading(page, '2 of 3 paid').waitFor();
  await save('payroll.png', page, page.getByRole('region', { name: 'What was paid' }));
  await openApp(page, 'Budget');
  await heading(page, 'Budget').waitFor();
  await save('budget.png', page, page.getByRole('region', { name: 'Spending by kind' }));
} finally {
  await browser.close();
  await example.stop();
}

/** Saves the page from its top to the end of `last`, and a little margin. */
async function save(name: string, page: Page, last: Locator): Promise<void> {
  await page.mouse.move(0, 0); // Elements under the pointer look different.
  const box = await last.boundingBox();
  if (!box) throw new Error(`${name} would not show what it has to`);
  const clip = { x: 0, y: 0, width: WIDTH, height: Math.round(box.y + box.height) + 12 };
  const picture = await page.screenshot({ clip, fullPage: true, animations: 'disabled', caret: 'hide' });
  if (picture.length > MAX_BYTES) throw new Error(`${name} has ${picture.length} bytes, over ${MAX_BYTES}`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FOLDER + name, picture);
  console.log(`docs/${name}: ${picture.length} bytes`);
}
