/** Rules for StatefulSets; the cases are those of upstream's TestValidateStatefulSet, TestValidateStatefulSetUpdate and TestValidateStatefulSetStatus. */
import { expect, test } from 'vitest';
import { statefulSet } from '../kinds/apps/stateful-set.ts';
import { type Manifest, onCreate, onStatusUpdate, onUpdate } from './check.suite.ts';

const metadata = { name: 'abc', namespace: 'default' };
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'abc', image: 'image' }] } };
const selector = { matchLabels: { a: 'b' } };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { selector, template, ...spec } });

const created: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['the least that is valid', withSpec({}), []],
  ['all at once, from a number on', withSpec({ podManagementPolicy: 'Parallel', ordinals: { start: 2 }, serviceName: 'web' }), []],
  [
    'a name of several labels',
    { ...withSpec({}), metadata: { ...metadata, name: 'a.b' } },
    [expect.stringContaining('metadata.name: Invalid value: "a.b": ')],
  ],
  ['Pods that are not valid: that shows when they are made', withSpec({ template: { ...template, spec: { containers: [] } } }), []],
  [
    'another policy',
    withSpec({ podManagementPolicy: 'Random' }),
    ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"],
  ],
  [
    'another strategy',
    withSpec({ updateStrategy: { type: 'Random' } }),
    ['spec.updateStrategy: Invalid value: {"type":"Random"}: must be \'RollingUpdate\' or \'OnDelete\''],
  ],
  [
    'a partition of what is not rolled out',
    withSpec({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
    ['spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy \'RollingUpdate\''],
  ],
  [
    'numbers below nothing',
    withSpec({
      replicas: -1,
      minReadySeconds: -1,
      ordinals: { start: -2 },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } },
    }),
    [
      'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.ordinals.start: Invalid value: -2: must be greater than or equal to 0',
    ],
  ],
  [
    'another retention',
    withSpec({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } }),
    ['spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"'],
  ],
  ['a Service of several labels', withSpec({ serviceName: 'a.b' }), [expect.stringContaining('spec.serviceName: Invalid value: "a.b": ')]],
  ['an empty selector', withSpec({ selector: {} }), ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset']],
  [
    'a selector of other Pods',
    withSpec({ selector: { matchLabels: { a: 'c' } } }),
    ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
  ],
  [
    'Pods that end',
    withSpec({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 9 } } }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
    ],
  ],
];
test.each(created)('%s', (_, manifest, errors) => {
  expect(onCreate(statefulSet, manifest)).toEqual(errors);
});

test('what may change, and what may not', () => {
  const changes = {
    replicas: 5,
    minReadySeconds: 3,
    revisionHistoryLimit: 2,
    ordinals: { start: 1 },
    template: { ...template, metadata: { labels: { a: 'b', c: 'd' } } },
  };
  expect(onUpdate(statefulSet, withSpec(changes), withSpec({}))).toEqual([]);
  const forbidden = expect.stringMatching(/^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', /);
  for (const change of [
    { serviceName: 'x' },
    { podManagementPolicy: 'Parallel' },
    { volumeClaimTemplates: [{ metadata: { name: 'a' }, spec: {} }] },
  ])
    expect(onUpdate(statefulSet, withSpec(change), withSpec({}))).toEqual([forbidden]);
});

test('a status cannot count more of a kind than there are', () => {
  const withStatus = (status: Manifest): Manifest => ({ ...withSpec({}), status });
  const old = withStatus({ replicas: 3, collisionCount: 2 });
  expect(onStatusUpdate(statefulSet, withStatus({ replicas: 3, readyReplicas: 3, availableReplicas: 3, collisionCount: 2 }), old)).toEqual(
    [],
  );
  expect(onStatusUpdate(statefulSet, withStatus({ replicas: 1, readyReplicas: 2, availableReplicas: 3, collisionCount: 1 }), old)).toEqual([
    'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas',
    'status.collisionCount: Invalid value: 1: cannot be decremented',
  ]);
});

test('what is left out is filled in, claims included; maxUnavailable waits behind its feature gate', () => {
  const given = { metadata, spec: { selector, template, volumeClaimTemplates: [{ metadata: { name: 'www' }, spec: {} }] } };
  expect(statefulSet.defaults?.(given)?.spec).toMatchObject({
    ...{ replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    volumeClaimTemplates: [
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
    ],
  });
  const rolling = { ...given, spec: { ...given.spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } } };
  expect(statefulSet.prepareCreate?.(rolling, { now: '' })?.spec.updateStrategy?.rollingUpdate).toEqual({});
});
