import { expect } from 'chai';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { browser } from './chromium.js';
import { startExample } from './example.js';
import { collectFaults } from './faults.js';

export interface Visit {
  /** Where the example is. */
  app: string;
  /** A browser of its own, as far as cookies go. */
  context: BrowserContext;
  /** Its first tab. */
  page: Page;
}

/** The smallest screen that pages have to fit on without scrolling to the side: WCAG 2.2, 1.4.10. */
export const PHONE = {
  viewport: { width: 320, height: 568 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;

export const WIDE = { viewport: { width: 1280, height: 800 } };

/** A test with an example and a browser nobody used before. It fails, too, when the browser had to complain. */
export function visiting(
  test: (visit: Visit) => Promise<void>,
  options: BrowserContextOptions = WIDE,
): () => Promise<void> {
  return async () => {
    const example = await startExample();
    const context = await browser().newContext(options);
    try {
      context.setDefaultTimeout(5000);
      const faults = collectFaults(context);
      await test({ app: example.url, context, page: await context.newPage() });
      expect(faults).to.deep.equal([]);
    } finally {
      await context.close();
      await example.stop();
    }
  };
}
