import { expect } from 'chai';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { browser } from './chromium.js';
import { startExample } from './example.js';
import { collectFaults } from './faults.js';

export interface Visit {
  /** The address of the example. */
  app: string;
  /** A context with its own cookies. */
  context: BrowserContext;
  /** Its first tab. */
  page: Page;
}

/** The smallest screen on which pages must not scroll sideways: WCAG 2.2, 1.4.10. */
export const PHONE = {
  viewport: { width: 320, height: 568 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;

export const WIDE = { viewport: { width: 1280, height: 800 } };

/** Returns a test with a new example and a new browser context. The test fails if the browser has logged a fault. */
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
