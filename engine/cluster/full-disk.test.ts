/** A running cluster whose disk runs full: what the window and whoever started it are told. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { configMap } from '../api/kinds/core/config-map.ts';
import { canMountDisk, smallDisk } from '../testing/small-disk.ts';
import { testCluster } from '../testing/test-cluster.ts';

test.runIf(canMountDisk)('a full disk is told of while it refuses writes, and no longer', async () => {
  using disk = smallDisk(24);
  // Where the test's data folder is made.
  vi.stubEnv('TMPDIR', disk.folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using cluster = await testCluster();
  const { manager, client, name, log } = cluster;
  const create = (index: number) => client.create(configMap, { metadata: { name: `c-${index}`, namespace: 'default' } });
  const told = async () => (await manager.list()).map(({ phase, refusal }) => [phase, refusal?.code]);
  await create(0);
  expect(await told()).toEqual([['running', undefined]]);

  let changes = 0;
  onTestFinished(manager.subscribe((event) => void (event.type === 'clusters' && changes++)));
  await writeFile(join(disk.folder, 'others'), Buffer.alloc(32 * 1024 * 1024)).catch(() => undefined);
  await expect(create(1)).rejects.toThrow(/is full; free some space there/);
  expect(await told()).toEqual([['running', 'disk-full']]);
  expect(log.filter((line) => line.startsWith(`${name}: the disk that holds`))).toHaveLength(1);

  disk.resize(96);
  // Nothing need be written for it.
  await expect.poll(told, { timeout: 10_000 }).toEqual([['running', undefined]]);
  await create(2);
  expect(changes).toBe(2);
});
