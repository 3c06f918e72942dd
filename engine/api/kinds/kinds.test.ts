/** What Kubernetes fills in and prints; pods and Services have tests where they are used. Upstream: the defaults_test.go of each group, printers_test.go. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeValue } from '../decode-body.ts';
import type { KindDefinition } from '../kind.ts';
import { kinds } from '../kinds.ts';
import type { Json, KubeObject } from '../object.ts';
import { typeSchema } from '../schema.ts';
import { tableOf } from '../table.ts';
import type { CoreEvent, DaemonSet } from '../types.gen.ts';
import { controllerRevision } from './apps/controller-revision.ts';
import { daemonSet } from './apps/daemon-set.ts';
import { deployment } from './apps/deployment.ts';
import { replicaSet } from './apps/replica-set.ts';
import { base64Length, base64Of } from './core/base64.ts';
import { endpoints } from './core/endpoints.ts';
import { event } from './core/event.ts';
import { limitRange } from './core/limit-range.ts';
import { node } from './core/node.ts';
import { persistentVolumeClaim } from './core/persistent-volume-claim.ts';
import { replicationController } from './core/replication-controller.ts';
import { resourceQuota } from './core/resource-quota.ts';
import { secret } from './core/secret.ts';
import { endpointSlice } from './discovery/endpoint-slice.ts';
import { eventsEvent, fromCore, toCore } from './events/event.ts';
import { roleBinding } from './rbac/role-binding.ts';

const now = Date.UTC(2026, 0, 1, 0, 10);
const metadata = { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' };

function filled<T extends KubeObject>(kind: KindDefinition<T>, manifest: { readonly [key: string]: Json }): T {
  const { object } = decodeValue<T>(kind, { metadata, ...manifest }, { fieldValidation: 'Strict' });
  return kind.defaults?.(object) ?? object;
}
function row<T extends KubeObject>(kind: KindDefinition<T>, manifest: { readonly [key: string]: Json }): readonly unknown[] | undefined {
  return tableOf(kind, [filled(kind, manifest)], { nowMs: now, includeObject: 'None' }).rows[0]?.cells;
}

test('every definition fits its generated schema, and no name is given twice', () => {
  const faults = kinds.flatMap(({ group, plural, schema, hasStatus, scale }) => {
    const fields = typeSchema(schema);
    const isObject = fields !== undefined && ['apiVersion', 'kind', 'metadata'].every((name) => name in fields);
    const lacks = [...(isObject ? [] : ['an object']), ...(hasStatus && !(fields && 'status' in fields) ? ['status'] : [])];
    if (scale && typeSchema(fields?.spec?.type ?? '')?.replicas === undefined) lacks.push('spec.replicas');
    return lacks.map((what) => `${plural}.${group}: ${schema} lacks ${what}`);
  });
  const names = kinds.flatMap(({ group, plural, singular, shortNames }) =>
    [...new Set([plural, singular, ...shortNames])].map((name) => `${name}.${group}`),
  );
  expect([faults, names.filter((name, index) => names.indexOf(name) !== index)]).toEqual([[], []]);
});

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } };
const selector = { matchLabels: { app: 'web' } };

test('a Deployment rolls by quarters unless it says otherwise', () => {
  const { spec } = filled(deployment, { spec: { selector, template } });
  expect({ ...spec, template: undefined, selector: undefined }).toEqual({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  });
  expect(spec.template.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30 });
  const strategies = [{ type: 'Recreate' }, { rollingUpdate: { maxSurge: 0 } }].map(
    (strategy) => filled(deployment, { spec: { selector, template, replicas: 0, strategy } }).spec,
  );
  expect(strategies.map(({ replicas, strategy }) => [replicas, strategy])).toEqual([
    [0, { type: 'Recreate' }],
    [0, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 0 } }],
  ]);
});

test('changed annotations count as a new generation of a Deployment, as a changed spec does', () => {
  const old = { ...filled(deployment, { spec: { selector, template } }), metadata: { ...metadata, generation: 4 } };
  const next = { ...old, metadata: { ...old.metadata, annotations: { a: 'b' } } };
  expect(deployment.prepareUpdate?.(next, old, { now: '' }).metadata.generation).toBe(5);
});

test('a DaemonSet rolls node by node unless it says otherwise, and its templates are counted by the server alone', () => {
  const { spec } = filled(daemonSet, { spec: { selector, template } });
  expect({ ...spec, template: undefined, selector: undefined }).toEqual({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  });
  expect(filled(daemonSet, { spec: { selector, template, updateStrategy: { type: 'OnDelete' } } }).spec.updateStrategy).toEqual({
    type: 'OnDelete',
  });
  const context = { now: '' };
  const counted = (set: DaemonSet): string | undefined => set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  const said = {
    metadata: { ...metadata, annotations: { 'deprecated.daemonset.template.generation': '7' } },
    spec: { selector, template },
  };
  const old = daemonSet.prepareCreate?.(filled(daemonSet, said), context) ?? filled(daemonSet, said);
  const image = { ...template, spec: { containers: [{ name: 'a', image: 'other' }] } };
  const next = (change: object): DaemonSet | undefined =>
    daemonSet.prepareUpdate?.({ ...old, metadata, spec: { ...old.spec, ...change } }, old, context);
  expect([old, next({ minReadySeconds: 1 }), next({ template: image })].map((set) => set && counted(set))).toEqual(['7', '7', '8']);
});

test('a ReplicationController takes selector and labels from its template', () => {
  const { metadata: labelled, spec } = filled(replicationController, { spec: { template } });
  expect([labelled.labels, spec.selector, spec.replicas]).toEqual([{ app: 'web' }, { app: 'web' }, 1]);
});

test('stringData of a Secret goes into data, over what is there', () => {
  const { data, stringData, type } = filled(secret, { data: { a: 'eA==', b: 'eQ==' }, stringData: { b: 'ü€😀', __proto__x: '' } });
  expect([data, stringData, type]).toEqual([{ a: 'eA==', b: 'w7zigqzwn5iA', __proto__x: '' }, undefined, 'Opaque']);
});

test('base64 is that of the platform', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      const expected = Buffer.from(text).toString('base64');
      expect([base64Of(text), base64Length(expected)]).toEqual([expected, Buffer.from(text).length]);
    }),
    { numRuns: 200 },
  );
});

test('limits of containers follow from each other', () => {
  const item = { type: 'Container', max: { cpu: '2' }, min: { cpu: '1', memory: '1Gi' } };
  expect(filled(limitRange, { spec: { limits: [item, { type: 'Pod', max: { cpu: '1' } }] } }).spec.limits).toEqual([
    { ...item, default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Gi' } },
    { type: 'Pod', max: { cpu: '1' } },
  ]);
});

test('subjects and roles are of the RBAC group, but for accounts', () => {
  const binding = filled(roleBinding, {
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'User', name: 'jane' },
      { kind: 'ServiceAccount', name: 'a' },
    ],
  });
  const group = 'rbac.authorization.k8s.io';
  expect([binding.roleRef.apiGroup, binding.subjects?.map(({ apiGroup }) => apiGroup)]).toEqual([group, [group, undefined]]);
});

test('an Event is one object under two names', () => {
  const core: CoreEvent = {
    ...{ apiVersion: 'v1', kind: 'Event', metadata, involvedObject: { kind: 'Pod', name: 'web' }, reason: 'Killing', type: 'Normal' },
    ...{ message: 'Stopping', source: { component: 'kubelet', host: 'a' }, count: 3, firstTimestamp: '2026-01-01T00:00:00Z' },
    ...{ reportingComponent: 'kubelet', eventTime: '2026-01-01T00:00:00.000000Z' },
  };
  const newer = fromCore(core);
  expect(newer).toMatchObject({
    ...{ apiVersion: 'events.k8s.io/v1', regarding: { kind: 'Pod', name: 'web' }, note: 'Stopping', reportingController: 'kubelet' },
    ...{ deprecatedCount: 3, deprecatedSource: { component: 'kubelet', host: 'a' } },
  });
  expect(toCore(newer)).toEqual(core);
  expect(newer).not.toHaveProperty('message');
  const options = { nowMs: now, includeObject: 'None' } as const;
  const cells = [tableOf(event, [core], options), tableOf(eventsEvent, [newer], options)].map((table) => table.rows[0]?.cells);
  expect(cells[0]).toEqual(['10m', 'Normal', 'Killing', 'pod/web', '', 'kubelet, a', 'Stopping', '10m', 3, 'web']);
  expect(cells[1]).toEqual(cells[0]);
});

const rows: readonly (readonly [string, () => unknown, readonly unknown[]])[] = [
  [
    'a ReplicaSet',
    () => row(replicaSet, { spec: { replicas: 3, selector, template }, status: { replicas: 2, readyReplicas: 1 } }),
    ['web', 3, 2, 1, '10m', 'a', 'nginx', 'app=web'],
  ],
  [
    'Endpoints, the first three',
    () =>
      row(endpoints, {
        subsets: [
          {
            addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
            ports: [
              { name: 'a', port: 80 },
              { name: 'b', port: 81 },
            ],
          },
        ],
      }),
    ['web', '10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...', '10m'],
  ],
  ['no Endpoints', () => row(endpoints, {}), ['web', '<none>', '10m']],
  [
    'an EndpointSlice',
    () => row(endpointSlice, { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }),
    ['web', 'IPv4', '80', '10.0.0.1', '10m'],
  ],
  [
    'an EndpointSlice of nothing',
    () => row(endpointSlice, { addressType: 'IPv4', endpoints: [] }),
    ['web', 'IPv4', '<unset>', '<unset>', '10m'],
  ],
  [
    'a Node without news',
    () =>
      row(node, {
        metadata: { ...metadata, labels: { 'node-role.kubernetes.io/a': '', 'kubernetes.io/role': 'b' } },
        spec: { unschedulable: true },
      })?.slice(0, 5),
    ['web', 'Unknown,SchedulingDisabled', 'a,b', '10m', ''],
  ],
  [
    'a claim that is bound',
    () =>
      row(persistentVolumeClaim, {
        spec: { volumeName: 'v', storageClassName: 's' },
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] },
      }),
    ['web', 'Bound', 'v', '1Gi', 'RWO,RWX', 's', '<unset>', '10m', 'Filesystem'],
  ],
  [
    'a quota',
    () => row(resourceQuota, { status: { hard: { pods: '3', 'limits.cpu': '2' }, used: { pods: '1', 'limits.cpu': '500m' } } }),
    ['web', 'pods: 1/3', 'limits.cpu: 500m/2', '10m'],
  ],
];

test.each(rows)('%s as kubectl prints it', (_, actual, expected) => {
  expect(actual()).toEqual(expected);
});

test('DaemonSets and ControllerRevisions are printed as kubectl shows them', () => {
  const status = { desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1, numberMisscheduled: 0, updatedNumberScheduled: 1 };
  const edge = { ...template, spec: { ...template.spec, nodeSelector: { role: 'edge' } } };
  expect(row(daemonSet, { spec: { selector, template: edge }, status })).toEqual([
    ...['web', 3, 2, 1, 1, 0, 'role=edge', '10m', 'a', 'nginx', 'app=web'],
  ]);
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'u', controller: true };
  expect(row(controllerRevision, { metadata: { ...metadata, ownerReferences: [owner] }, revision: 4 })).toEqual([
    ...['web', 'daemonset.apps/agent', 4, '10m'],
  ]);
  expect(row(controllerRevision, { revision: 4 })?.[1]).toBe('<none>');
});
