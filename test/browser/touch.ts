import type { Page } from 'playwright-core';

/** Returns what makes a page hard to use on a phone. */
export async function phoneTroubles(page: Page): Promise<string[]> {
  return page.evaluate(findTroubles);
}

/** Runs in the browser. */
function findTroubles(): string[] {
  return [...sidewaysScrolling(), ...smallTargets(), ...smallText()];

  function sidewaysScrolling(): string[] {
    const { scrollWidth } = document.documentElement;
    const { width } = screen; // Not of the window: on phones, that grows with what is in it.
    return scrollWidth > width ? [`scrolls to the side: ${scrollWidth} of ${width} pixels`] : [];
  }

  /** As in WCAG 2.2, 2.5.8, without its exceptions. */
  function smallTargets(): string[] {
    const targets = document.querySelectorAll<HTMLElement>(
      'a, button, input:not([type=hidden]), select, textarea',
    );
    return [...targets].flatMap((target) => {
      const label = target instanceof HTMLInputElement ? target.closest('label') : null;
      const { width, height } = (label ?? target).getBoundingClientRect();
      return Math.min(width, height) < 24 ? [`small to tap, ${width} × ${height}: ${target.outerHTML}`] : [];
    });
  }

  function smallText(): string[] {
    const found = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { textContent, parentElement } = texts.currentNode;
      if (!textContent?.trim() || !parentElement) continue;
      const size = Number.parseFloat(getComputedStyle(parentElement).fontSize);
      if (size < 12) found.add(`small to read, ${size} pixels: ${textContent}`);
    }
    return [...found];
  }
}
