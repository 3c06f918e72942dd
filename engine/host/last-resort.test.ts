import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configMap } from '../api/kinds/core/config-map.ts';
import { testCluster } from '../testing/test-cluster.ts';
import { crashFile, installLastResort } from './last-resort.ts';

test('an error that nothing caught is written down, and the control plane is there again with all that it had acknowledged', async () => {
  await using cluster = await testCluster();
  const process = new EventEmitter();
  const told = new EventEmitter();
  let nowMs = 0;
  installLastResort({ process, manager: cluster.manager, now: () => nowMs, log: () => undefined, giveUp: () => told.emit('gave up') });
  const metadata = { name: 'kept', namespace: 'default' };
  await cluster.client.create(configMap, { metadata });
  const before = await cluster.manager.running(cluster.name).then(({ controlPlane }) => controlPlane);

  const back = new Promise<void>((resolve) => {
    cluster.manager.subscribe((event) => event.type === 'operation' && event.operation.state === 'done' && resolve());
  });
  process.emit('unhandledRejection', new Error('Commit failed'));
  await back;
  const { controlPlane } = await cluster.manager.running(cluster.name);
  expect(controlPlane).not.toBe(before);
  expect((await controlPlane.client.get(configMap, metadata)).metadata.name).toBe('kept');
  expect(await readFile(crashFile(cluster.dataDirectory), 'utf8')).toMatch(/^1970-01-01T00:00:00.000Z Error: Commit failed\n/);

  const gaveUp = once(told, 'gave up');
  for (let times = 0; times < 3; times++) process.emit('uncaughtException', new Error('again'));
  await gaveUp;
  nowMs += 1;
});
