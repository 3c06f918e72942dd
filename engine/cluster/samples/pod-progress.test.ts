import { expect, test } from 'vitest';
import { detailText } from '../../api/step-detail.ts';
import type { ContainerStatus, PodStatus } from '../../api/types.gen.ts';
import { podProgress } from './pod-progress.ts';

const pod = (status: PodStatus) => ({ metadata: { name: 'vote-1' }, spec: { containers: [] }, status });
const container = (status: Partial<ContainerStatus>): PodStatus => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'vote', image: 'vote', imageID: '', ready: false, restartCount: 0, ...status }],
});
const at = '2026-01-01T00:00:00Z';

test.each<[string, PodStatus, string]>([
  ['one that runs', { ...container({ ready: true, state: { running: { startedAt: at } } }), phase: 'Running' }, 'vote-1: Running'],
  ['a new one', { phase: 'Pending' }, 'vote-1: Pending'],
  ['one that is being made', container({ state: { waiting: { reason: 'ContainerCreating' } } }), 'vote-1: ContainerCreating'],
  [
    'an image that cannot be had',
    container({ state: { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } } }),
    'vote-1: ErrImagePull: manifest unknown',
  ],
  [
    'a container that keeps ending',
    container({
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } },
      lastState: { terminated: { exitCode: 3, startedAt: at, finishedAt: at } },
    }),
    'vote-1: CrashLoopBackOff: back-off 10s restarting failed container; it ended with exit code 3',
  ],
  [
    'no node that fits',
    {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: 1 Too many pods.' },
      ],
    },
    'vote-1: Pending: 0/1 nodes are available: 1 Too many pods.',
  ],
])('%s', (_, status, line) => {
  expect(detailText(podProgress(pod(status)))).toBe(line);
});
