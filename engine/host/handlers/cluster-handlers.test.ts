/** The handlers of clusters, objects and samples over the real manager and a real API server, with nodes that are simulated. */
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../api/steps.ts';
import type { Pod } from '../../api/types.gen.ts';
import { openClusterManager } from '../../cluster/open-cluster-manager.ts';
import { finish, type TestManager, testManager } from '../../testing/test-cluster.ts';
import type { ClusterSummary, ObjectBatch } from '../contract.ts';
import type { Handlers } from '../handler-types.ts';
import { createHandlers } from '../handlers.ts';

const pods = { group: '', version: 'v1', plural: 'pods' };
const maps = { group: '', version: 'v1', plural: 'configmaps' };
const cluster = 'lesson';
const map = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...more,
});

let base: TestManager;
let handlers: Handlers;
beforeAll(async () => {
  base = await testManager();
  handlers = await createHandlers({ manager: base.manager, shell: 'browser', openExternal: async () => undefined });
  const started = await handlers.calls['clusters.start']({ name: cluster, driver: 'simulated' });
  await settled(started.id);
});
afterAll(() => base[Symbol.asyncDispose]());

/** Collects what a subscription tells; `until` resolves when that has been told. */
function collect<T>(begin: (subscriber: { emit: (event: T) => void; signal: AbortSignal }) => Promise<void>) {
  const seen: T[] = [];
  const told = new EventEmitter();
  const end = new AbortController();
  const emit = (event: T): void => {
    seen.push(event);
    told.emit('told');
  };
  const ended = begin({ emit, signal: end.signal });
  const until = async (is: (events: readonly T[]) => boolean): Promise<void> => {
    while (!is(seen)) await once(told, 'told');
  };
  return { seen, until, ended, stop: () => end.abort() };
}
/** The operation's last value, as a window follows it. */
async function settled(id: string): Promise<Operation> {
  const watch = collect<Operation>((subscriber) => handlers.subscriptions['operations.watch']({}, subscriber));
  const last = () => watch.seen.findLast((operation) => operation.id === id && operation.state !== 'running');
  await watch.until(() => last() !== undefined);
  watch.stop();
  await watch.ended;
  return last() as Operation;
}

describe('clusters for the window', () => {
  it('are told as they are, with the version they speak and no secret', async () => {
    const [summary, ...rest] = await handlers.calls['clusters.list']({});
    expect(rest).toEqual([]);
    expect(summary).toEqual({
      name: cluster,
      driver: 'simulated',
      phase: 'running',
      nodes: [cluster],
      createdAt: expect.any(String),
      server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      context: cluster,
      version: expect.stringMatching(/^v1\.33\./),
    });
  });

  it('are watched through all their phases', async () => {
    const watch = collect<readonly ClusterSummary[]>((subscriber) => handlers.subscriptions['clusters.watch']({}, subscriber));
    const phases = () => watch.seen.map((list) => list.find(({ name }) => name === 'second')?.phase);
    const start = await handlers.calls['clusters.start']({ name: 'second', driver: 'simulated', nodes: 2 });
    expect(start.steps.map(({ state }) => state)).toEqual(start.steps.map((_, index) => (index === 0 ? 'running' : 'waiting')));
    await watch.until(() => phases().at(-1) === 'running');
    await handlers.calls['clusters.stop']({ name: 'second' });
    await watch.until(() => phases().at(-1) === 'stopped');
    const removal = await handlers.calls['clusters.delete']({ name: 'second' });
    expect((await settled(removal.id)).state).toBe('done');
    await watch.until(() => phases().at(-1) === undefined);
    watch.stop();
    await watch.ended;
    expect(new Set(phases())).toEqual(new Set([undefined, 'starting', 'running', 'stopping', 'stopped']));
  });

  it('are watched through what another process does with them', async () => {
    const shared = { dataDirectory: base.dataDirectory, kubeconfig: base.kubeconfig, environment: process.env, log: () => undefined };
    const watch = collect<readonly ClusterSummary[]>((subscriber) => handlers.subscriptions['clusters.watch']({}, subscriber));
    const phase = () => watch.seen.at(-1)?.find(({ name }) => name === 'third')?.phase;
    await watch.until(() => watch.seen.length > 0);
    const other = await openClusterManager(shared);
    await finish(await other.start({ name: 'third', driver: 'simulated' }));
    await watch.until(() => phase() === 'elsewhere');
    await other[Symbol.asyncDispose]();
    await watch.until(() => phase() === 'stopped');
    await using again = await openClusterManager(shared);
    await finish(await again.start({ name: 'third' }));
    await watch.until(() => phase() === 'elsewhere');
    await finish(await again.delete('third'));
    await watch.until(() => phase() === undefined);
    watch.stop();
    await watch.ended;
  });

  it('say before the first step whether a driver can be used', async () => {
    expect(await handlers.calls['engine.preflight']({ driver: 'simulated' })).toMatchObject({ ok: true, driver: 'simulated' });
  });

  it.each([
    ['clusters.stop', { name: 'nobody' }, 'cluster-not-found'],
    ['clusters.start', { name: 'No_Name' }, 'invalid-input'],
    ['clusters.start', { name: cluster }, 'cluster-running'],
  ] as const)('refuse %s %j', async (call, params, code) => {
    const handler = handlers.calls[call] as (params: object) => Promise<unknown>;
    await expect(handler(params)).rejects.toMatchObject({ code });
  });

  it('take a cancel of what has ended for what it is: late', async () => {
    expect(await handlers.calls['operations.cancel']({ id: 'nothing' })).toBeNull();
  });
});

