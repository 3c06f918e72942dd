import { expect, test } from 'vitest';
import { configMap } from '../api/kinds/core/config-map.ts';
import { pod } from '../api/kinds/core/pod.ts';
import { resourceQuota } from '../api/kinds/core/resource-quota.ts';
import { controllerSandbox } from '../testing/controller-sandbox.ts';
import { resourceQuotaController } from './resource-quota.ts';

test("a quota's status says what is hard and how much of it is used, and follows what comes and goes", async () => {
  await using it = await controllerSandbox([resourceQuotaController]);
  const { client } = it;
  const key = { name: 'q', namespace: 'default' };
  const used = async () => {
    await it.settle();
    // What came just after the last count is counted after a rest.
    it.clock.advance(1000);
    await it.settle();
    return (await client.get(resourceQuota, key)).status?.used;
  };
  const hard = { pods: '4', 'requests.cpu': '2', 'limits.memory': '1Gi', configmaps: '3', 'count/pods': '9' };
  await client.create(resourceQuota, { metadata: key, spec: { hard } });
  await it.settle();
  expect((await client.get(resourceQuota, key)).status).toEqual({
    hard,
    used: { pods: '0', 'requests.cpu': '0', 'limits.memory': '0', configmaps: '0', 'count/pods': '0' },
  });
  const create = (name: string, namespace = 'default') =>
    client.create(pod, {
      metadata: { name, namespace },
      spec: {
        containers: [
          { name: 'a', resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } } },
          { name: 'b', resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } } },
        ],
        initContainers: [{ name: 'i', resources: { requests: { cpu: '800m' } } }],
      },
    });
  const one = await create('one');
  await create('two');
  await create('elsewhere', 'other');
  await client.create(configMap, { metadata: { name: 'm', namespace: 'default' } });
  expect(await used()).toEqual({ pods: '2', 'requests.cpu': '1600m', 'limits.memory': '256Mi', configmaps: '1', 'count/pods': '2' });
  await client.update(pod, { ...one, status: { phase: 'Succeeded' } }, { subresource: 'status' });
  expect(await used()).toEqual({ pods: '1', 'requests.cpu': '800m', 'limits.memory': '128Mi', configmaps: '1', 'count/pods': '2' });
  await client.delete(pod, { name: 'two', namespace: 'default' }, { gracePeriodSeconds: 0 });
  expect(await used()).toMatchObject({ pods: '0', 'count/pods': '1' });
  const quota = await client.get(resourceQuota, key);
  await client.update(resourceQuota, { ...quota, spec: { hard: { configmaps: '5' } } });
  expect(await used()).toEqual({ configmaps: '1' });
  expect(it.errors).toEqual([]);
});
