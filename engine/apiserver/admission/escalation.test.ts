/** Who may write roles gives out no more than they have; the cases are those of upstream's escalation checks. */
import { expect, test } from 'vitest';
import { clusterRole } from '../../api/kinds/rbac/cluster-role.ts';
import { clusterRoleBinding } from '../../api/kinds/rbac/cluster-role-binding.ts';
import { role } from '../../api/kinds/rbac/role.ts';
import { roleBinding } from '../../api/kinds/rbac/role-binding.ts';
import type { PolicyRule } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { type TestApiServer, testApiServer } from '../../testing/test-api-server.ts';

const group = 'rbac.authorization.k8s.io';
const inDefault = (name: string) => ({ name, namespace: 'default' });
const readPods: PolicyRule = { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] };
const editRoles: PolicyRule = { apiGroups: [group], resources: ['*'], verbs: ['create', 'update', 'patch', 'get'] };

/** Jane reads Pods and writes roles in `default`, and ClusterRoles. */
async function withJane(extra: readonly PolicyRule[] = []): Promise<{ api: TestApiServer; jane: Client }> {
  const api = await testApiServer();
  const { client } = api;
  const subjects = [{ kind: 'User', name: 'jane' }];
  await client.create(role, { metadata: inDefault('jane'), rules: [readPods, editRoles, ...extra] });
  await client.create(roleBinding, { metadata: inDefault('jane'), roleRef: { apiGroup: group, kind: 'Role', name: 'jane' }, subjects });
  await client.create(clusterRole, { metadata: { name: 'roles' }, rules: [editRoles] });
  await client.create(clusterRoleBinding, {
    metadata: { name: 'jane' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'roles' },
    subjects,
  });
  return { api, jane: api.server.as({ username: 'jane', groups: ['developers'] }) };
}

const message = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: Error) => error.message,
  );
const notHeld = (what: string, lines: string): string =>
  `${what} is forbidden: user "jane" (groups=["developers" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${lines}`;

test('a role within what its writer has is written; one beyond is refused, saying by what', async () => {
  const { api, jane } = await withJane();
  await using _ = api;
  const write = (name: string, rules: readonly PolicyRule[]) => message(jane.create(role, { metadata: inDefault(name), rules }));
  expect([
    await write('some', [{ apiGroups: [''], resources: ['pods'], resourceNames: ['web'], verbs: ['get'] }]),
    await write('more', [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'delete'] }]),
    await write('all', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
  ]).toEqual([
    'done',
    notHeld(
      `roles.${group} "more"`,
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
    ),
    notHeld(`roles.${group} "all"`, '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
  ]);
});

test('what holds in a namespace does not hold everywhere', async () => {
  const { api, jane } = await withJane();
  await using _ = api;
  expect(await message(jane.create(clusterRole, { metadata: { name: 'pods' }, rules: [readPods] }))).toContain(
    'Resources:["pods/log"], Verbs:["get" "list"]',
  );
  expect(
    await message(jane.create(clusterRole, { metadata: { name: 'sum' }, rules: [], aggregationRule: { clusterRoleSelectors: [{}] } })),
  ).toContain('{NonResourceURLs:["*"], Verbs:["*"]}');
});

test('a role is bound by who has its rights, or may bind it', async () => {
  const bind = (client: Client, kind: string, name: string) =>
    message(
      client.create(roleBinding, {
        metadata: inDefault(`to-${name}`),
        roleRef: { apiGroup: group, kind, name },
        subjects: [{ kind: 'User', name: 'joe' }],
      }),
    );
  const { api, jane } = await withJane();
  await using _ = api;
  expect([
    await bind(jane, 'Role', 'jane'),
    await bind(jane, 'ClusterRole', 'cluster-admin'),
    await bind(jane, 'ClusterRole', 'nobody'),
  ]).toEqual([
    'done',
    notHeld(
      `rolebindings.${group} "to-cluster-admin"`,
      '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
    ),
    `clusterroles.${group} "nobody" not found`,
  ]);
  const { api: other, jane: binder } = await withJane([
    { apiGroups: [group], resources: ['clusterroles'], resourceNames: ['view'], verbs: ['bind'] },
  ]);
  await using _1 = other;
  expect(await bind(binder, 'ClusterRole', 'view')).toBe('done');
});

test('labels change without any rights', async () => {
  const { api, jane } = await withJane();
  await using _ = api;
  await api.client.create(role, { metadata: inDefault('strong'), rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] });
  const patch = (changes: object) => message(jane.patch(role, inDefault('strong'), { type: 'merge', patch: changes }));
  expect(await patch({ metadata: { labels: { a: 'b' } } })).toBe('done');
  expect(await patch({ rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] })).toContain('not currently held');
});

test('a namespace admin hands out what the role admin holds, and no more', async () => {
  await using api = await testApiServer();
  const subjects = [{ kind: 'User', name: 'jane' }];
  await api.client.create(roleBinding, {
    metadata: inDefault('admin'),
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'admin' },
    subjects,
  });
  const jane: Client = api.server.as({ username: 'jane' });
  const give = (name: string) =>
    message(jane.create(roleBinding, { metadata: inDefault(name), roleRef: { apiGroup: group, kind: 'ClusterRole', name }, subjects }));
  expect([await give('view'), await give('edit'), (await give('cluster-admin')).includes('not currently held')]).toEqual([
    'done',
    'done',
    true,
  ]);
});
