import { expect, test } from 'vitest';
import { replicaSet } from '../api/kinds/apps/replica-set.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Live } from '../api/object.ts';
import { selectorOf } from '../api/selector.ts';
import type { Pod, ReplicaSet } from '../api/types.gen.ts';
import { MemoryClient } from '../testing/memory-client.ts';
import { claim, controllerOf, controllerReference } from './owner-references.ts';

const spec: Pod['spec'] = { containers: [{ name: 'main', image: 'nginx' }] };
const selector = { matchLabels: { app: 'web' } };

async function sandbox(metadata: object = {}) {
  const client = new MemoryClient();
  const owner = await client.create(replicaSet, { metadata: { name: 'web', namespace: 'default', ...metadata }, spec: { selector } });
  const make = (name: string, app: string, controller?: Live<ReplicaSet>) => {
    const ownerReferences = controller ? [controllerReference(replicaSet, controller)] : undefined;
    return client.create(podKind, { metadata: { name, namespace: 'default', labels: { app }, ownerReferences }, spec });
  };
  const claimed = async (candidates: readonly Live<Pod>[], by: Live<ReplicaSet> = owner) => {
    const mine = await claim({ client, ownerKind: replicaSet, owner: by, kind: podKind, selector: selectorOf(selector), candidates });
    return mine.map(({ metadata }) => metadata.name);
  };
  const controllerNow = async (name: string) => controllerOf(await client.get(podKind, { namespace: 'default', name }))?.name;
  return { client, owner, make, claimed, controllerNow };
}

test('orphans that the selector wants are adopted, and what it no longer wants is released', async () => {
  const { owner, make, claimed, controllerNow, client } = await sandbox();
  const other = await client.create(replicaSet, { metadata: { name: 'other', namespace: 'default' }, spec: { selector } });
  const candidates = [
    await make('mine', 'web', owner),
    await make('relabelled', 'mysql', owner),
    await make('orphan', 'web'),
    await make('stranger', 'mysql'),
    await make('others', 'web', other),
  ];
  expect(await claimed(candidates)).toEqual(['mine', 'orphan']);
  expect(await Promise.all(candidates.map(({ metadata }) => controllerNow(metadata.name)))).toEqual([
    'web',
    undefined,
    'web',
    undefined,
    'other',
  ]);
});

test('an owner that is being deleted adopts and releases nothing', async () => {
  const { owner, make, claimed, controllerNow, client } = await sandbox({ finalizers: ['test/hold'] });
  const orphan = await make('orphan', 'web');
  await client.delete(replicaSet, { namespace: 'default', name: 'web' });
  // The owner as the cache still shows it: only a fresh look tells.
  await expect(claimed([orphan])).rejects.toThrow('default/web has just been deleted at 2026-01-01T00:00:00Z');
  expect(await claimed([orphan], await client.get(replicaSet, owner.metadata))).toEqual([]);
  expect(await controllerNow('orphan')).toBeUndefined();
});

test('an owner that was replaced under its name adopts nothing', async () => {
  const { make, claimed, client } = await sandbox();
  const orphan = await make('orphan', 'web');
  await client.delete(replicaSet, { namespace: 'default', name: 'web' });
  await client.create(replicaSet, { metadata: { name: 'web', namespace: 'default' }, spec: { selector } });
  await expect(claimed([orphan])).rejects.toThrow('original ReplicaSet default/web is gone');
});

test('an orphan that is gone, or another under its name, is not counted', async () => {
  const { make, claimed, client } = await sandbox();
  const gone = await make('gone', 'web');
  const replaced = await make('replaced', 'web');
  await client.delete(podKind, { namespace: 'default', name: 'gone' });
  await client.delete(podKind, { namespace: 'default', name: 'replaced' });
  await make('replaced', 'web');
  expect(await claimed([gone, replaced])).toEqual([]);
});
