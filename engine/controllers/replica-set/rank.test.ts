import { expect, test } from 'vitest';
import { rfc3339 } from '../../api/clock.ts';
import type { Live } from '../../api/object.ts';
import type { Pod, PodStatus } from '../../api/types.gen.ts';
import { pod as podNamed } from '../../testing/scheduling.ts';
import { podsToDelete } from './rank.ts';

const nowMs = Date.UTC(2026, 0, 2);
const ago = (seconds: number): string => rfc3339(nowMs - seconds * 1000);
interface Sketch {
  readonly node?: string;
  readonly phase?: string;
  readonly readyFor?: number;
  readonly restarts?: number;
  readonly cost?: string;
  readonly age?: number;
}
function pod(name: string, { node = 'n', phase = 'Running', readyFor, restarts = 0, cost, age = 1000 }: Sketch = {}): Live<Pod> {
  const status: PodStatus = {
    phase,
    ...(readyFor === undefined ? {} : { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(readyFor) }] }),
    containerStatuses: [{ name: 'main', image: '', imageID: '', ready: true, restartCount: restarts }],
  };
  const { metadata, spec, ...rest } = podNamed(name);
  const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  return {
    ...rest,
    metadata: { ...metadata, uid: name, annotations, creationTimestamp: ago(age) },
    spec: { ...spec, ...(node ? { nodeName: node } : {}) },
    status,
  };
}

const cases: readonly [title: string, goes: Live<Pod>, stays: Live<Pod>][] = [
  ['without a node before with one', pod('b', { node: '' }), pod('a')],
  ['pending before unknown', pod('b', { phase: 'Pending' }), pod('a', { phase: 'Unknown' })],
  ['unknown before running', pod('b', { phase: 'Unknown' }), pod('a')],
  ['not ready before ready', pod('b'), pod('a', { readyFor: 10 })],
  ['cheap before dear', pod('b', { cost: '-5', readyFor: 100 }), pod('a', { cost: '5', readyFor: 1 })],
  ['ready for short before ready for long', pod('b', { readyFor: 1 }), pod('a', { readyFor: 1000 })],
  ['of about the same time ready, by uid', pod('a', { readyFor: 1000 }), pod('b', { readyFor: 900 })],
  ['more restarts before fewer', pod('b', { restarts: 3 }), pod('a')],
  ['younger before older', pod('b', { age: 1 }), pod('a', { age: 1000 })],
  ['of about the same age, by uid', pod('a', { age: 1000 }), pod('b', { age: 900 })],
];
test.each(cases)('%s', (_title, goes, stays) => {
  for (const pods of [
    [goes, stays],
    [stays, goes],
  ])
    expect(podsToDelete(pods, pods, 1, nowMs).map(({ metadata }) => metadata.name)).toEqual([goes.metadata.name]);
});

test('where siblings stand together, also those of another ReplicaSet, one of them goes', () => {
  const alone = pod('a', { node: 'one', readyFor: 10 });
  const crowded = pod('b', { node: 'two', readyFor: 1000 });
  const sibling = pod('c', { node: 'two', readyFor: 1000 });
  expect(podsToDelete([alone, crowded], [alone, crowded, sibling], 1, nowMs)).toEqual([crowded]);
});
