/** The status a kubelet reports, from what the engine shows. */
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { podStatus } from './pod-status.ts';
import { emptyMemory, type PodMemory } from './pod-view.ts';

const now = Date.UTC(2026, 0, 1, 0, 1);
const identity = { name: 'web', namespace: 'default', uid: 'u1' };
const made = (name: string, over: Partial<RuntimeContainer> = {}): RuntimeContainer => ({
  id: `${name}-${over.attempt ?? 0}`,
  role: 'container',
  pod: identity,
  name,
  attempt: 0,
  phase: 'running',
  createdAt: now - 60_000,
  startedAt: now - 60_000,
  exitCode: 0,
  oomKilled: false,
  error: '',
  image: 'nginx',
  imageId: 'sha256:1',
  sandboxId: 'POD-0',
  ...over,
});
const box = made('POD', { role: 'sandbox', ip: '10.244.0.5' });
const ended = (name: string, exitCode: number, over: Partial<RuntimeContainer> = {}): RuntimeContainer =>
  made(name, { phase: 'exited', exitCode, finishedAt: now - 1000, ...over });
const pod = (spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}): Pod => ({
  metadata: identity,
  spec: { containers: [{ name: 'a', image: 'nginx' }], ...spec },
  status,
});

interface Extra {
  readonly memory?: Partial<PodMemory>;
  readonly held?: string;
  readonly ended?: boolean;
  readonly messages?: ReadonlyMap<string, string>;
}
function status(
  each: Pod,
  containers: readonly RuntimeContainer[],
  { memory = {}, held, ended: isEnded, messages = new Map() }: Extra = {},
) {
  const [container = { name: 'a' }] = each.spec.containers;
  return podStatus({
    pod: each,
    view: {
      sandboxes: containers.filter(({ role }) => role === 'sandbox'),
      containers: containers.filter(({ role }) => role === 'container'),
    },
    memory: { ...emptyMemory, ...memory },
    heldBack: held === undefined ? [] : [{ container, message: held, until: now + 10_000 }],
    terminationMessages: messages,
    imageIds: new Map([['sha256:1', 'docker-pullable://nginx@sha256:2']]),
    hostIp: '10.244.255.10',
    now,
    ...(isEnded ? { ended: true } : {}),
  });
}
const conditions = (each: ReturnType<typeof podStatus>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (each.conditions ?? []).map((condition) => [condition.type, [condition.status, condition.reason].filter(Boolean).join(' ')]),
  );

describe('the phase', () => {
  const waiting = new Map([['a', { reason: 'ErrImagePull', message: 'no', retryAt: now }]]);
  test.each([
    ['of a pod that is not there yet', pod(), [], {}, 'Pending'],
    ['of one whose image is missing', pod(), [box], { memory: { waiting } }, 'Pending'],
    ['of one that runs', pod(), [box, made('a')], {}, 'Running'],
    ['of one in a crash loop', pod(), [box, ended('a', 1)], { held: 'back-off' }, 'Running'],
    ['of one that succeeded and is restarted', pod(), [box, ended('a', 0)], {}, 'Running'],
    ['of one that succeeded', pod({ restartPolicy: 'Never' }), [box, ended('a', 0)], {}, 'Succeeded'],
    ['of one that failed', pod({ restartPolicy: 'Never' }), [box, ended('a', 1)], {}, 'Failed'],
    ['of one that failed and is tried again', pod({ restartPolicy: 'OnFailure' }), [box, ended('a', 1)], {}, 'Running'],
    ['of one whose init container runs', pod({ initContainers: [{ name: 'i', image: 'nginx' }] }), [box, made('i')], {}, 'Pending'],
    [
      'of one whose init container failed for good',
      pod({ initContainers: [{ name: 'i', image: 'nginx' }], restartPolicy: 'Never' }),
      [box, ended('i', 1)],
      {},
      'Failed',
    ],
    ['of one that was deleted and ended well', pod(), [ended('a', 0)], { ended: true }, 'Succeeded'],
    ['of one that was deleted and had to be killed', pod(), [ended('a', 137)], { ended: true }, 'Failed'],
    ['that is final', pod({}, { phase: 'Failed' }), [box, made('a')], {}, 'Failed'],
    ['of one past its deadline', pod(), [box, made('a')], { memory: { failed: { reason: 'DeadlineExceeded', message: '' } } }, 'Failed'],
  ])('%s', (...[, each, containers, extra, phase]: readonly [string, Pod, readonly RuntimeContainer[], Extra, string]) => {
    expect(status(each, containers, extra).phase).toBe(phase);
  });
});

