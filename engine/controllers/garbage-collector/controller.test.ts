import { expect, test } from 'vitest';
import type { Kind } from '../../api/kind.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import { lease as leaseKind } from '../../api/kinds/coordination/lease.ts';
import { configMap as configMapKind } from '../../api/kinds/core/config-map.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { OwnerReference, ReplicaSet } from '../../api/types.gen.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { garbageCollector } from './controller.ts';

const namespace = 'default';
const owner = (it: ControllerSandbox, name = 'owner'): Promise<Live<ReplicaSet>> =>
  it.client.create(replicaSetKind, { metadata: { name, namespace }, spec: { selector: { matchLabels: { x: 'y' } } } });
const reference = (of: Live<ReplicaSet>): OwnerReference => controllerReference(replicaSetKind as unknown as Kind, of);
const owned = (it: ControllerSandbox, name: string, ...ownerReferences: readonly OwnerReference[]) =>
  it.client.create(configMapKind, { metadata: { name, namespace, ownerReferences } });
const left = async (it: ControllerSandbox): Promise<readonly string[]> => {
  const lists = await Promise.all([it.client.list(replicaSetKind), it.client.list(configMapKind)]);
  return lists.flatMap(({ items }): readonly Live<KubeObject>[] => items).map(({ metadata }) => metadata.name);
};

test('what has lost its owner is deleted, with all that hangs on it; what has another owner only loses the reference', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const [first, second] = [await owner(it, 'first'), await owner(it, 'second')];
  await owned(it, 'only', reference(first));
  await owned(it, 'both', reference(first), { ...reference(second), controller: false });
  await owned(it, 'nobody');
  const middle = await it.client.create(replicaSetKind, {
    metadata: { name: 'middle', namespace, ownerReferences: [reference(first)] },
    spec: { selector: {} },
  });
  await owned(it, 'grandchild', reference(middle));
  await it.settle();
  await it.client.delete(replicaSetKind, { namespace, name: 'first' });
  await it.settle();
  expect(await left(it)).toEqual(['second', 'both', 'nobody']);
  const both = await it.client.get(configMapKind, { namespace, name: 'both' });
  expect(both.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['second']);
  expect(it.errors).toEqual([]);
});

test('an owner that never was, or another under its name, is asked for once at the server; unknown kinds are left alone', async () => {
  await using it = await controllerSandbox([garbageCollector], async (client) => {
    const there = await client.create(replicaSetKind, { metadata: { name: 'there', namespace }, spec: { selector: {} } });
    const uid = 'another';
    for (const name of ['a', 'b'])
      await client.create(configMapKind, { metadata: { name, namespace, ownerReferences: [{ ...reference(there), uid }] } });
    const strange = { apiVersion: 'example.com/v1', kind: 'Thing', name: 'thing', uid: 'thing' };
    await client.create(configMapKind, { metadata: { name: 'strange', namespace, ownerReferences: [strange] } });
  });
  await it.settle();
  expect(await left(it)).toEqual(['there', 'strange']);
  expect(it.client.calls.filter((call) => call.startsWith('get replicasets')).length).toBeLessThanOrEqual(2);
});

test('foreground: the owner waits for the dependents that block, and they for theirs', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const top = await owner(it, 'top');
  const middle = await it.client.create(replicaSetKind, {
    metadata: { name: 'middle', namespace, ownerReferences: [reference(top)] },
    spec: { selector: {} },
  });
  await it.client.create(configMapKind, {
    metadata: { name: 'leaf', namespace, finalizers: ['test/hold'], ownerReferences: [reference(middle)] },
  });
  await it.settle();
  await it.client.delete(replicaSetKind, { namespace, name: 'top' }, { propagationPolicy: 'Foreground' });
  await it.settle();
  expect(await left(it)).toEqual(['middle', 'top', 'leaf']);
  await it.client.patch(configMapKind, { namespace, name: 'leaf' }, { type: 'merge', patch: { metadata: { finalizers: [] } } });
  await it.settle();
  expect(await left(it)).toEqual([]);
});

test('orphan: the dependents stay and forget their owner', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  await owned(it, 'child', reference(await owner(it)));
  await it.settle();
  await it.client.delete(replicaSetKind, { namespace, name: 'owner' }, { propagationPolicy: 'Orphan' });
  await it.settle();
  expect(await left(it)).toEqual(['child']);
  expect((await it.client.get(configMapKind, { namespace, name: 'child' })).metadata.ownerReferences ?? []).toEqual([]);
});

