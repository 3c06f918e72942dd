import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conflict, notFound } from '../api/errors.ts';
import { keyOf, type Live } from '../api/object.ts';
import type { Binding, Namespace, Node, PersistentVolumeClaim, Pod, PodCondition, ReplicaSet, Service } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import { testClock } from '../testing/clock.ts';
import { live, node, on, pod } from '../testing/scheduling.ts';
import { testCache } from '../testing/test-cache.ts';
import { startScheduler } from './scheduler.ts';

/** As much of the API as the scheduler uses, answering one turn of the event loop later; the caches see what it writes. */
function setUp() {
  const clock = testClock();
  const caches = {
    pods: testCache<Pod>(),
    nodes: testCache<Node>(),
    services: testCache<Service>(),
    replicaSets: testCache<ReplicaSet>(),
    namespaces: testCache<Namespace>(),
    claims: testCache<PersistentVolumeClaim>(),
  };
  const events: string[] = [];
  const errors: unknown[] = [];
  const api = { bindings: 0, refuse: undefined as Error | undefined };
  const unused = (): never => {
    throw new Error('not part of this double');
  };
  const client: Client = {
    get: unused,
    list: unused,
    create: unused,
    update: unused,
    delete: unused,
    watch: unused,
    async patch(_, key, { patch }, options) {
      await immediate();
      const known = caches.pods.get(`${key.namespace}/${key.name}`);
      if (!known) throw notFound({ group: '', plural: 'pods' }, key.name);
      if (options?.subresource !== 'status') throw new Error('only the status is patched');
      // The shape that markUnschedulable sends.
      const { status } = patch as { readonly status: { readonly conditions: readonly PodCondition[] } };
      const next = { ...known, status: { ...known.status, ...status } };
      caches.pods.set(next);
      return next as never;
    },
    async request({ path, body }) {
      await immediate();
      const { metadata, target } = body as Binding;
      const known = caches.pods.get(keyOf({ metadata }));
      if (!known || known.metadata.uid !== metadata.uid) throw notFound({ group: '', plural: 'pods' }, metadata.name ?? '');
      if (path !== `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/binding`) throw new Error(`wrong path ${path}`);
      if (api.refuse) throw api.refuse;
      api.bindings++;
      caches.pods.set(on(target.name ?? '', known));
      return { kind: 'Status' };
    },
  };
  const scheduler = startScheduler({
    client,
    caches,
    clock,
    random: () => 0,
    yieldTurn: () => immediate(),
    onError: (cause) => errors.push(cause),
    events: { event: (object, type, reason, message) => events.push(`${type} ${reason} ${keyOf(object)}: ${message}`) },
  });
  return { clock, caches, events, errors, api, scheduler };
}

/** Resolves when the pod satisfies `done`. */
function until({ caches }: World, key: string, done: (one: Live<Pod>) => boolean): Promise<Live<Pod>> {
  return new Promise((resolve) => {
    const look = (): void => {
      const one = caches.pods.get(key);
      if (!one || !done(one)) return;
      end();
      resolve(one);
    };
    const end = caches.pods.subscribe(look);
    look();
  });
}
const isBound = (one: Live<Pod>): boolean => one.spec.nodeName !== undefined;
const condition = (one: Live<Pod>): PodCondition | undefined => one.status?.conditions?.find(({ type }) => type === 'PodScheduled');
const isRefused = (one: Live<Pod>): boolean => condition(one)?.status === 'False';

type World = ReturnType<typeof setUp>;

