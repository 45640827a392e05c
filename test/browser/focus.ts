import type { Page } from 'playwright-core';

/** How far around an element (CSS pixels) its indicator is looked for. */
const MARGIN = 10;

/**
 * How much of a focus indicator is painted at the focused element: 1 is as much as WCAG 2.2 (2.4.13) asks for, that is,
 * the area of a line of 2 pixels around it, in which pixels have a contrast of 3:1 between focused and not.
 */
export async function focusIndicator(page: Page): Promise<number> {
  const focused = page.locator(':focus');
  const box = await focused.boundingBox();
  if (!box) return 0;
  const clip = {
    x: Math.max(0, box.x - MARGIN),
    y: Math.max(0, box.y - MARGIN),
    width: box.width + 2 * MARGIN,
    height: box.height + 2 * MARGIN,
  };
  const element = await focused.elementHandle();
  const on = await page.screenshot({ clip });
  await element?.evaluate((node) => node.blur());
  const off = await page.screenshot({ clip });
  await element?.focus();
  const pictures = [on, off].map((picture) => picture.toString('base64'));
  return (await page.evaluate(contrastingPixels, pictures)) / (4 * (box.width + box.height));
}

/** In how many pixels two pictures have a contrast of at least 3:1. Runs in the browser, which knows how to read them. */
async function contrastingPixels(pictures: string[]): Promise<number> {
  const [one = [], other = []] = await Promise.all(pictures.map(luminances));
  return one.filter((value, index) => contrast(value, other[index] ?? value) >= 3).length;

  async function luminances(picture: string): Promise<number[]> {
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const { width, height, canvas } = draw(await createImageBitmap(new Blob([bytes])));
    const { data } = canvas.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, index) => luminance(data.subarray(4 * index)));
  }

  function draw(image: ImageBitmap) {
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    if (!canvas) throw new Error('there is no canvas to draw on');
    canvas.drawImage(image, 0, 0);
    return { width, height, canvas };
  }

  // Both as in WCAG 2.2.
  function luminance([red = 0, green = 0, blue = 0]: Iterable<number>): number {
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }

  function linear(byte: number): number {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }

  function contrast(a: number, b: number): number {
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
}
