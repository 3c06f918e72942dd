/** Upstream's computePodActions as a table. */
import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { planPod } from './plan.ts';
import { emptyMemory, type PodMemory } from './pod-view.ts';

const now = Date.UTC(2026, 0, 1);
const pod = (spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default', uid: 'u1' },
  spec: { containers: [{ name: 'a', image: 'x' }], ...spec },
  status,
});
const made = (name: string, over: Partial<RuntimeContainer> = {}): RuntimeContainer => ({
  id: `${name}-${over.attempt ?? 0}`,
  role: 'container',
  pod: { name: 'web', namespace: 'default', uid: 'u1' },
  name,
  attempt: 0,
  phase: 'running',
  createdAt: now - 60_000,
  startedAt: now - 60_000,
  exitCode: 0,
  oomKilled: false,
  error: '',
  image: 'x',
  imageId: 'sha256:1',
  sandboxId: 'POD-0',
  ...over,
});
const ended = (name: string, exitCode: number, over: Partial<RuntimeContainer> = {}): RuntimeContainer =>
  made(name, { phase: 'exited', exitCode, finishedAt: now - 1000, ...over });
const box = made('POD', { role: 'sandbox' });
const init = (name: string, over: Partial<Container> = {}): Container => ({ name, image: 'x', ...over });

function plan(each: Pod, containers: readonly RuntimeContainer[], memory: Partial<PodMemory> = {}) {
  const view = {
    sandboxes: containers.filter(({ role }) => role === 'sandbox'),
    containers: containers.filter(({ role }) => role === 'container'),
  };
  const { kill, remove, sandbox, start, heldBack, wakeAt } = planPod({ pod: each, view, memory: { ...emptyMemory, ...memory }, now });
  return {
    ...(kill.length > 0 ? { kill: kill.map(({ container }) => container.id) } : {}),
    ...(remove.length > 0 ? { remove } : {}),
    ...(sandbox ? { sandbox } : {}),
    ...(start.length > 0 ? { start: start.map(({ container, attempt }) => `${container.name}-${attempt}`) } : {}),
    ...(heldBack.length > 0 ? { heldBack: heldBack.map(({ message }) => message) } : {}),
    ...(wakeAt === undefined ? {} : { wakeInMs: wakeAt - now }),
  };
}

describe('a sandbox', () => {
  test.each([
    ['is made first', pod(), [], { sandbox: { attempt: 0, changed: false } }],
    [
      'that died is replaced, and what still runs in it goes',
      pod(),
      [{ ...box, phase: 'exited' }, made('a')],
      { kill: ['a-0'], remove: ['POD-0'], sandbox: { attempt: 1, changed: true } },
    ],
    [
      'is not replaced for a pod that ran once and for all',
      pod({ restartPolicy: 'Never' }),
      [{ ...box, phase: 'exited' }, ended('a', 0)],
      { remove: ['POD-0'] },
    ],
    [
      'is not replaced where everything has succeeded',
      pod({ restartPolicy: 'OnFailure' }),
      [{ ...box, phase: 'exited' }, ended('a', 0)],
      { remove: ['POD-0'] },
    ],
    [
      'that is older than the newest goes, with its containers',
      pod(),
      [made('POD', { role: 'sandbox', attempt: 1 }), box, made('a')],
      { kill: ['a-0'], remove: ['POD-0'] },
    ],
  ] as const)('%s', (_, each, containers, expected) => {
    expect(plan(each, containers as readonly RuntimeContainer[])).toEqual(expected);
  });
});

describe('a container', () => {
  test.each([
    ['is started', pod(), [box], { start: ['a-0'] }],
    ['that runs is left alone', pod(), [box, made('a')], {}],
    [
      'that was created and never started is made again under its number',
      pod(),
      [box, made('a', { phase: 'created', attempt: 2 })],
      { start: ['a-2'] },
    ],
    ['that ended is started again', pod(), [box, ended('a', 0)], { start: ['a-1'] }],
    ['that failed is started again on failure', pod({ restartPolicy: 'OnFailure' }), [box, ended('a', 1)], { start: ['a-1'] }],
    ['that succeeded is not, on failure', pod({ restartPolicy: 'OnFailure' }), [box, ended('a', 0)], {}],
    ['is never started again', pod({ restartPolicy: 'Never' }), [box, ended('a', 1)], {}],
    ['whose image was changed is replaced', pod({ containers: [{ name: 'a', image: 'y' }] }), [box, made('a')], { kill: ['a-0'] }],
    [
      'that somebody removed counts on from its status',
      pod({}, { containerStatuses: [{ name: 'a', image: 'x', imageID: '', ready: true, restartCount: 4, containerID: 'docker://gone' }] }),
      [box],
      { start: ['a-5'] },
    ],
  ])('%s', (_, each, containers, expected) => {
    expect(plan(each, containers)).toEqual(expected);
  });

  test('is held back after its delay has grown, and started when that is over', () => {
    const restarts = new Map([['a', { delayMs: 20_000, updatedAt: now - 5000 }]]);
    expect(plan(pod(), [box, ended('a', 1)], { restarts })).toEqual({
      heldBack: ['back-off 20s restarting failed container=a pod=web_default(u1)'],
      wakeInMs: 19_000,
    });
    expect(plan(pod(), [box, ended('a', 1, { finishedAt: now - 20_000 })], { restarts })).toEqual({ start: ['a-1'] });
  });
  test('that could not be started waits for its time', () => {
    const waiting = new Map([['a', { reason: 'ErrImagePull', message: '', retryAt: now + 3000 }]]);
    expect(plan(pod(), [box], { waiting })).toEqual({ wakeInMs: 3000 });
  });
  test.each([
    ['liveness', { livenessProbe: {} }],
    ['startup', { startupProbe: {} }],
  ] as const)('that failed its %s probe is killed', (kind, probe) => {
    const each = pod({ containers: [{ name: 'a', image: 'x', ...probe }] });
    expect(plan(each, [box, made('a')], { probes: new Map([['a-0', { [kind]: false }]]) })).toEqual({ kill: ['a-0'] });
  });
});

describe('init containers', () => {
  const two = { initContainers: [init('i'), init('j')] };
  const sidecar = { initContainers: [init('s', { restartPolicy: 'Always' }), init('j')] };
  test.each([
    ['come first', pod(two), [box], { start: ['i-0'] }],
    ['are waited for', pod(two), [box, made('i')], {}],
    ['follow each other', pod(two), [box, ended('i', 0)], { start: ['j-0'] }],
    ['make way', pod(two), [box, ended('i', 0), ended('j', 0)], { start: ['a-0'] }],
    ['that fail are tried again', pod(two), [box, ended('i', 1)], { start: ['i-1'] }],
    ['that fail end a pod that is never restarted', pod({ ...two, restartPolicy: 'Never' }), [box, ended('i', 1)], {}],
    [
      'run again in a new sandbox',
      pod(two),
      [made('POD', { role: 'sandbox', id: 'POD-1', attempt: 1 }), ended('i', 0)],
      { start: ['i-1'] },
    ],
    ['are not looked at once the others have begun', pod(two), [box, made('a')], {}],
    ['that are sidecars only have to be started', pod(sidecar), [box, made('s')], { start: ['j-0'] }],
    ['that are sidecars are restarted beside the others', pod(sidecar), [box, ended('s', 0), ended('j', 0), made('a')], { start: ['s-1'] }],
  ])('%s', (_, each, containers, expected) => {
    expect(plan(each, containers)).toEqual(expected);
  });
});