describe('objects for the window', () => {
  const get = (name: string) => handlers.calls['objects.get']({ cluster, kind: maps, namespace: 'default', name });

  it('are created, read, changed and deleted', async () => {
    await handlers.calls['objects.create']({ cluster, kind: maps, object: map('one', { data: { a: '1' } }), dryRun: false });
    const read = await get('one');
    await handlers.calls['objects.update']({ cluster, kind: maps, object: { ...read, data: { a: '2' } } as never, dryRun: false });
    await handlers.calls['objects.patch']({
      cluster,
      kind: maps,
      namespace: 'default',
      name: 'one',
      patch: { type: 'merge', patch: { data: { b: '3' } } },
      dryRun: false,
    });
    const json = [{ op: 'replace', path: '/data/a', from: undefined, value: '4' }];
    await handlers.calls['objects.patch']({
      cluster,
      kind: maps,
      namespace: 'default',
      name: 'one',
      patch: { type: 'json', patch: json },
      dryRun: false,
    });
    expect(await get('one')).toMatchObject({ data: { a: '4', b: '3' } });
    await handlers.calls['objects.delete']({ cluster, kind: maps, namespace: 'default', name: 'one' });
    await expect(get('one')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('are refused when they are stale, misspelt or of no kind', async () => {
    await handlers.calls['objects.create']({ cluster, kind: maps, object: map('two'), dryRun: false });
    const read = await get('two');
    await handlers.calls['objects.patch']({
      cluster,
      kind: maps,
      namespace: 'default',
      name: 'two',
      patch: { type: 'merge', patch: { data: { a: '1' } } },
      dryRun: false,
    });
    const update = (object: object) => handlers.calls['objects.update']({ cluster, kind: maps, object: object as never, dryRun: false });
    await expect(update({ ...read, data: { b: '2' } })).rejects.toMatchObject({ reason: 'Conflict' });
    await expect(update({ ...read, metadata: { ...read.metadata, labls: { a: 'b' } }, daat: {} })).rejects.toMatchObject({
      message: expect.stringMatching(/unknown field "metadata\.labls", unknown field "daat"/),
    });
    await expect(handlers.calls['objects.list']({ cluster, kind: { group: '', version: 'v1', plural: 'wings' } })).rejects.toMatchObject({
      code: 404,
    });
    await expect(handlers.calls['objects.list']({ cluster: 'nobody', kind: maps })).rejects.toMatchObject({ code: 'cluster-not-found' });
  });

  it('are only tried on a dry run, with defaults filled in', async () => {
    const tried = await handlers.calls['objects.create']({ cluster, kind: maps, object: map('tried'), dryRun: true });
    expect(tried.metadata.uid).toEqual(expect.any(String));
    await expect(get('tried')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('are watched from a list on, in batches, until the window goes', async () => {
    const scope = { cluster, kind: maps, namespace: 'default', labelSelector: 'watched=yes' };
    const watch = collect<ObjectBatch>((subscriber) => handlers.subscriptions['objects.watch'](scope, subscriber));
    await watch.until((batches) => batches.length === 1);
    const labelled = (name: string) => map(name, { metadata: { name, namespace: 'default', labels: { watched: 'yes' } } });
    await handlers.calls['objects.create']({ cluster, kind: maps, object: labelled('seen'), dryRun: false });
    await handlers.calls['objects.create']({ cluster, kind: maps, object: map('unseen'), dryRun: false });
    await handlers.calls['objects.delete']({ cluster, kind: maps, namespace: 'default', name: 'seen' });
    const changes = () => watch.seen.flatMap((batch) => (batch.type === 'changes' ? batch.changes : []));
    await watch.until(() => changes().some(({ type }) => type === 'remove'));
    watch.stop();
    await watch.ended;
    expect([watch.seen[0], changes().map(({ type, object }) => `${type} ${object.metadata.name}`)]).toEqual([
      { type: 'list', objects: [] },
      ['put seen', 'remove seen'],
    ]);
  });

  it('end their watch with the reason when the cluster stops', async () => {
    const start = await handlers.calls['clusters.start']({ name: 'brief', driver: 'simulated' });
    await settled(start.id);
    const watch = collect<ObjectBatch>((subscriber) =>
      handlers.subscriptions['objects.watch']({ cluster: 'brief', kind: pods }, subscriber),
    );
    await watch.until((batches) => batches.length > 0);
    const [ended] = await Promise.allSettled([watch.ended, finish(await base.manager.stop('brief'))]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'cluster-not-running' } });
    await expect(handlers.calls['objects.list']({ cluster: 'brief', kind: pods })).rejects.toMatchObject({ code: 'cluster-not-running' });
  });

  it('have logs, line by line', async () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'talk', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    };
    const watch = collect<ObjectBatch>((subscriber) =>
      handlers.subscriptions['objects.watch']({ cluster, kind: pods, namespace: 'default' }, subscriber),
    );
    await handlers.calls['objects.create']({ cluster, kind: pods, object, dryRun: false });
    const isRunning = (batch: ObjectBatch): boolean =>
      batch.type === 'changes' && batch.changes.some(({ object }) => (object as Pod).status?.phase === 'Running');
    await watch.until((batches) => batches.some(isRunning));
    watch.stop();
    const params = { cluster, namespace: 'default', pod: 'talk', follow: false, previous: false, timestamps: false, tailLines: 10 };
    const log = collect<{ readonly lines: readonly string[] }>((subscriber) => handlers.subscriptions['pods.log'](params, subscriber));
    await log.ended;
    expect(log.seen.flatMap(({ lines }) => lines)).toEqual(['This container is simulated: nothing runs in it, so it writes no log.']);
  });
});

describe('samples for the window', () => {
  it('show what they create before they do', async () => {
    const sample = await handlers.calls['samples.describe']({ sample: 'voting-app' });
    expect([sample.objects.length, sample.images.length, sample.links.map(({ service, nodePort }) => `${service} ${nodePort}`)]).toEqual([
      9,
      5,
      ['vote 31000', 'result 31001'],
    ]);
    await expect(handlers.calls['samples.describe']({ sample: 'nothing' })).rejects.toMatchObject({
      code: 'invalid-input',
      params: { field: 'sample' },
    });
  });
});
