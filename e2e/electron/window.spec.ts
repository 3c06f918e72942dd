/** The app in its own window, where Electron's binary and a display are. It could not be had where this was written: what runs without it is tested in electron/. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { _electron as electron, expect, test } from '@playwright/test';
import { textsOf } from '../texts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const names: Readonly<Record<string, string>> = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const binary = join(root, 'node_modules/electron/dist', names[process.platform] ?? 'electron');
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

/** In one line, why the app cannot be opened here. */
function whyNot(): string | undefined {
  if (!existsSync(binary)) return `Electron's binary is not there: ${binary}`;
  return hasDisplay ? undefined : 'There is no display.';
}

async function launch(home: string) {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.ts'), '--electron'], { cwd: root });
  // Chromium's sandbox refuses to run as root.
  const words = process.getuid?.() === 0 ? ['--no-sandbox', root] : [root];
  const env = { ...process.env, MINATO_HOME: home, MINATO_HOST: 'test.invalid', KUBECONFIG: join(home, 'kubeconfig') } as Record<
    string,
    string
  >;
  return electron.launch({ executablePath: binary, args: [...words, '--lang=en'], env });
}

test('the app opens its window, which has no Node.js and goes nowhere', async () => {
  const reason = whyNot();
  if (reason !== undefined) process.stderr.write(`The app's own window is not tried here. ${reason}\n`);
  test.info().skip(reason !== undefined, reason ?? '');
  const home = await mkdtemp(join(tmpdir(), 'minato-app-'));
  const app = await launch(home);
  try {
    const t = textsOf('en');
    const page = await app.firstWindow();
    await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
    expect(page.url()).toMatch(/^app:\/\/minato\//);
    const reach = await page.evaluate(() => ['require', 'process', 'module', 'minato'].map((name) => typeof Reflect.get(globalThis, name)));
    expect(reach).toEqual(['undefined', 'undefined', 'undefined', 'object']);
    await page.evaluate(() => globalThis.open('https://example.com/'));
    await page.evaluate(() => location.assign('https://example.com/'));
    await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
    expect([app.windows().length, page.url()]).toEqual([1, expect.stringMatching(/^app:\/\/minato\//)]);
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
});
