/** The window in a real browser against `minato serve` and a real Docker Engine. Screenshots land in `build/screenshots`, to be looked at. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  // The oracle's own tests are Vitest's.
  testMatch: '**/*.spec.ts',
  outputDir: '../build/e2e',
  // Stories own ports 31000 and 31001 of this computer: one at a time.
  workers: 1,
  fullyParallel: false,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json'] as const] : [])],
  use: {
    viewport: { width: 1280, height: 800 },
    // What fades in is there at once: accessibility is not measured on half a colour.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.MINATO_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
