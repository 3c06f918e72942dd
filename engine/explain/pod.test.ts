/** Pods in every state that kubectl has a word for: the word and the verdict must not contradict each other. */
import { describe, expect, it } from 'vitest';
import { podStatus } from '../api/kinds/core/pod-status.ts';
import type { Pod } from '../api/types.gen.ts';
import { explain } from './explain.ts';
import { containerStatus, crashing, ended, event, pod, podWith, running, runningPod, unscheduled, waiting } from './fixtures/builders.ts';

const init = (state: Parameters<typeof containerStatus>[0], restartCount = 0): Pod => {
  const base = pod({
    status: {
      phase: 'Pending',
      initContainerStatuses: [containerStatus(state, { name: 'setup', image: 'busybox:1', restartCount })],
      containerStatuses: [containerStatus(waiting('PodInitializing'))],
    },
  });
  return { ...base, spec: { ...base.spec, initContainers: [{ name: 'setup', image: 'busybox:1' }] } };
};
const failed = (reason: string): Pod => pod({ status: { phase: 'Failed', reason, message: `${reason}!` } });

const table: readonly (readonly [word: string, level: string, cause: string, pod: Pod])[] = [
  ['Pending', 'info', 'pod-waiting-for-node', pod({ node: undefined, status: { phase: 'Pending' } })],
  ['Pending', 'warning', 'schedule-resources', unscheduled('0/1 nodes are available: 1 Insufficient cpu.')],
  ['ContainerCreating', 'info', 'pod-creating', podWith(waiting('ContainerCreating'))],
  ['PodInitializing', 'info', 'pod-creating', podWith(waiting('PodInitializing'))],
  ['Init:0/1', 'info', 'pod-creating', init(waiting('PodInitializing'))],
  ['Init:0/1', 'info', 'pod-creating', init(running)],
  ['Init:Error', 'error', 'container-exited', init(ended(1))],
  ['Init:CrashLoopBackOff', 'error', 'container-crash-loop', init(waiting('CrashLoopBackOff'), 3)],
  ['Init:ErrImagePull', 'error', 'image-unknown-tag', init(waiting('ErrImagePull', 'manifest unknown'))],
  ['Running', 'ok', 'pod-running', runningPod()],
  ['Running', 'warning', 'pod-not-ready', podWith(running, {}, { status: { phase: 'Running' } })],
  ['Completed', 'ok', 'pod-completed', podWith(ended(0), {}, { status: { phase: 'Succeeded' } })],
  ['Completed', 'warning', 'pod-not-ready', podWith(ended(0), {}, { status: { phase: 'Running' } })],
  ['Succeeded', 'ok', 'pod-completed', pod({ status: { phase: 'Succeeded' } })],
  ['Error', 'error', 'container-exited', podWith(ended(1), {}, { status: { phase: 'Running' } })],
  ['Error', 'error', 'container-exited', podWith(ended(1), {}, { status: { phase: 'Failed' } })],
  ['ExitCode:3', 'error', 'container-exited', podWith({ terminated: { exitCode: 3 } }, {}, { status: { phase: 'Running' } })],
  ['OOMKilled', 'error', 'container-out-of-memory', podWith(ended(137, 'OOMKilled'), {}, { status: { phase: 'Running' } })],
  ['CrashLoopBackOff', 'error', 'container-crash-loop', crashing(ended(1))],
  ['CrashLoopBackOff', 'error', 'container-out-of-memory', crashing(ended(137, 'OOMKilled'))],
  ['ContainerCannotRun', 'error', 'container-exited', podWith(ended(127, 'ContainerCannotRun'))],
  ['ErrImagePull', 'error', 'image-pull-failed', podWith(waiting('ErrImagePull'))],
  ['ImagePullBackOff', 'error', 'image-pull-failed', podWith(waiting('ImagePullBackOff'))],
  ['ErrImageNeverPull', 'error', 'image-never-pull', podWith(waiting('ErrImageNeverPull'))],
  ['InvalidImageName', 'error', 'image-name-invalid', podWith(waiting('InvalidImageName'))],
  [
    'CreateContainerConfigError',
    'error',
    'container-config-missing',
    podWith(waiting('CreateContainerConfigError', 'secret "x" not found')),
  ],
  ['CreateContainerError', 'error', 'container-start-failed', podWith(waiting('CreateContainerError'))],
  ['RunContainerError', 'error', 'container-start-failed', podWith(waiting('RunContainerError'))],
  ['PostStartHookError', 'error', 'container-start-failed', podWith(waiting('PostStartHookError'))],
  ['Evicted', 'error', 'pod-evicted', failed('Evicted')],
  ['DeadlineExceeded', 'error', 'pod-failed', failed('DeadlineExceeded')],
  ['NodeLost', 'error', 'pod-node-lost', pod({ status: { phase: 'Running', reason: 'NodeLost' } })],
  ['Unknown', 'error', 'pod-node-lost', pod({ status: { phase: 'Unknown' } })],
  ['Terminating', 'info', 'pod-terminating', podWith(ended(1), {}, { deleted: true })],
];

