import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { axeFindings } from './axe.js';
import { browser } from './chromium.js';
import { collectFaults } from './faults.js';
import { choice, consent, decide, SEE_PROFILE, SEND_MONEY } from './person.js';
import { phoneTroubles } from './touch.js';
import { PHONE, WIDE } from './visit.js';

const APP = { clientID: 'mc_shop', clientSecret: 'mcs_shop', name: 'Shop' };
const FOUR = ['profile:read', 'wallet:read', 'wallet:send', 'bills:pay'];

describe('the emulator’s pages in Chromium', () => {
  let emulator: MoneiEmulator;
  beforeEach(async () => {
    emulator = await startEmulator({
      clients: [APP],
      users: [
        { id: 'ada', name: 'Ada' },
        { id: 'obi', name: 'Obi' },
      ],
    });
  });
  afterEach(() => emulator.close());

  const consentURL = (scopes: readonly string[]) => {
    const query = {
      client_id: 'mc_shop',
      // This path does not exist: the browser shows an error after the tests have seen the address.
      redirect_uri: `${emulator.url}/callback`,
      scope: scopes.join(' '),
      state: 's',
    };
    return `${emulator.endpoints.authorizationURL}?${new URLSearchParams(query)}`;
  };

  const withPage =
    (test: (page: Page) => Promise<void>, options: object = WIDE) =>
    async () => {
      const context = await browser().newContext(options);
      try {
        context.setDefaultTimeout(5000);
        const faults = collectFaults(context);
        await test(await context.newPage());
        expect(faults).to.deep.equal([]);
      } finally {
        await context.close();
      }
    };

  const pages: Record<string, (page: Page) => Promise<unknown>> = {
    'the consent page': (page) => page.goto(consentURL(Object.keys(MONEI_SCOPES))),
    'the page about what is in it': async (page) => {
      await emulator.authorize(consentURL(FOUR));
      emulator.fail({ endpoint: 'token', status: 503 });
      await page.goto(emulator.url);
    },
    'the page about a link that does not work': (page) => page.goto(emulator.endpoints.authorizationURL),
  };
  for (const [name, open] of Object.entries(pages)) {
    for (const colorScheme of ['light', 'dark']) {
      it(
        `fits on a phone, and is accessible, in ${colorScheme}: ${name}`,
        withPage(
          async (page) => {
            await open(page);
            expect(await phoneTroubles(page)).to.deep.equal([]);
            for (const viewport of [PHONE.viewport, { width: 375, height: 667 }, WIDE.viewport]) {
              await page.setViewportSize(viewport);
              expect(await axeFindings(page), `${viewport.width} pixels wide`).to.deep.equal([]);
            }
          },
          { ...PHONE, colorScheme },
        ),
      );
    }
  }

  it(
    'show four permissions, each on a line with its choice, and all buttons in 800 pixels of height',
    withPage(async (page) => {
      await page.goto(consentURL(FOUR));
      for (const width of [600, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const bottom = await page.evaluate(() => document.documentElement.scrollHeight);
        expect(bottom, `${width} pixels wide`).to.be.at.most(800);
        for (const group of await page.getByRole('group').all()) {
          const [text, allow] = [
            await group.locator('legend').boundingBox(),
            await group.getByLabel('Allow').boundingBox(),
          ];
          expect(Math.abs((text?.y ?? 0) - (allow?.y ?? 999))).to.be.below(24);
        }
      }
    }),
  );

  it(
    'say who asks, where the browser goes next, and how to take it back',
    withPage(async (page) => {
      await page.goto(consentURL(FOUR));
      await consent(page).filter({ hasText: 'Shop asks' }).waitFor();
      await page.getByText(`the browser returns to ${new URL(emulator.url).host}`).waitFor();
      await page.getByText('revoke this access in Monei’s settings').waitFor();
    }),
  );

  it(
    'don’t preset that an app may move money, and say what comes of a denied profile',
    withPage(async (page) => {
      await page.goto(consentURL(FOUR));
      expect(await choice(page, SEND_MONEY, 'Allow').isChecked()).to.equal(false);
      expect(await choice(page, SEE_PROFILE, 'Allow').isChecked()).to.equal(true);
      const consequence = page.getByText('cannot know who you are');
      expect(await consequence.isVisible()).to.equal(false);
      await choice(page, SEE_PROFILE, 'Deny').check();
      expect(await consequence.isVisible()).to.equal(true);
    }),
  );

  it('take the decision that a browser sends from them, with its Origin', async () => {
    const context = await browser().newContext();
    try {
      const page = await context.newPage();
      await page.goto(consentURL(FOUR));
      const sent = page.waitForRequest((request) => request.method() === 'POST');
      await decide(page);
      const headers = await (await sent).allHeaders();
      expect(headers.origin).to.equal(emulator.url);
      await page.waitForURL(/\/callback\?code=/);
    } finally {
      await context.close();
    }
  });
});
