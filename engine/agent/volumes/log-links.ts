/**
 * Where log collectors look for the logs of a node: `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<attempt>.log` and `/var/log/containers/…`. The files themselves
 * are the engine's, so these are links to `/var/lib/docker/containers`, which a collector mounts beside, as it was with every kubelet on Docker.
 * Upstream: dockershim's createContainerLogSymlink, pkg/kubelet/kuberuntime/legacy.go.
 */
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PodIdentity } from '../runtime/runtime.ts';

export const engineLogs = '/var/lib/docker/containers';
const podLogs = '/var/log/pods';
const containerLogs = '/var/log/containers';

export interface LogOf {
  readonly pod: PodIdentity;
  readonly container: string;
  readonly attempt: number;
  /** The engine's id of the container. */
  readonly id: string;
}

/** `root` is the node's file system as the agent sees it. Only the last two attempts keep their logs. */
export async function linkLog(root: string, { pod, container, attempt, id }: LogOf): Promise<void> {
  const own = `${podLogs}/${pod.namespace}_${pod.name}_${pod.uid}/${container}`;
  await mkdir(join(root, own), { recursive: true, mode: 0o755 });
  await mkdir(join(root, containerLogs), { recursive: true, mode: 0o755 });
  await rm(join(root, own, `${attempt - 2}.log`), { force: true });
  await link(`${engineLogs}/${id}/${id}-json.log`, join(root, own, `${attempt}.log`));
  const before = (await readdir(join(root, containerLogs))).filter((name) => name.startsWith(`${prefixOf(pod)}${container}-`));
  for (const name of before) await rm(join(root, containerLogs, name), { force: true });
  await link(`${own}/${attempt}.log`, join(root, containerLogs, `${prefixOf(pod)}${container}-${id}.log`));
}

/** All of a pod's that is gone. */
export async function unlinkLogs(root: string, uid: string): Promise<void> {
  const folders = await readdir(join(root, podLogs)).catch(() => []);
  const folder = folders.find((name) => name.endsWith(`_${uid}`));
  if (folder === undefined) return;
  const [namespace = '', name = ''] = folder.split('_');
  const links = await readdir(join(root, containerLogs)).catch(() => []);
  for (const one of links) if (one.startsWith(prefixOf({ name, namespace }))) await rm(join(root, containerLogs, one), { force: true });
  await rm(join(root, podLogs, folder), { recursive: true, force: true });
}

/** Neither part can have an underscore. */
const prefixOf = ({ name, namespace }: Pick<PodIdentity, 'name' | 'namespace'>): string => `${name}_${namespace}_`;

async function link(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}
