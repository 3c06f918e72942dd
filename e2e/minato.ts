/** `minato serve` for one story: a data folder and a kubeconfig of its own, one window, and nothing left behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { hostPath } from '../engine/host/contract.ts';
import { hasKubectl } from '../engine/testing/kubectl.ts';
import type { Language } from './texts.ts';
import { expectUnbroken } from './unbroken.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const main = join(root, 'engine/host/cli/main.ts');
const shots = join(root, 'build/screenshots');

export interface Minato extends AsyncDisposable {
  /** Lets one browser in, once. */
  readonly url: string;
  /** Asks a stock kubectl whether it sees the same; does nothing on a computer that has none. */
  withKubectl(check: (kubectl: (...words: readonly string[]) => Promise<string>) => Promise<void>): Promise<void>;
}

export async function serveMinato(environment: NodeJS.ProcessEnv = {}): Promise<Minato> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-e2e-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const shared = ['--data', join(directory, 'data'), '--kubeconfig', kubeconfig];
  // As on a computer of its own: what other tests have lost on the engine is not seen.
  const env = { ...process.env, MINATO_HOST: `test-${randomBytes(6).toString('hex')}.invalid`, ...environment };
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...shared], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const url = await servedAt(child);
  return {
    url,
    async withKubectl(check) {
      if (hasKubectl) await check(async (...words) => (await run('kubectl', ['--kubeconfig', kubeconfig, ...words])).stdout);
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      const { stdout } = await run(process.execPath, [main, 'status', '--json', ...shared], { env });
      const clusters = JSON.parse(stdout) as readonly { readonly name: string }[];
      for (const { name } of clusters) await run(process.execPath, [main, 'delete', '--name', name, ...shared], { env });
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function servedAt(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { readonly event: string; readonly url: string };
    if (event.event === 'serving') return event.url;
  }
  throw new Error('minato serve ended before it served');
}

/** Every page must pass; there is no list of known faults. `rules`: only these. */
async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules([...rules]) : axe).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

/** What a colour scheme changes of all that axe looks at. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/**
 * Keeps what the page looks like, and checks it for accessibility: the other language, the larger size and the dark scheme once each. The page is left as it
 * was: nobody loses what they were doing when they change the language.
 */
export async function keep(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const own = (await page.locator('html').getAttribute('lang')) === 'ja' ? 'ja' : 'en';
  const other = own === 'en' ? 'ja' : 'en';
  const shoot = (variant: string) => page.screenshot({ path: join(shots, `${name}-${variant}.png`), animations: 'disabled' });
  await setLanguage(page, other);
  await shoot(`${other}-1280-light`);
  await expectUnbroken(page);
  await setLanguage(page, own);
  await shoot(`${own}-1280-light`);
  await expectUnbroken(page);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await shoot(`${own}-1440-light`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await setColorScheme(page, 'dark');
  await shoot(`${own}-1280-dark`);
  await expectAccessible(page, rulesOfColours);
  await setColorScheme(page, 'light');
}

async function setColorScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
}

/** As another window of the same app would: the host keeps the settings. */
async function setLanguage(page: Page, language: Language): Promise<void> {
  const message = JSON.stringify({ type: 'call', id: 1, call: 'settings.set', params: { language } });
  await page.evaluate(
    async ([path, text]) => {
      const socket = new WebSocket(`ws://${location.host}${path}`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send(text);
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      socket.close();
    },
    [hostPath, message] as const,
  );
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}
