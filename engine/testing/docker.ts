/** Docker, as a person at a terminal uses it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function docker(...words: readonly string[]): Promise<string> {
  return (await run('docker', [...words], { maxBuffer: 16 * 1024 * 1024 })).stdout.trim();
}

/** Everything of a cluster that the engine still has, by its label. */
export async function dockerLeftovers(cluster: string): Promise<readonly string[]> {
  const filter = `label=io.minato.cluster=${cluster}`;
  const lists = await Promise.all([
    docker('ps', '-aq', '--filter', filter),
    docker('network', 'ls', '-q', '--filter', filter),
    docker('volume', 'ls', '-q', '--filter', filter),
  ]);
  return lists.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}
