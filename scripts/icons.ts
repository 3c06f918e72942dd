/** Draws the icons' PNGs from their SVGs with the browser the tests use. Run after changing an SVG: `node scripts/icons.ts`. */
import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const root = new URL('../', import.meta.url);
const wanted = [
  { svg: 'icon.svg', png: 'icon.png', size: 1024 },
  { svg: 'tray.svg', png: 'trayTemplate.png', size: 18 },
  { svg: 'tray.svg', png: 'trayTemplate@2x.png', size: 36 },
];
const browser = await chromium.launch({
  executablePath: process.env.MINATO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const { svg, png, size } of wanted) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const text = readFileSync(new URL(`resources/icons/${svg}`, root), 'utf8').replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<body style="margin:0">${text}</body>`);
  await page.screenshot({ path: new URL(`resources/icons/${png}`, root).pathname, omitBackground: true });
}
await browser.close();