/** a ← b ← c ← a: each is owned by the one before, and the first by the last. */
async function circle(it: ControllerSandbox): Promise<void> {
  const make = (name: string, ...ownerReferences: readonly OwnerReference[]) =>
    it.client.create(replicaSetKind, { metadata: { name, namespace, ownerReferences }, spec: { selector: {} } });
  const a = await make('a');
  const b = await make('b', reference(a));
  const c = await make('c', reference(b));
  await it.client.patch(
    replicaSetKind,
    { namespace, name: 'a' },
    { type: 'merge', patch: { metadata: { ownerReferences: [{ ...reference(c) }] } } },
  );
  await it.settle();
}

test.each(['Foreground', 'Background'] as const)('of objects that own each other in a circle none stays: %s', async (propagationPolicy) => {
  await using it = await controllerSandbox([garbageCollector]);
  await circle(it);
  expect(await left(it)).toEqual(['a', 'b', 'c']);
  await it.client.delete(replicaSetKind, { namespace, name: 'a' }, { propagationPolicy });
  await it.settle();
  expect(await left(it)).toEqual([]);
  expect(it.errors).toEqual([]);
});

test('an owner in another namespace owns nothing: the dependent goes, and an event says why', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const elsewhere = await it.client.create(replicaSetKind, { metadata: { name: 'owner', namespace: 'other' }, spec: { selector: {} } });
  await it.settle();
  await owned(it, 'child', reference(elsewhere));
  await it.settle();
  expect(await left(it)).toEqual(['owner']);
  const identity = `[apps/v1/ReplicaSet, namespace: default, name: owner, uid: ${elsewhere.metadata.uid}]`;
  expect(await it.events()).toEqual([`OwnerRefInvalidNamespace: ownerRef ${identity} does not exist in namespace "default"`]);
});

test('what is in no namespace cannot be owned by what is in one: it stays, and an event says so', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const of = await owner(it);
  await it.settle();
  await it.client.create(nodeKind, { metadata: { name: 'minato', ownerReferences: [reference(of)] }, spec: {} });
  await it.settle();
  expect((await it.client.list(nodeKind)).items.length).toBe(1);
  expect((await it.events()).map((line) => line.split(':')[0])).toEqual(['OwnerRefInvalidNamespace']);
});

test('as long as one owner is of a kind that is not served, nothing is decided', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const strange = { apiVersion: 'example.com/v1', kind: 'Thing', name: 'thing', uid: 'thing' };
  const of = await owner(it);
  await owned(it, 'child', reference(of), strange);
  await it.settle();
  await it.client.delete(replicaSetKind, { namespace, name: 'owner' });
  await it.settle();
  expect(await left(it)).toEqual(['child']);
  const child = await it.client.get(configMapKind, { namespace, name: 'child' });
  expect(child.metadata.ownerReferences?.length).toBe(2);
});

test('a dependent that does not block goes with its owner, and the owner does not wait for it', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const of = await owner(it);
  const patient = { ...reference(of), blockOwnerDeletion: false };
  await it.client.create(configMapKind, { metadata: { name: 'held', namespace, finalizers: ['test/hold'], ownerReferences: [patient] } });
  await it.settle();
  await it.client.delete(replicaSetKind, { namespace, name: 'owner' }, { propagationPolicy: 'Foreground' });
  await it.settle();
  expect(await left(it)).toEqual(['held']);
  expect((await it.client.get(configMapKind, { namespace, name: 'held' })).metadata.deletionTimestamp).toBeDefined();
});

test('what is in a namespace may be owned by what is in none', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const node = await it.client.create(nodeKind, { metadata: { name: 'minato' }, spec: {} });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'minato', uid: node.metadata.uid }];
  await it.client.create(leaseKind, { metadata: { name: 'minato', namespace: 'kube-node-lease', ownerReferences }, spec: {} });
  await it.settle();
  expect((await it.client.list(leaseKind)).items.length).toBe(1);
  await it.client.delete(nodeKind, { name: 'minato' });
  await it.settle();
  expect((await it.client.list(leaseKind)).items).toEqual([]);
});

test('two thousand dependents ask for nothing and go', async () => {
  await using it = await controllerSandbox([garbageCollector]);
  const of = await owner(it);
  for (let index = 0; index < 2000; index++) await owned(it, `child-${index}`, reference(of));
  await it.settle();
  const before = it.client.calls.length;
  await it.client.delete(replicaSetKind, { namespace, name: 'owner' });
  await it.settle();
  const calls = it.client.calls.slice(before).map((call) => call.split(' ').slice(0, 2).join(' '));
  expect(Object.fromEntries(Object.entries(Object.groupBy(calls, (call) => call)).map(([call, all]) => [call, all?.length]))).toEqual({
    'delete replicasets': 1,
    'delete configmaps': 2000,
  });
  expect(it.clock.pending).toBe(0);
});
