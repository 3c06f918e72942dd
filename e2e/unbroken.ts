/** Looks at every text of a page for addresses, ports and images that are broken over two lines. */
import { expect, type Page } from '@playwright/test';

/** No address, port or image is broken over two lines, and what is shortened keeps its end. */
export async function expectUnbroken(page: Page): Promise<void> {
  const broken = await page.evaluate(() => {
    const word = /[A-Za-z0-9][\w.\-/:@]*:\d[\w.-]*|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)+\/[\w.\-/:@]+/g;
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      // What is edited or is a program's own output scrolls and wraps as it is.
      if (node.parentElement?.closest('.cm-editor, [role="log"], style, script')) continue;
      for (const { 0: text, index } of (node.textContent ?? '').matchAll(word)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + text.length);
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
        if (lines.size > 1) found.push(text);
      }
    }
    for (const whole of document.querySelectorAll<HTMLElement>('[data-unbroken]')) {
      const tail = whole.querySelector<HTMLElement>('[data-tail] > span');
      const end = tail?.getBoundingClientRect().right ?? 0;
      if (end > whole.getBoundingClientRect().right + 1) found.push(`${whole.dataset.unbroken} (end not shown)`);
    }
    return found;
  });
  expect(broken).toEqual([]);
}
