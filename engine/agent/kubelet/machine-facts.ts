/** What is known of the machine under the node, from the engine and from the node's own files. */
import { createHash } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import type { AgentConfig } from '../config.ts';
import type { RuntimeInfo } from '../runtime/runtime.ts';
import type { MachineFacts } from './node-status.ts';

export async function machineFacts(config: AgentConfig, runtime: RuntimeInfo): Promise<MachineFacts> {
  const [storage, boot, release] = await Promise.all([
    statfs(config.stateDir),
    text('/proc/sys/kernel/random/boot_id'),
    text('/etc/os-release'),
  ]);
  const id = machineId(config);
  return {
    runtime,
    storageBytes: storage.blocks * storage.bsize,
    machineId: id,
    systemUuid: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    bootId: boot.trim(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? runtime.osImage,
  };
}
/** Several nodes share a machine: each is told apart by its name, and keeps its id for good. The same is in the node's /etc/machine-id. */
export function machineId({ cluster, nodeName }: Pick<AgentConfig, 'cluster' | 'nodeName'>): string {
  return createHash('sha256').update(`${cluster}/${nodeName}`).digest('hex').slice(0, 32);
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
