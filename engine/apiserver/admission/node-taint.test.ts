import { expect, test } from 'vitest';
import { node } from '../../api/kinds/core/node.ts';
import { testApiServer } from '../../testing/test-api-server.ts';

test('a new node is tainted until it is ready, and its own taints stay', async () => {
  await using api = await testApiServer();
  const own = { key: 'dedicated', value: 'db', effect: 'NoExecute' };
  const made = await api.client.create(node, { metadata: { name: 'a' }, spec: { taints: [own] } });
  expect(made.spec.taints).toEqual([own, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
  // An update brings nothing back.
  expect((await api.client.update(node, { ...made, spec: {} })).spec.taints).toBeUndefined();
});
