/** The stock kubectls of this machine, for tests that drive the API with an unmodified client. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface StockKubectl {
  readonly path: string;
  /** 33 for v1.33.x. */
  readonly minor: number;
}

const fileName = /^kubectl(\.1\.\d+)?$/;

function minorOf(path: string): number | undefined {
  try {
    const { clientVersion } = JSON.parse(execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' }));
    return Number.parseInt(clientVersion.minor, 10);
  } catch {
    // A launcher script or a binary for another machine is no kubectl that could be tested with.
    return undefined;
  }
}

const found: { all?: readonly StockKubectl[] } = {};

const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
export const hasKubectl = onPath.some((path) => existsSync(path));

/** One of each minor version from `oldest` on: kubectl on the PATH, and what lies beside the file it leads to. Looked for once. */
export function stockKubectls(oldest = 31): readonly StockKubectl[] {
  found.all ??= findKubectls();
  return found.all.filter(({ minor }) => minor >= oldest);
}

function findKubectls(): readonly StockKubectl[] {
  const first = onPath.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const folders = [...new Set(first.map(dirname))];
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => fileName.test(name))
      .map((name) => join(folder, name)),
  );
  const byMinor = new Map<number, StockKubectl>();
  for (const path of paths) {
    const minor = minorOf(path);
    if (minor !== undefined && !byMinor.has(minor)) byMinor.set(minor, { path, minor });
  }
  return [...byMinor.values()].toSorted((a, b) => a.minor - b.minor);
}

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface KubectlOptions {
  readonly kubeconfig: string;
  /** Where kubectl keeps what it has discovered. */
  readonly home: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Lines of a kubectl that goes on until it is disposed (`get -w`, `logs -f`). */
export function followKubectl({ path }: StockKubectl, args: readonly string[], { kubeconfig, home }: KubectlOptions): Followed {
  const child = spawn(path, args, { argv0: 'kubectl', env: { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async () => (await lines.next()).value ?? '',
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
  };
}

export interface Followed extends AsyncDisposable {
  /** Empty when it has ended. */
  next(): Promise<string>;
}

/** Runs it to its end; a code other than 0 is no error here. */
export function runKubectl({ path }: StockKubectl, args: readonly string[], options: KubectlOptions): Promise<Printed> {
  const { kubeconfig, home, input = '', env = {} } = options;
  // It writes down under which name it was called (`--record`).
  const child = spawn(path, args, { argv0: 'kubectl', env: { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig, ...env } });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  child.stdin.end(input);
  const { promise, resolve, reject } = Promise.withResolvers<Printed>();
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? -1, ...printed }));
  return promise;
}

/** The lines of a printed table, its columns separated by `|`; the age at the end of a line, which differs each time, as `<age>`. */
export function tableRows(table: string): readonly string[] {
  return table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replaceAll(/\s{2,}/g, '|')
        .replace(/\d+m?\d*s$/, '<age>'),
    );
}