describe('the scheduler', () => {
  let world: World;
  beforeEach(() => {
    world = setUp();
  });
  afterEach(async () => {
    await world.scheduler[Symbol.asyncDispose]();
    expect(world.errors).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it('binds a pod and says so', async () => {
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(pod('nginx'));
    await until(world, 'default/nginx', isBound);
    await world.scheduler[Symbol.asyncDispose]();
    expect(world.events).toEqual(['Normal Scheduled default/nginx: Successfully assigned default/nginx to minato']);
  });

  it('leaves a pod Pending until its claims are there and bound', async () => {
    const claim = (bound: boolean): Live<PersistentVolumeClaim> =>
      live<PersistentVolumeClaim>({
        metadata: { name: 'data', namespace: 'default', annotations: bound ? { 'pv.kubernetes.io/bind-completed': 'yes' } : {} },
        spec: bound ? { volumeName: 'pv' } : {},
      });
    const says = (text: string) => (one: Live<Pod>) => condition(one)?.message?.includes(text) === true;
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(pod('db', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } }));
    await until(world, 'default/db', says('persistentvolumeclaim "data" not found'));
    world.caches.claims.set(claim(false));
    world.clock.advance(1000);
    await until(world, 'default/db', says('pod has unbound immediate PersistentVolumeClaims'));
    world.caches.claims.set(claim(true));
    world.clock.advance(2000);
    await until(world, 'default/db', isBound);
    await world.scheduler[Symbol.asyncDispose]();
    expect(world.events.slice(0, 2)).toEqual(
      ['persistentvolumeclaim "data" not found', 'pod has unbound immediate PersistentVolumeClaims'].map(
        (reason) =>
          `Warning FailedScheduling default/db: 0/1 nodes are available: ${reason}. ` +
          'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      ),
    );
  });

  it('says why a pod has no node, and binds it when one comes', async () => {
    world.caches.pods.set(pod('nginx'));
    const refused = await until(world, 'default/nginx', isRefused);
    expect(condition(refused)).toEqual({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: 'no nodes available to schedule pods',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    world.clock.advance(1000);
    world.caches.nodes.set(node('minato'));
    await until(world, 'default/nginx', isBound);
    await world.scheduler[Symbol.asyncDispose]();
    expect(world.events).toEqual([
      'Warning FailedScheduling default/nginx: no nodes available to schedule pods',
      'Normal Scheduled default/nginx: Successfully assigned default/nginx to minato',
    ]);
  });

  it('gives a waiting pod the room that another leaves', async () => {
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(on('minato', pod('old', { requests: { cpu: '4' } })), pod('new', { requests: { cpu: '1' } }));
    const refused = await until(world, 'default/new', isRefused);
    expect(condition(refused)?.message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    world.clock.advance(1000);
    world.caches.pods.delete('default/old');
    await until(world, 'default/new', isBound);
  });

  it('gives a waiting pod the room of one that has finished', async () => {
    const old = on('minato', pod('old', { requests: { cpu: '4' } }));
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(old, pod('new', { requests: { cpu: '1' } }));
    await until(world, 'default/new', isRefused);
    world.clock.advance(1000);
    world.caches.pods.set({ ...old, status: { phase: 'Succeeded' } });
    await until(world, 'default/new', isBound);
  });

  it('counts the pods that it has just placed', async () => {
    world.caches.nodes.set(node('a'), node('b'));
    world.caches.pods.set(...Array.from({ length: 9 }, (_, n) => pod(`p${n}`, { requests: { cpu: '1' } })));
    const bound = await Promise.all(Array.from({ length: 8 }, (_, n) => until(world, `default/p${n}`, isBound)));
    const where = Map.groupBy(bound, ({ spec }) => spec.nodeName);
    expect([where.get('a')?.length, where.get('b')?.length]).toEqual([4, 4]);
    await until(world, 'default/p8', isRefused);
  });

  it('counts a pod once, however often it changes', async () => {
    const running = on('minato', pod('running', { requests: { cpu: '3' } }));
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(
      running,
      { ...running, status: { phase: 'Running' } },
      { ...running, status: { phase: 'Running', podIP: '10.244.0.2' } },
    );
    world.caches.pods.set(pod('new', { requests: { cpu: '1' } }));
    await until(world, 'default/new', isBound);
  });

  it('places important pods first', async () => {
    world.caches.pods.set(
      pod('low', { requests: { cpu: '3' } }),
      pod('high', { spec: { priority: 10, containers: [{ name: 'c', resources: { requests: { cpu: '3' } } }] } }),
    );
    await Promise.all(['default/low', 'default/high'].map((key) => until(world, key, isRefused)));
    world.clock.advance(1000);
    world.caches.nodes.set(node('minato'));
    await until(world, 'default/high', isBound);
    expect(world.caches.pods.get('default/low')?.spec.nodeName).toBeUndefined();
  });

  it('leaves alone what is not its own: other schedulers, gated pods, pods on their way out', async () => {
    world.caches.nodes.set(node('minato'));
    world.caches.pods.set(
      pod('other', { spec: { schedulerName: 'mine' } }),
      pod('gated', { spec: { schedulingGates: [{ name: 'x' }] } }),
      pod('dying', { deleting: true }),
      pod('ours'),
    );
    await until(world, 'default/ours', isBound);
    expect(world.api.bindings).toBe(1);
    const gated = world.caches.pods.get('default/gated');
    if (gated) world.caches.pods.set({ ...gated, spec: { ...gated.spec, schedulingGates: [] } });
    await until(world, 'default/gated', isBound);
  });

  it('takes a failed binding back, reports it and tries again', async () => {
    world.api.refuse = conflict({ group: '', plural: 'pods/binding' }, 'nginx', 'try later');
    world.caches.nodes.set(node('minato', { allocatable: { pods: '1' } }));
    world.caches.pods.set(pod('nginx'));
    const refused = await until(world, 'default/nginx', isRefused);
    expect(condition(refused)).toMatchObject({
      reason: 'SchedulerError',
      message: 'binding rejected: running Bind plugin "DefaultBinder": Operation cannot be fulfilled on pods/binding "nginx": try later',
    });
    world.api.refuse = undefined;
    world.clock.advance(1000);
    await until(world, 'default/nginx', isBound);
  });

  it('is not troubled by a pod that is deleted while it is bound, nor by one that takes its name', async () => {
    world.caches.nodes.set(node('minato', { allocatable: { pods: '1' } }));
    world.caches.pods.set(pod('nginx'));
    await immediate();
    world.caches.pods.delete('default/nginx');
    world.caches.pods.set(pod('nginx'));
    await until(world, 'default/nginx', isBound);
    expect(world.api.bindings).toBe(1);
  });

  it('counts pods on nodes that it does not know yet', async () => {
    world.caches.pods.set(on('minato', pod('early', { requests: { cpu: '4' } })), pod('late', { requests: { cpu: '1' } }));
    world.caches.nodes.set(node('minato'));
    const refused = await until(world, 'default/late', (one) => condition(one)?.message?.startsWith('0/1') ?? false);
    expect(condition(refused)?.message).toContain('1 Insufficient cpu');
  });

  it('refuses to start before its caches have synced', () => {
    const { caches } = world;
    const options = {
      client: {} as Client,
      clock: testClock(),
      random: () => 0,
      yieldTurn: () => immediate(),
      onError: () => {},
      events: { event: () => {} },
    };
    expect(() => startScheduler({ ...options, caches: { ...caches, nodes: { ...caches.nodes, synced: false } } })).toThrow(
      /before nodes had synced/,
    );
  });
});