describe('a pod', () => {
  it.each(table)('%s is %s: %s', (word, level, cause, object) => {
    const { level: saidLevel, cause: saidCause } = explain(object);
    expect([podStatus(object), saidLevel, saidCause]).toEqual([word, level, cause]);
  });

  it('that waits for another container of its own is judged by the one that is in trouble', () => {
    const object = pod({
      status: {
        phase: 'Running',
        containerStatuses: [
          containerStatus(running, { ready: true, name: 'sidecar' }),
          containerStatus(waiting('CrashLoopBackOff'), { lastState: ended(2), restartCount: 7 }),
        ],
      },
    });
    expect(explain(object)).toMatchObject({ cause: 'container-crash-loop', params: { container: 'main', exitCode: 2, restarts: 7 } });
  });

  it('tells the image by repository and tag, also where the registry has a port', () => {
    const image = 'localhost:5000/team/app';
    const parts = ['', ':9'].map((tag) => {
      const object = podWith(waiting('ErrImagePull', 'manifest unknown'), { image: `${image}${tag}` });
      const { repository, tag: said } = explain(object).params;
      return { repository, tag: said };
    });
    expect(parts).toEqual([
      { repository: image, tag: 'latest' },
      { repository: image, tag: '9' },
    ]);
  });

  it('is judged by what is said now, not by an older event', () => {
    const now = podWith(waiting('ErrImagePull', 'dial tcp: lookup registry-1.docker.io: no such host'));
    const old = event('Failed to pull image "nginx:1.27": manifest for nginx:1.27 not found: manifest unknown');
    expect(explain(now, { events: [old] }).cause).toBe('image-no-network');
  });

  it('is judged by the newest of its events, in whatever order they come', () => {
    const object = podWith(waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.27"'));
    const older = event('Failed to pull image "nginx:1.27": toomanyrequests: slow down', { lastTimestamp: '2026-01-01T00:00:00Z' });
    const newer = event('Failed to pull image "nginx:1.27": manifest unknown', { lastTimestamp: '2026-01-01T00:01:00Z' });
    expect([explain(object, { events: [older, newer] }).cause, explain(object, { events: [newer, older] }).cause]).toEqual([
      'image-unknown-tag',
      'image-unknown-tag',
    ]);
  });

  it('that crashes shows how it ended and its last five lines', () => {
    const log = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const { evidence } = explain(crashing(ended(3)), {
      log,
      events: [event('Back-off restarting failed container', { reason: 'BackOff', count: 9 })],
    });
    expect(evidence.map(({ source, text }) => `${source}: ${text}`)).toEqual([
      'exit: exit code 3 (Error)',
      ...log.slice(-5).map((line) => `log: ${line}`),
      'event: Back-off restarting failed container',
    ]);
  });

  it('whose volume cannot be made says what is missing, until that is over', () => {
    const object = podWith(waiting('ContainerCreating'));
    const missing = event('MountVolume.SetUp failed for volume "conf" : configmap "settings" not found', { reason: 'FailedMount' });
    const later = event('Pulling image "nginx:1.27"', { type: 'Normal', reason: 'Pulling', lastTimestamp: '2026-02-01T00:00:00Z' });
    expect([explain(object, { events: [missing] }).cause, explain(object, { events: [missing, later] }).cause]).toEqual([
      'container-config-missing',
      'pod-creating',
    ]);
  });
});
