/** Deployments and ReplicaSets: their own conditions first, then the worst of their pods. */
import { describe, expect, it } from 'vitest';
import type { Deployment, DeploymentCondition, Pod, ReplicaSet } from '../api/types.gen.ts';
import { explain } from './explain.ts';
import { crashing, deployment, ended, event, podWith, runningPod, unscheduled, waiting } from './fixtures/builders.ts';

const progressing = (status: string, reason: string): DeploymentCondition => ({
  type: 'Progressing',
  status,
  reason,
  message: `${reason}.`,
});
const unavailable: DeploymentCondition = { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' };
const rollout = (counts: Deployment['status'], spec: Partial<Deployment['spec']> = {}) => deployment({ replicas: 3, ...spec }, counts);
const all = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
const some = { replicas: 3, updatedReplicas: 3, availableReplicas: 1 };
const timedOut = { ...some, conditions: [progressing('False', 'ProgressDeadlineExceeded')] };
const badImage = podWith(waiting('ImagePullBackOff', 'manifest unknown'), {}, { name: 'bad' });

type Row = readonly [what: string, deployment: Deployment, pods: readonly Pod[], level: string, cause: string];
const table: readonly Row[] = [
  ['has all it wants', rollout(all), [], 'ok', 'workload-available'],
  [
    'is left alone though an evicted pod lies about',
    rollout(all),
    [podWith(ended(137), {}, { status: { phase: 'Failed', reason: 'Evicted' } })],
    'ok',
    'workload-available',
  ],
  [
    'asks for one when it does not say',
    deployment({}, { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
    [],
    'ok',
    'workload-available',
  ],
  ['is new', rollout(undefined), [], 'info', 'workload-progressing'],
  ['is scaled to zero', rollout({}, { replicas: 0 }), [], 'info', 'workload-scaled-to-zero'],
  ['is on its way to zero', rollout(all, { replicas: 0 }), [], 'info', 'workload-progressing'],
  ['is paused', rollout(some, { paused: true }), [badImage], 'info', 'workload-paused'],
  ['rolls out', rollout({ replicas: 4, updatedReplicas: 1, availableReplicas: 3 }), [runningPod()], 'info', 'workload-progressing'],
  ['still has old pods', rollout({ replicas: 4, updatedReplicas: 3, availableReplicas: 3 }), [], 'info', 'workload-progressing'],
  ['missed its progress deadline', rollout(timedOut), [], 'error', 'workload-stuck'],
  ['missed it because of its image', rollout(timedOut), [runningPod(), badImage], 'error', 'image-unknown-tag'],
  ['waits for room', rollout(some), [unscheduled('0/1 nodes are available: 1 Insufficient memory.')], 'warning', 'schedule-resources'],
  [
    'lost pods after it was done',
    rollout({ ...some, conditions: [progressing('True', 'NewReplicaSetAvailable'), unavailable] }),
    [],
    'warning',
    'workload-unavailable',
  ],
  [
    'lacks pods while it rolls out',
    rollout({ ...some, conditions: [progressing('True', 'ReplicaSetUpdated'), unavailable] }),
    [],
    'info',
    'workload-progressing',
  ],
  [
    'cannot create pods',
    rollout({ conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] }),
    [badImage],
    'error',
    'workload-replica-failure',
  ],
];

describe('a Deployment', () => {
  it.each(table)('that %s', (_what, object, pods, ...expected) => {
    const verdict = explain(object, { pods });
    expect([verdict.level, verdict.cause]).toEqual(expected);
  });

  it('that was just changed is not judged by what was said before', () => {
    const changed = (status: Deployment['status'], replicas = 3): Deployment => {
      const said = { observedGeneration: 1, ...status };
      const object = rollout(said, { replicas });
      return { ...object, metadata: { ...object.metadata, generation: 2 } };
    };
    const causes = [all, timedOut, { ...some, conditions: [progressing('True', 'NewReplicaSetAvailable'), unavailable] }].map(
      (status) => explain(changed(status)).cause,
    );
    expect([...causes, explain(changed({}, 0)).cause]).toEqual(Array(4).fill('workload-progressing'));
    expect(explain({ ...changed(all), kind: 'ReplicaSet' }).cause).toBe('workload-progressing');
  });

  it('is as bad as the worst of its pods, and tells both', () => {
    const pods = [podWith(waiting('ContainerCreating')), unscheduled('1 Too many pods'), crashing(ended(1))];
    expect(explain(rollout(timedOut), { pods })).toMatchObject({
      cause: 'container-crash-loop',
      params: { desired: 3, available: 1, container: 'main', exitCode: 1 },
      evidence: [{ source: 'exit' }, { source: 'condition', text: 'ProgressDeadlineExceeded: ProgressDeadlineExceeded.' }],
    });
  });

  it('hears of each pod only the events about it', () => {
    const pods = [podWith(waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.27"'), {}, { name: 'a' })];
    const about = (uid: string) => [event('Failed to pull image "nginx:1.27": manifest unknown', { involvedObject: { uid } })];
    const causes = ['uid-a', 'uid-b'].map((uid) => explain(rollout(some), { pods, events: about(uid) }).cause);
    expect(causes).toEqual(['image-unknown-tag', 'image-pull-failed']);
  });
});

describe('a ReplicaSet', () => {
  const set = (replicas: number, status: ReplicaSet['status']): ReplicaSet => {
    const { metadata, spec } = deployment({ replicas }, undefined);
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata,
      spec: { replicas, selector: spec.selector, template: spec.template },
      ...(status ? { status } : {}),
    };
  };
  it.each([
    ['has all it wants', set(2, { replicas: 2, availableReplicas: 2 }), 'workload-available'],
    ['is an old one', set(0, { replicas: 0 }), 'workload-scaled-to-zero'],
    ['has too few', set(2, { replicas: 2, availableReplicas: 1 }), 'workload-progressing'],
    ['cannot create pods', set(2, { replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True' }] }), 'workload-replica-failure'],
  ])('that %s', (_what, object, cause) => {
    expect(explain(object).cause).toBe(cause);
  });
});
