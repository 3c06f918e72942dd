/**
 * Upstream's own programs, built here by package name with the ordinary `go` command, into `build/upstream/`. `go.mod` and its two siblings name the versions; none of
 * their source enters this repository. Go is needed for this alone.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
/** Where the programs and what is made of them lie; ignored by git. */
export const folder = fileURLToPath(new URL('../../build/upstream/', import.meta.url));

interface Tool {
  readonly package: string;
  /** The folder of the go.mod that names its version, seen from here. */
  readonly module: string;
  /** `go test -c` makes it. */
  readonly isTest?: boolean;
}
const kubernetes = (path: string): Tool => ({ package: `k8s.io/kubernetes/${path}`, module: '.' });

export const tools = {
  'kube-apiserver': kubernetes('cmd/kube-apiserver'),
  'kube-controller-manager': kubernetes('cmd/kube-controller-manager'),
  'kube-scheduler': kubernetes('cmd/kube-scheduler'),
  kubectl: kubernetes('cmd/kubectl'),
  agnhost: kubernetes('test/images/agnhost'),
  'e2e.test': { ...kubernetes('test/e2e'), isTest: true },
  ginkgo: { package: 'github.com/onsi/ginkgo/v2/ginkgo', module: '.' },
  'sample-apiserver': { package: 'k8s.io/sample-apiserver', module: '.' },
  coredns: { package: 'github.com/coredns/coredns', module: 'coredns' },
  etcd: { package: 'go.etcd.io/etcd/server/v3', module: 'etcd' },
  helm: { package: 'helm.sh/helm/v4/cmd/helm', module: 'clients' },
  stern: { package: 'github.com/stern/stern', module: 'clients' },
  k9s: { package: 'github.com/derailed/k9s', module: 'clients' },
} satisfies Readonly<Record<string, Tool>>;
export type ToolName = keyof typeof tools;

export const pathOf = (name: ToolName): string => join(folder, name);

/** Builds what is missing or was built from other versions, one after the other, and says how long each took. Throws in one line where there is no Go. */
export async function ensureTools(names: readonly ToolName[], say: (line: string) => void): Promise<void> {
  const version = await goVersion();
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const tool: Tool = tools[name];
    const stamp = join(folder, `${name}.version`);
    const wanted = await versionOf(tool, version);
    if (existsSync(pathOf(name)) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) continue;
    say(`building ${name} (${tool.package}); the first time this takes minutes …`);
    const began = performance.now();
    await go(join(here, tool.module), [
      ...(tool.isTest ? ['test', '-c'] : ['build']),
      ...['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', pathOf(name), tool.package],
    ]);
    await writeFile(stamp, wanted);
    say(`built ${name} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

/** The folder of the Go module cache that holds the module's files. */
export async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: here });
  return stdout.trim();
}

/** `v1.37.2` */
export async function kubernetesVersion(): Promise<string> {
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Version}}', 'k8s.io/kubernetes'], { cwd: here });
  return stdout.trim();
}

async function goVersion(): Promise<string> {
  try {
    return (await run('go', ['env', 'GOVERSION'])).stdout.trim();
  } catch {
    throw new Error(
      'This needs Go (https://go.dev/dl/), as upstream’s own programs are built from their modules. Nothing else in Minato does.',
    );
  }
}

async function versionOf(tool: Tool, compiler: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([compiler, tool]));
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(here, tool.module, file)));
  return hash.digest('hex');
}

function go(directory: string, words: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn('go', words, { cwd: directory, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', reject);
  child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`go ${words.join(' ')} ended with ${code}; see above`))));
  return promise;
}
