/** Three minutes of random rollouts, judged at every event. */
import { runRollouts } from '../engine/testing/rollouts/run-rollouts.ts';
import type { Row } from './row.ts';

const seed = 1;
const durationMs = 180_000;

export async function benchRollouts(): Promise<readonly Row[]> {
  const end = performance.now() + durationMs;
  const { operations, changes, breaches } = await runRollouts({ seed, deployments: 4, goesOn: () => performance.now() < end });
  for (const breach of breaches.slice(0, 20)) console.error(breach);
  return [
    { name: `random operations on 4 Deployments (seed ${seed})`, value: operations, unit: '' },
    { name: 'changes judged by maxSurge and maxUnavailable', value: changes, unit: '' },
    { name: 'breaches', value: breaches.length, unit: '', target: '0' },
  ];
}
