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
function until({ caches }: Environment, key: string, done: (one: Live<Pod>) => boolean): Promise<Live<Pod>> {
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

type Environment = ReturnType<typeof setUp>;

describe('the scheduler', () => {
  let env: Environment;
  beforeEach(() => {
    env = setUp();
  });
  afterEach(async () => {
    await env.scheduler[Symbol.asyncDispose]();
    expect(env.errors).toEqual([]);
    expect(env.clock.pending).toBe(0);
  });

  it('binds a pod and says so', async () => {
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(pod('nginx'));
    await until(env, 'default/nginx', isBound);
    await env.scheduler[Symbol.asyncDispose]();
    expect(env.events).toEqual(['Normal Scheduled default/nginx: Successfully assigned default/nginx to minato']);
  });

  it('leaves a pod Pending until its claims are there and bound', async () => {
    const claim = (bound: boolean): Live<PersistentVolumeClaim> =>
      live<PersistentVolumeClaim>({
        metadata: { name: 'data', namespace: 'default', annotations: bound ? { 'pv.kubernetes.io/bind-completed': 'yes' } : {} },
        spec: bound ? { volumeName: 'pv' } : {},
      });
    const says = (text: string) => (one: Live<Pod>) => condition(one)?.message?.includes(text) === true;
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(pod('db', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } }));
    await until(env, 'default/db', says('persistentvolumeclaim "data" not found'));
    env.caches.claims.set(claim(false));
    env.clock.advance(1000);
    await until(env, 'default/db', says('pod has unbound immediate PersistentVolumeClaims'));
    env.caches.claims.set(claim(true));
    env.clock.advance(2000);
    await until(env, 'default/db', isBound);
    await env.scheduler[Symbol.asyncDispose]();
    expect(env.events.slice(0, 2)).toEqual(
      ['persistentvolumeclaim "data" not found', 'pod has unbound immediate PersistentVolumeClaims'].map(
        (reason) =>
          `Warning FailedScheduling default/db: 0/1 nodes are available: ${reason}. ` +
          'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      ),
    );
  });

  it('says why a pod has no node, and binds it when one comes', async () => {
    env.caches.pods.set(pod('nginx'));
    const refused = await until(env, 'default/nginx', isRefused);
    expect(condition(refused)).toEqual({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: 'no nodes available to schedule pods',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    env.clock.advance(1000);
    env.caches.nodes.set(node('minato'));
    await until(env, 'default/nginx', isBound);
    await env.scheduler[Symbol.asyncDispose]();
    expect(env.events).toEqual([
      'Warning FailedScheduling default/nginx: no nodes available to schedule pods',
      'Normal Scheduled default/nginx: Successfully assigned default/nginx to minato',
    ]);
  });

  it('gives a waiting pod the room that another leaves', async () => {
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(on('minato', pod('old', { requests: { cpu: '4' } })), pod('new', { requests: { cpu: '1' } }));
    const refused = await until(env, 'default/new', isRefused);
    expect(condition(refused)?.message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    env.clock.advance(1000);
    env.caches.pods.delete('default/old');
    await until(env, 'default/new', isBound);
  });

  it('gives a waiting pod the room of one that has finished', async () => {
    const old = on('minato', pod('old', { requests: { cpu: '4' } }));
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(old, pod('new', { requests: { cpu: '1' } }));
    await until(env, 'default/new', isRefused);
    env.clock.advance(1000);
    env.caches.pods.set({ ...old, status: { phase: 'Succeeded' } });
    await until(env, 'default/new', isBound);
  });

  it('counts the pods that it has just placed', async () => {
    env.caches.nodes.set(node('a'), node('b'));
    env.caches.pods.set(...Array.from({ length: 9 }, (_, n) => pod(`p${n}`, { requests: { cpu: '1' } })));
    const bound = await Promise.all(Array.from({ length: 8 }, (_, n) => until(env, `default/p${n}`, isBound)));
    const where = Map.groupBy(bound, ({ spec }) => spec.nodeName);
    expect([where.get('a')?.length, where.get('b')?.length]).toEqual([4, 4]);
    await until(env, 'default/p8', isRefused);
  });

  it('counts a pod once, however often it changes', async () => {
    const running = on('minato', pod('running', { requests: { cpu: '3' } }));
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(
      running,
      { ...running, status: { phase: 'Running' } },
      { ...running, status: { phase: 'Running', podIP: '10.244.0.2' } },
    );
    env.caches.pods.set(pod('new', { requests: { cpu: '1' } }));
    await until(env, 'default/new', isBound);
  });

  it('places important pods first', async () => {
    env.caches.pods.set(
      pod('low', { requests: { cpu: '3' } }),
      pod('high', { spec: { priority: 10, containers: [{ name: 'c', resources: { requests: { cpu: '3' } } }] } }),
    );
    await Promise.all(['default/low', 'default/high'].map((key) => until(env, key, isRefused)));
    env.clock.advance(1000);
    env.caches.nodes.set(node('minato'));
    await until(env, 'default/high', isBound);
    expect(env.caches.pods.get('default/low')?.spec.nodeName).toBeUndefined();
  });

  it('leaves alone what is not its own: other schedulers, gated pods, pods on their way out', async () => {
    env.caches.nodes.set(node('minato'));
    env.caches.pods.set(
      pod('other', { spec: { schedulerName: 'mine' } }),
      pod('gated', { spec: { schedulingGates: [{ name: 'x' }] } }),
      pod('dying', { deleting: true }),
      pod('ours'),
    );
    await until(env, 'default/ours', isBound);
    expect(env.api.bindings).toBe(1);
    const gated = env.caches.pods.get('default/gated');
    if (gated) env.caches.pods.set({ ...gated, spec: { ...gated.spec, schedulingGates: [] } });
    await until(env, 'default/gated', isBound);
  });

  it('takes a failed binding back, reports it and tries again', async () => {
    env.api.refuse = conflict({ group: '', plural: 'pods/binding' }, 'nginx', 'try later');
    env.caches.nodes.set(node('minato', { allocatable: { pods: '1' } }));
    env.caches.pods.set(pod('nginx'));
    const refused = await until(env, 'default/nginx', isRefused);
    expect(condition(refused)).toMatchObject({
      reason: 'SchedulerError',
      message: 'binding rejected: running Bind plugin "DefaultBinder": Operation cannot be fulfilled on pods/binding "nginx": try later',
    });
    env.api.refuse = undefined;
    env.clock.advance(1000);
    await until(env, 'default/nginx', isBound);
  });

  it('is not troubled by a pod that is deleted while it is bound, nor by one that takes its name', async () => {
    env.caches.nodes.set(node('minato', { allocatable: { pods: '1' } }));
    env.caches.pods.set(pod('nginx'));
    await immediate();
    env.caches.pods.delete('default/nginx');
    env.caches.pods.set(pod('nginx'));
    await until(env, 'default/nginx', isBound);
    expect(env.api.bindings).toBe(1);
  });

  it('counts pods on nodes that it does not know yet', async () => {
    env.caches.pods.set(on('minato', pod('early', { requests: { cpu: '4' } })), pod('late', { requests: { cpu: '1' } }));
    env.caches.nodes.set(node('minato'));
    const refused = await until(env, 'default/late', (one) => condition(one)?.message?.startsWith('0/1') ?? false);
    expect(condition(refused)?.message).toContain('1 Insufficient cpu');
  });

  it('refuses to start before its caches have synced', () => {
    const { caches } = env;
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
