/** A data folder that is deleted while its cluster's containers run: nothing is left that cannot be seen and removed. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { docker } from '../testing/docker.ts';
import { finish, ownHost, testManager } from '../testing/test-cluster.ts';
import { openClusterManager } from './open-cluster-manager.ts';

test('what a lost data folder leaves on the engine is listed, named when its name is used again, and removed by delete', async () => {
  const name = `test-${randomBytes(3).toString('hex')}`;
  const host = ownHost();
  await using first = await testManager(process.env, host);
  await finish(await first.manager.start({ name, nodes: 1, driver: 'docker' }));
  await first.manager[Symbol.asyncDispose]();
  await rm(first.dataDirectory, { recursive: true });

  const { dataDirectory, kubeconfig } = first;
  await using manager = await openClusterManager({ dataDirectory, kubeconfig, environment: process.env, log: () => undefined, host });
  const own = async () => (await manager.list()).filter((cluster) => cluster.name === name);
  expect(await own()).toMatchObject([{ name, phase: 'lost', nodes: [name] }]);
  await expect(manager.start({ name, nodes: 1, driver: 'docker' })).rejects.toMatchObject({
    code: 'cluster-lost',
    message: expect.stringContaining(`container minato-${name}-${name}`),
  });
  await finish(await manager.delete(name));
  expect(await own()).toEqual([]);
  const filter = ['--filter', `label=io.minato.cluster=${name}`, '-q'];
  const left = await Promise.all([docker('ps', '-a', ...filter), docker('network', 'ls', ...filter), docker('volume', 'ls', ...filter)]);
  expect(left).toEqual(['', '', '']);
});
