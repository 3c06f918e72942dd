/** The storage that all nodes of a cluster share: one volume of the engine, mounted on every node. */
import { normalize } from 'node:path';
import type Docker from 'dockerode';
import { storageRoot } from '../api/storage.ts';
import { labelFilter, labels } from './labels.ts';

/** Removes a folder of it, by a node that runs. Throws where none does, or the folder is none of the storage's. */
export async function removeStorage(docker: Docker, cluster: string, path: string): Promise<void> {
  const place = normalize(path);
  if (!place.startsWith(`${storageRoot}/`)) throw new Error(`${path} is no folder of the cluster's storage`);
  const filters = labelFilter(cluster, { [labels.role]: 'node' });
  const [node] = await docker.listContainers({ filters });
  if (!node) throw new Error('no node runs that could remove the folder');
  const job = await docker.getContainer(node.Id).exec({ Cmd: ['rm', '-rf', '--', place], AttachStdout: true, AttachStderr: true });
  const output = await job.start({});
  output.resume();
  await new Promise((resolve, reject) => output.once('end', resolve).once('error', reject));
  const { ExitCode } = await job.inspect();
  if (ExitCode !== 0) throw new Error(`${place} could not be removed (rm ended with ${ExitCode})`);
}
