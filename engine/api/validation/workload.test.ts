/** Rules for what has a pod template; the cases are those of upstream's TestValidateDeployment, TestValidateReplicaSet, TestValidateReplicationController. */
import { expect, test } from 'vitest';
import { deployment } from '../kinds/apps/deployment.ts';
import { replicaSet } from '../kinds/apps/replica-set.ts';
import { podTemplate } from '../kinds/core/pod-template.ts';
import { replicationController } from '../kinds/core/replication-controller.ts';
import { type Manifest, onCreate, onUpdate } from './check.suite.ts';

const metadata = { name: 'abc', namespace: 'default' };
const podSpec = { containers: [{ name: 'nginx', image: 'nginx' }] };
const template = { metadata: { labels: { app: 'x' } }, spec: podSpec };
const selector = { matchLabels: { app: 'x' } };
const valid = { selector, template };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { ...valid, ...spec } });
const withStrategy = (strategy: Manifest): Manifest => withSpec({ strategy });
const rolling = (rollingUpdate: Manifest): Manifest => withStrategy({ type: 'RollingUpdate', rollingUpdate });

const mismatch = 'spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`';
const percent =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

const deployments: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['what kubectl creates', withSpec({}), []],
  ['recreation', withStrategy({ type: 'Recreate' }), []],
  [
    'nothing at all',
    { metadata, spec: {} },
    ['spec.selector: Required value', mismatch.replace('{"app":"x"}', 'null'), 'spec.template.spec.containers: Required value'],
  ],
  ['an empty selector', withSpec({ selector: {} }), ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
  ['a selector of other Pods', withSpec({ selector: { matchLabels: { app: 'y' } } }), [mismatch]],
  [
    'a template without labels',
    withSpec({ template: { spec: podSpec } }),
    ['spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`'],
  ],
  [
    'a selector that cannot be read',
    withSpec({ selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }),
    [
      'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Near"}]}: invalid label selector',
    ],
  ],
  [
    'fewer than no replicas',
    withSpec({ replicas: -1, minReadySeconds: -2, revisionHistoryLimit: -3 }),
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0',
      'spec.revisionHistoryLimit: Invalid value: -3: must be greater than or equal to 0',
    ],
  ],
  [
    'a deadline that ends before a Pod can be ready',
    withSpec({ minReadySeconds: 10, progressDeadlineSeconds: 10 }),
    ['spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds'],
  ],
  [
    'Pods that end',
    withSpec({ template: { ...template, spec: { ...podSpec, restartPolicy: 'OnFailure', activeDeadlineSeconds: 5 } } }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
    ],
  ],
  [
    'a wrong template',
    withSpec({ template: { metadata: { labels: { app: 'x', 'a b': 'c' } }, spec: { containers: [{ name: 'A' }] } } }),
    [
      "spec.template.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      "spec.template.spec.containers[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.template.spec.containers[0].image: Required value',
    ],
  ],
  [
    'an unknown strategy',
    withStrategy({ type: 'Sideways' }),
    ['spec.strategy: Unsupported value: {"type":"Sideways"}: supported values: "Recreate", "RollingUpdate"'],
  ],
  [
    'recreation that rolls',
    withStrategy({ type: 'Recreate', rollingUpdate: {} }),
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    'a rollout that cannot move',
    rolling({ maxUnavailable: 0, maxSurge: '0%' }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
  ],
  [
    'amounts that are none',
    rolling({ maxUnavailable: 'few', maxSurge: -1 }),
    [
      `spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "few": ${percent}`,
      'spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'more unavailable than there are',
    rolling({ maxUnavailable: '101%' }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
  ],
];

test.each(deployments)('a Deployment with %s', (_, manifest, lines) => {
  expect(onCreate(deployment, manifest)).toEqual(lines);
});

test('the selector of Deployments and ReplicaSets stays', () => {
  const next = withSpec({ selector: { matchLabels: { app: 'y' } }, template: { metadata: { labels: { app: 'y' } }, spec: podSpec } });
  const line = 'spec.selector: Invalid value: {"matchLabels":{"app":"y"}}: field is immutable';
  expect([onUpdate(deployment, next, withSpec({})), onUpdate(replicaSet, next, withSpec({}))]).toEqual([[line], [line]]);
});

const replicaSets: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['a selector and a template', withSpec({}), []],
  ['no selector', { metadata, spec: { template } }, ['spec.selector: Required value', mismatch]],
  [
    'no containers',
    { metadata, spec: { selector } },
    [mismatch.replace('{"app":"x"}', 'null'), 'spec.template.spec.containers: Required value'],
  ],
  ['a selector of other Pods', withSpec({ selector: { matchLabels: { app: 'y' } } }), [mismatch]],
  ['fewer than no replicas', withSpec({ replicas: -1 }), ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
];

test.each(replicaSets)('a ReplicaSet with %s', (_, manifest, lines) => {
  expect(onCreate(replicaSet, manifest)).toEqual(lines);
});

const controllers: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['the labels of its template for a selector', { metadata, spec: { template } }, []],
  ['a selector of other Pods', { metadata, spec: { selector: { app: 'y' }, template } }, [mismatch]],
  ['nothing to select by', { metadata, spec: { template: { spec: podSpec } } }, ['spec.selector: Required value']],
  ['no template', { metadata, spec: { selector: { app: 'x' } } }, ['spec.template: Required value']],
  [
    'Pods that do not restart',
    { metadata, spec: { template: { ...template, spec: { ...podSpec, restartPolicy: 'Never' } } } },
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
];

test.each(controllers)('a ReplicationController with %s', (_, manifest, lines) => {
  expect(onCreate(replicationController, manifest)).toEqual(lines);
});

test('a PodTemplate is checked as the template it is', () => {
  expect(onCreate(podTemplate, { metadata, template: {} })).toEqual(['template.spec.containers: Required value']);
});
