import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Returns the accessibility problems that axe finds on a page. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`${axe.source}; axe.run();`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}
