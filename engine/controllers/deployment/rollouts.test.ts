/** Some seconds of what `npm run bench -- rollouts` does for minutes. */
import { expect, test } from 'vitest';
import { runRollouts } from '../../testing/rollouts/run-rollouts.ts';

test('random operations on Deployments never take more pods away, or make more, than maxUnavailable and maxSurge allow', {
  timeout: 120_000,
}, async () => {
  const { operations, changes, completed, breaches } = await runRollouts({ seed: 7, deployments: 4, goesOn: (count) => count < 25 });
  expect({ operations, completed, breaches }).toEqual({ operations: 100, completed: 4, breaches: [] });
  expect(changes).toBeGreaterThan(1000);
});
