/** `minato serve` for one story: a data folder and a kubeconfig of its own, one window, and nothing left behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { hasKubectl } from '../engine/testing/kubectl.ts';

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
  const env = { ...process.env, ...environment };
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
      for (const { name } of JSON.parse(stdout) as readonly { readonly name: string }[])
        await run(process.execPath, [main, 'delete', '--name', name, ...shared], { env });
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

/** Every page must pass; there is no list of known faults. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

/** Keeps what the page looks like, in both schemes and sizes, and checks each for accessibility. */
export async function keep(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const language = test.info().project.name || (await page.locator('html').getAttribute('lang')) || 'en';
  for (const [width, height] of [
    [1280, 800],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      await page.screenshot({ path: join(shots, `${name}-${language}-${width}-${colorScheme}.png`), animations: 'disabled' });
      // Colours change with the scheme; what else axe looks at does not change with the size.
      if (width === 1280) await expectAccessible(page);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}
