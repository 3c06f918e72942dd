import { expect, test } from 'vitest';
import type { Kind } from '../../api/kind.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Operation } from '../../api/steps.ts';
import { finish, testCluster } from '../../testing/test-cluster.ts';
import { readSample } from './sample.ts';
import { deploySteps, removeSteps } from './sample-steps.ts';

const namespace = 'default';
const ids = ({ steps }: Operation) => steps.map(({ id, state }) => `${id} ${state}`);

test('a sample is deployed object by object, can be deployed again, and is removed without a trace', async () => {
  await using test = await testCluster();
  const { manager, client } = test;
  const cluster = await manager.running(test.name);
  const sample = await readSample('voting-app');
  const deploy = async () => finish(manager.runOn(cluster, 'deploy-sample', deploySteps({ cluster, sample, namespace })));
  const count = async <T extends KubeObject>(kind: Kind<T>) => (await client.list(kind, { namespace })).items.length;
  const before = await count(serviceKind);

  const first = await deploy();
  expect(ids(first)).toEqual([
    'apply done',
    ...['db', 'redis', 'result', 'vote', 'worker'].map((name) => `deployment:${name} done`),
    ...['db', 'redis', 'result', 'vote'].map((name) => `service:${name} done`),
  ]);
  expect(first.steps[0]?.log).toContain('deployment/vote created');
  expect(first.steps.find(({ id }) => id === 'deployment:vote')?.detail).toBe('1 of 1 available');
  expect(await count(deploymentKind)).toBe(5);

  expect((await deploy()).steps[0]?.log).toContain('service/vote configured');
  expect(await count(deploymentKind)).toBe(5);

  await finish(manager.runOn(cluster, 'remove-sample', removeSteps({ cluster, sample, namespace })));
  expect([await count(deploymentKind), (await count(serviceKind)) - before, await count(podKind)]).toEqual([0, 0, 0]);

  const again = await finish(manager.runOn(cluster, 'remove-sample', removeSteps({ cluster, sample, namespace })));
  expect(again.steps[0]?.log).toContain('deployment/vote not found');
});
