import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineCluster, NodeProvider } from '../nodes/node-provider.ts';
import { simulatedProvider } from '../nodes/simulated.ts';
import { clusterPaths } from './cluster-state.ts';
import { lostClusters } from './lost-clusters.ts';

const cluster = (name: string, more: Partial<EngineCluster> = {}): EngineCluster => ({
  name,
  home: undefined,
  nodes: [name],
  ...more,
});
/** What an engine holds is told, not made: the real one is in lost-cluster.test.ts. */
const engineWith = (found: () => Promise<readonly EngineCluster[]>): NodeProvider => ({ ...simulatedProvider(), clusters: found });

test('lost is what has no folder where it says that it has one; what is another computer’s is not, nor what says nothing', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'minato-lost-'));
  const elsewhere = await mkdtemp(join(tmpdir(), 'minato-lost-'));
  try {
    await mkdir(clusterPaths(dataDirectory, 'mine').directory, { recursive: true });
    await mkdir(clusterPaths(elsewhere, 'another').directory, { recursive: true });
    const home = (directory: string, host = 'here') => ({ home: { host, directory } });
    const provider = engineWith(async () => [
      cluster('mine', home(dataDirectory)),
      cluster('another', home(elsewhere)),
      cluster('gone', home(elsewhere)),
      cluster('far', home('/data', 'there')),
      cluster('old'),
    ]);
    const lost = await lostClusters({ provider, host: 'here', dataDirectory });
    expect(lost.map(({ name }) => name)).toEqual(['gone']);
  } finally {
    for (const folder of [dataDirectory, elsewhere]) await rm(folder, { recursive: true });
  }
});

test('an engine that does not answer has nothing to tell', async () => {
  const provider = engineWith(() => Promise.reject(new Error('no engine')));
  expect(await lostClusters({ provider, host: 'here', dataDirectory: '/nowhere' })).toEqual([]);
});
