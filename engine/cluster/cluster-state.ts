/**
 * What a cluster is, on disk: `<data>/clusters/<name>/cluster.json` beside `pki/` and `store/`. It is written before anything is created, so that
 * whatever a crash leaves behind can be found and finished or deleted.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { HostError } from '../api/host-error.ts';

const nodeSchema = z.object({ name: z.string(), ip: z.string(), podCidr: z.string(), kubeletPort: z.number().int() });
const stateSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  driver: z.enum(['docker', 'simulated']),
  createdAt: z.string(),
  apiPort: z.number().int(),
  network: z.object({
    networkName: z.string(),
    clusterCidr: z.string(),
    gatewayIp: z.string(),
    serviceCidr: z.string(),
    dnsIp: z.string(),
  }),
  nodes: z.array(nodeSchema),
  /** Where the context was written, so that delete can take it out again. */
  kubeconfig: z.string().optional(),
  /** Whether the user wants it to run: a stop is remembered over restarts of the app. */
  stopped: z.boolean(),
});
export type ClusterState = z.infer<typeof stateSchema>;
export type NodeState = z.infer<typeof nodeSchema>;

export function defaultDataDirectory(): string {
  return join(homedir(), '.minato');
}

/** A cluster's own folder and the files in it. */
export function clusterPaths(dataDirectory: string, name: string) {
  const directory = join(dataDirectory, 'clusters', name);
  return {
    directory,
    state: join(directory, 'cluster.json'),
    pki: join(directory, 'pki'),
    store: join(directory, 'store'),
    log: join(directory, 'control-plane.log'),
  };
}

/** Kubernetes' rule for names of a label, short enough for node names and Docker names made of it. */
export function checkClusterName(name: string): void {
  if (name.length <= 40 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return;
  const message = `name: ${JSON.stringify(name)} is not a cluster name. Use at most 40 lower-case letters, digits and '-', starting with a letter, like "minato" or "test-2".`;
  throw new HostError('invalid-input', message, { params: { field: 'name', value: name } });
}

export async function readState(dataDirectory: string, name: string): Promise<ClusterState | undefined> {
  const file = clusterPaths(dataDirectory, name).state;
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent(dataDirectory, name);
    throw new HostError('data-unreadable', `${file} cannot be read: ${reasonOf(error)}. Restore it, or delete the cluster.`, {
      params: { path: file },
      cause: error,
    });
  }
}

/** It is written before all else and removed last: data without it has lost it. Throws HostError data-unreadable. */
function absent(dataDirectory: string, name: string): undefined {
  const { state: file, pki, store } = clusterPaths(dataDirectory, name);
  if (!existsSync(pki) && !existsSync(store)) return undefined;
  throw new HostError('data-unreadable', `${file} is missing beside the data of a cluster. Restore it, or delete the cluster.`, {
    params: { path: file },
  });
}

/** The first thing that is wrong, in one line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const [issue] = error.issues;
  return issue ? `${issue.path.map(String).join('.') || 'content'}: ${issue.message}` : error.message;
}

export async function writeState(dataDirectory: string, state: ClusterState): Promise<void> {
  const { directory, state: file } = clusterPaths(dataDirectory, state.name);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}

export async function removeState(dataDirectory: string, name: string): Promise<void> {
  const { directory, state } = clusterPaths(dataDirectory, name);
  // The state last: whoever is ended in the middle of this can be asked to delete it again.
  for (const entry of await readdir(directory).catch(() => []))
    if (join(directory, entry) !== state) await rm(join(directory, entry), { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
}

/** Names of all clusters that have a folder. */
export async function listClusterNames(dataDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(join(dataDirectory, 'clusters'), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
