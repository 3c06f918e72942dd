/**
 * Merges a cluster into the user's kubeconfig and takes it out again. The file belongs to the user: it is replaced in one step under kubectl's own
 * lock (`<file>.lock`), everything else in it is kept to the letter, comments too, and a file that cannot be read as a kubeconfig is left as it is.
 * Upstream: k8s.io/client-go/tools/clientcmd (ModifyConfig, lockFile).
 */
import { access, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { Document, isMap, isScalar, isSeq, parseDocument, type Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { HostError } from '../api/host-error.ts';

export interface KubeconfigEntry {
  /** Name of the cluster, the user and the context. */
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
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
    const { name, server } = entry;
    const encode = (pem: string): string => Buffer.from(pem).toString('base64');
    put(config, 'clusters', { name, cluster: { server, 'certificate-authority-data': encode(entry.caPem) } });
    put(config, 'users', {
      name,
      user: { 'client-certificate-data': encode(entry.certificatePem), 'client-key-data': encode(entry.keyPem) },
    });
    const namespace = namespaceOf(config, name);
    put(config, 'contexts', { name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } });
    config.set('current-context', text(name));
  });
}

/** Removes what `mergeKubeconfig` added; a file that is not there is fine. */
export async function removeFromKubeconfig(path: string, name: string): Promise<void> {
  if (!(await exists(path))) return;
  await modify(path, (config) => {
    for (const list of lists) {
      const items = config.get(list);
      if (isSeq(items)) items.items = items.items.filter((item) => nameOf(item) !== name);
    }
    if (config.get('current-context') === name) config.set('current-context', text(''));
  });
}

const lists = ['clusters', 'users', 'contexts'] as const;
type List = (typeof lists)[number];

function put(config: Document, list: List, item: Readonly<Record<string, unknown>>): void {
  const items = itemsOf(config, list);
  // A list that was empty is best written as the others are, line by line.
  if (items.items.length === 0) items.flow = false;
  const node = nodeOf(item);
  const at = items.items.findIndex((old) => nameOf(old) === item.name);
  if (at < 0) items.add(node);
  else items.items[at] = node;
}
function itemsOf(config: Document, list: List): YAMLSeq {
  const items = config.get(list);
  if (isSeq(items)) return items;
  const none = new YAMLSeq();
  config.set(list, none);
  return none;
}
function nodeOf(value: Readonly<Record<string, unknown>>): YAMLMap {
  const map = new YAMLMap();
  for (const [key, item] of Object.entries(value))
    map.set(key, typeof item === 'object' && item !== null ? nodeOf(item as Record<string, unknown>) : text(String(item)));
  return map;
}
/** `null`, `yes` and their like are names of clusters too, and would mean something else without quotes. */
function text(value: string): Scalar<string> {
  const scalar = new Document(value).contents as Scalar<string>;
  if (value === '' || /^(null|true|false|yes|no|on|off|[yn~])$/i.test(value)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
function nameOf(item: unknown): string | undefined {
  const name = isMap(item) ? item.get('name') : undefined;
  return typeof name === 'string' ? name : undefined;
}
function namespaceOf(config: Document, name: string): string | undefined {
  const items = config.get('contexts');
  const context = isSeq(items) ? items.items.find((item) => nameOf(item) === name) : undefined;
  const namespace = isMap(context) ? context.getIn(['context', 'namespace']) : undefined;
  return typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
}

async function modify(path: string, change: (config: Document) => void): Promise<void> {
  const unlock = await lock(path);
  try {
    const { content, mode } = await readCurrent(path);
    const config = parse(path, content ?? '');
    change(config);
    // Files under version control or dotfile managers are links: write through them, not over them.
    const target = content === undefined ? path : await realpath(path);
    const indentSeq = /^(clusters|users|contexts):[^\n]*\n +- /m.test(content ?? '');
    await write(target, config.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false }), mode);
  } finally {
    await unlock();
  }
}

/** Asked by opening it, as who really acts: what `access` answers is about somebody else where a program runs in another's name. */
async function readCurrent(path: string): Promise<{ readonly content: string | undefined; readonly mode: number }> {
  try {
    const { mode } = await stat(path);
    const content = await readFile(path, 'utf8');
    await checkWritable(path);
    return { content, mode: mode & 0o777 };
  } catch (error) {
    if (error instanceof HostError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return { content: undefined, mode: 0o600 };
    throw new HostError(
      'kubeconfig-unreadable',
      `${path} cannot be read (${code}). It was left as it is. Mend its permissions, or name another file with --kubeconfig.`,
      { params: { path }, cause: error },
    );
  }
}
async function checkWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'r+')).close();
  } catch (error) {
    throw readOnly(path, error);
  }
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

/** Every plain word stays what it is, as YAML's failsafe schema has it: what kubectl takes `yes` or `0777` for is kubectl's affair. */
function parse(path: string, content: string): Document {
  const config: Document = parseDocument(content, { schema: 'failsafe' });
  const [error] = config.errors;
  if (error) throw malformed(path, (error.message.split('\n')[0] ?? '').replace(/:$/, ''), error);
  if (config.contents === null || (isScalar(config.contents) && isNull(config.contents.value))) return fresh(config);
  if (!isMap(config.contents)) throw malformed(path, 'it holds no mapping');
  const kind = config.get('kind');
  if (kind !== undefined && kind !== 'Config') throw malformed(path, `its kind is ${JSON.stringify(kind)}, not "Config"`);
  for (const list of lists) checkNamedList(path, list, config.get(list));
  return config;
}
function fresh(config: Document): Document {
  const contents = new YAMLMap();
  contents.set('apiVersion', 'v1');
  contents.set('kind', 'Config');
  config.contents = contents;
  return config;
}
function isNull(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || value === '~' || (typeof value === 'string' && value.toLowerCase() === 'null')
  );
}
function checkNamedList(path: string, field: string, list: unknown): void {
  if (isNull(list)) return;
  if (!isSeq(list)) throw malformed(path, `"${field}" is not a list`);
  if (list.items.some((item) => nameOf(item) === undefined)) throw malformed(path, `an item of "${field}" has no name`);
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
