/** The stock Helms of this machine, for tests that install charts with an unmodified client: what `npm test` fetched, and helm on the PATH. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface StockHelm {
  readonly path: string;
  readonly major: number;
}

const fetched = fileURLToPath(new URL('../../build/tools', import.meta.url));

function majorOf(path: string): number | undefined {
  try {
    const [, major] = /^v(\d+)\./.exec(execFileSync(path, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' })) ?? [];
    return major === undefined ? undefined : Number(major);
  } catch {
    // A binary for another machine is no Helm that could be tested with.
    return undefined;
  }
}

/** One of each major version. */
export function stockHelms(): readonly StockHelm[] {
  const names = existsSync(fetched) ? readdirSync(fetched).filter((name) => name.startsWith('helm-')) : [];
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'helm'));
  const paths = [...names.map((name) => join(fetched, name)), ...onPath].filter((path) => existsSync(path));
  const byMajor = new Map<number, StockHelm>();
  for (const path of paths) {
    const major = majorOf(path);
    if (major !== undefined && !byMajor.has(major)) byMajor.set(major, { path, major });
  }
  return [...byMajor.values()].toSorted((a, b) => a.major - b.major);
}

export interface HelmRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** `home`: where Helm keeps what it knows, and where charts lie. */
export async function runHelm(
  { path }: StockHelm,
  words: readonly string[],
  { kubeconfig, home }: { readonly kubeconfig: string; readonly home: string },
): Promise<HelmRun> {
  const child = spawn(path, words, { cwd: home, env: { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig } });
  child.stdin.end();
  const closed = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}
