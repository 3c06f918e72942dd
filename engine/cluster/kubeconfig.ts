/**
 * Merges a cluster into the user's kubeconfig and takes it out again. The file belongs to the user: it is replaced in one step under kubectl's own
 * lock (`<file>.lock`), everything else in it is kept, and a file that cannot be read as a kubeconfig is left as it is.
 * Upstream: k8s.io/client-go/tools/clientcmd (ModifyConfig, lockFile).
 */
import { access, constants, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { dump, load } from 'js-yaml';
import writeFileAtomic from 'write-file-atomic';
import { HostError } from '../api/host-error.ts';

export interface KubeconfigEntry {
  /** Name of the cluster, the user and the context. */
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}
interface Named {
  readonly name: string;
}
interface Kubeconfig {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusters: readonly Named[];
  readonly users: readonly Named[];
  readonly contexts: readonly (Named & { readonly context?: { readonly cluster?: string; readonly namespace?: string } })[];
  readonly 'current-context': string;
}

/** The file kubectl would write: the first existing of KUBECONFIG, else its last, else `~/.kube/config`. */
export async function defaultKubeconfigPath(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const listed = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  for (const path of listed) if (await exists(path)) return path;
  return listed.at(-1) ?? join(homedir(), '.kube', 'config');
}

/** Adds or refreshes the entry and makes its context the current one; a namespace that the user chose for the context is kept. */
export function mergeKubeconfig(path: string, entry: KubeconfigEntry): Promise<void> {
  return modify(path, (config) => {
    const encode = (pem: string): string => Buffer.from(pem).toString('base64');
    const cluster = { name: entry.name, cluster: { server: entry.server, 'certificate-authority-data': encode(entry.caPem) } };
    const user = {
      name: entry.name,
      user: { 'client-certificate-data': encode(entry.certificatePem), 'client-key-data': encode(entry.keyPem) },
    };
    const namespace = config.contexts.find(({ name }) => name === entry.name)?.context?.namespace;
    const context = {
      name: entry.name,
      context: { cluster: entry.name, user: entry.name, ...(namespace === undefined ? {} : { namespace }) },
    };
    return {
      ...config,
      clusters: replaced(config.clusters, cluster),
      users: replaced(config.users, user),
      contexts: replaced(config.contexts, context),
      'current-context': entry.name,
    };
  });
}

/** Removes what `mergeKubeconfig` added; a file that is not there is fine. */
export async function removeFromKubeconfig(path: string, name: string): Promise<void> {
  if (!(await exists(path))) return;
  await modify(path, (config) => ({
    ...config,
    clusters: config.clusters.filter((item) => item.name !== name),
    users: config.users.filter((item) => item.name !== name),
    contexts: config.contexts.filter((item) => item.name !== name),
    'current-context': config['current-context'] === name ? '' : config['current-context'],
  }));
}

function replaced<T extends Named>(items: readonly T[], item: T): readonly T[] {
  return items.some(({ name }) => name === item.name) ? items.map((old) => (old.name === item.name ? item : old)) : [...items, item];
}

async function modify(path: string, change: (config: Kubeconfig) => Kubeconfig): Promise<void> {
  const unlock = await lock(path);
  try {
    const { text, mode } = await readCurrent(path);
    const config = parse(path, text);
    const next = change(config);
    // Files under version control or dotfile managers are links: write through them, not over them.
    const target = text === undefined ? path : await realpath(path);
    await write(target, dump(next, { lineWidth: -1, noRefs: true }), mode);
  } finally {
    await unlock();
  }
}

async function readCurrent(path: string): Promise<{ readonly text: string | undefined; readonly mode: number }> {
  try {
    const { mode } = await stat(path);
    await access(path, constants.R_OK | constants.W_OK);
    return { text: await readFile(path, 'utf8'), mode: mode & 0o777 };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return { text: undefined, mode: 0o600 };
    if (code === 'EACCES' && (await isReadable(path))) throw readOnly(path, error);
    if (code === 'EROFS' || code === 'EPERM') throw readOnly(path, error);
    throw new HostError(
      'kubeconfig-unreadable',
      `${path} cannot be read (${code}). It was left as it is. Mend its permissions, or name another file with --kubeconfig.`,
      { params: { path }, cause: error },
    );
  }
}
async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
function readOnly(path: string, cause: unknown): HostError {
  return new HostError(
    'kubeconfig-read-only',
    `${path} may not be written. It was left as it is. Make it writable, or name another file with --kubeconfig.`,
    { params: { path }, cause },
  );
}
function malformed(path: string, reason: string, cause?: unknown): HostError {
  const message = `${path} is not a kubeconfig: ${reason}. It was left as it is. Mend it, or name another file with --kubeconfig.`;
  return new HostError('kubeconfig-malformed', message, { params: { path, reason }, cause });
}

function parse(path: string, text: string | undefined): Kubeconfig {
  const empty: Kubeconfig = { apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [], 'current-context': '' };
  if (text === undefined || text.trim() === '') return empty;
  const value = parseYaml(path, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(path, 'it holds no mapping');
  const config = value as Record<string, unknown>;
  if (config.kind !== undefined && config.kind !== 'Config')
    throw malformed(path, `its kind is ${JSON.stringify(config.kind)}, not "Config"`);
  for (const list of ['clusters', 'users', 'contexts']) checkNamedList(path, list, config[list]);
  const lists = { clusters: config.clusters ?? [], users: config.users ?? [], contexts: config.contexts ?? [] };
  // Checked above; fields that we do not know are carried along as they are.
  return { ...empty, ...config, ...lists, 'current-context': config['current-context'] ?? '' } as Kubeconfig;
}
function parseYaml(path: string, text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw malformed(path, (error as Error).message.split('\n')[0] ?? '', error);
  }
}
function checkNamedList(path: string, field: string, list: unknown): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) throw malformed(path, `"${field}" is not a list`);
  if (!list.every((item) => typeof item === 'object' && item !== null && typeof item.name === 'string'))
    throw malformed(path, `an item of "${field}" has no name`);
}

async function write(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFileAtomic(path, text, { mode });
  } catch (error) {
    throw readOnly(path, error);
  }
}

const lockAttempts = 50;
const lockWaitMs = 100;
/** The lock file kubectl takes too; one that is older than a minute was left by a crash. */
async function lock(path: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw readOnly(path, error);
  });
  for (let attempt = 0; attempt < lockAttempts; attempt++) {
    try {
      await (await open(file, 'wx', 0o600)).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw readOnly(path, error);
      await dropStale(file);
      await new Promise((resolve) => setTimeout(resolve, lockWaitMs));
    }
  }
  throw new HostError('kubeconfig-read-only', `${file} is held by another program. Delete it if none is running.`, {
    params: { path: file },
  });
}
async function dropStale(file: string): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  if (info && Date.now() - info.mtimeMs > 60_000) await rm(file, { force: true });
}
function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