describe('conditions', () => {
  test.each([
    [
      'of a pod that runs',
      pod(),
      [box, made('a')],
      { PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True', ContainersReady: 'True', PodScheduled: 'True' },
    ],
    [
      'of one that is being made',
      pod(),
      [],
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False ContainersNotReady',
        ContainersReady: 'False ContainersNotReady',
        PodScheduled: 'True',
      },
    ],
    [
      'of one that is initialised',
      pod({ initContainers: [{ name: 'i', image: 'nginx' }] }),
      [box, made('i')],
      {
        PodReadyToStartContainers: 'True',
        Initialized: 'False ContainersNotInitialized',
        Ready: 'False ContainersNotReady',
        ContainersReady: 'False ContainersNotReady',
        PodScheduled: 'True',
      },
    ],
    [
      'of one that is done',
      pod({ restartPolicy: 'Never' }),
      [box, ended('a', 0)],
      {
        PodReadyToStartContainers: 'True',
        Initialized: 'True PodCompleted',
        Ready: 'False PodCompleted',
        ContainersReady: 'False PodCompleted',
        PodScheduled: 'True',
      },
    ],
  ])('%s', (_, each, containers, expected) => {
    expect(conditions(status(each, containers))).toEqual(expected);
  });

  test('keep their time while they stay, and others’ conditions stay', () => {
    const gate = { type: 'example.com/gate', status: 'True' };
    const first = status(pod({}, { conditions: [gate] }), [box, made('a')]);
    const again = status(pod({}, { conditions: first.conditions?.map((each) => ({ ...each, lastTransitionTime: 'before' })) }), [
      box,
      made('a'),
    ]);
    expect(again.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(Array.from({ length: 6 }, () => 'before'));
    expect(again.conditions).toContainEqual({ ...gate, lastTransitionTime: 'before' });
  });

  test('wait for readiness gates', () => {
    const each = pod({ readinessGates: [{ conditionType: 'example.com/gate' }] });
    expect(conditions(status(each, [box, made('a')]))).toMatchObject({ Ready: 'False ReadinessGatesNotReady', ContainersReady: 'True' });
  });
});

describe('a container', () => {
  const first = (each: ReturnType<typeof podStatus>) => each.containerStatuses?.[0];
  test('that runs', () => {
    expect(first(status(pod(), [box, made('a')]))).toEqual({
      name: 'a',
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      lastState: {},
      ready: true,
      started: true,
      restartCount: 0,
      image: 'nginx:latest',
      imageID: 'docker-pullable://nginx@sha256:2',
      containerID: 'docker://a-0',
    });
  });
  test.each([
    ['ended', ended('a', 0), 'Completed'],
    ['failed', ended('a', 1), 'Error'],
    ['ran out of memory', ended('a', 137, { oomKilled: true }), 'OOMKilled'],
  ])('that %s', (_, container, reason) => {
    const each = first(status(pod({ restartPolicy: 'Never' }), [box, container], { messages: new Map([['a-0', 'last words']]) }));
    expect(each).toMatchObject({
      ready: false,
      started: false,
      state: { terminated: { reason, exitCode: container.exitCode, message: 'last words' } },
    });
  });
  test('that is held back shows its end beside the reason', () => {
    const each = first(status(pod(), [box, ended('a', 1, { attempt: 2 })], { held: 'back-off 20s' }));
    expect(each).toMatchObject({
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } },
      lastState: { terminated: { exitCode: 1, containerID: 'docker://a-2' } },
    });
  });
  test('that was started again shows its last end', () => {
    const each = first(status(pod(), [box, made('a', { attempt: 1 }), ended('a', 3)]));
    expect(each).toMatchObject({ restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 3 } } });
  });
  test('is not ready before its probe says so', () => {
    const each = pod({ containers: [{ name: 'a', image: 'nginx', readinessProbe: {} }] });
    expect(first(status(each, [box, made('a')]))).toMatchObject({ ready: false, started: true });
    expect(first(status(each, [box, made('a')], { memory: { probes: new Map([['a-0', { readiness: true }]]) } }))).toMatchObject({
      ready: true,
    });
  });
  test('that waits for init containers says so', () => {
    const each = status(
      pod({
        initContainers: [
          { name: 'i', image: 'nginx' },
          { name: 'j', image: 'nginx' },
        ],
      }),
      [box],
    );
    const reasons = [...(each.initContainerStatuses ?? []), ...(each.containerStatuses ?? [])].map(({ state }) => state?.waiting?.reason);
    expect(reasons).toEqual(['ContainerCreating', 'PodInitializing', 'PodInitializing']);
  });
});

test('a pod keeps the address it had while its sandbox is down', () => {
  expect(status(pod(), [box])).toMatchObject({ podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }], hostIP: '10.244.255.10' });
  expect(status(pod({}, { podIP: '10.244.0.5' }), [{ ...box, phase: 'exited' }]).podIP).toBe('10.244.0.5');
  expect(status(pod({ hostNetwork: true }), [made('POD', { role: 'sandbox' })]).podIP).toBe('10.244.255.10');
});
