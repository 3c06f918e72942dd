/** Rules for DaemonSets and ControllerRevisions; the cases are those of upstream's TestValidateDaemonSet, TestValidateDaemonSetStatusUpdate, TestValidateControllerRevision. */
import { expect, test } from 'vitest';
import { controllerRevision } from '../kinds/apps/controller-revision.ts';
import { daemonSet } from '../kinds/apps/daemon-set.ts';
import { type Manifest, onCreate, onStatusUpdate, onUpdate } from './check.suite.ts';

const metadata = { name: 'abc', namespace: 'default' };
const podSpec = { containers: [{ name: 'nginx', image: 'nginx' }] };
const template = { metadata: { labels: { app: 'x' } }, spec: podSpec };
const selector = { matchLabels: { app: 'x' } };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { selector, template, ...spec } });
const rolling = (rollingUpdate: Manifest): Manifest => withSpec({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const at = 'spec.updateStrategy.rollingUpdate';

const daemonSets: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['the least that is valid', withSpec({}), []],
  ['one by one', withSpec({ updateStrategy: { type: 'OnDelete' } }), []],
  ['a second pod instead of a missing one', rolling({ maxUnavailable: 0, maxSurge: '30%' }), []],
  [
    'both',
    rolling({ maxUnavailable: 1, maxSurge: 1 }),
    [`${at}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`],
  ],
  ['neither', rolling({ maxUnavailable: '0%', maxSurge: 0 }), [`${at}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`]],
  ['more than all', rolling({ maxUnavailable: '101%' }), [`${at}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`]],
  [
    'another way',
    withSpec({ updateStrategy: { type: 'Random' } }),
    ['spec.updateStrategy: Unsupported value: {"type":"Random"}: supported values: "RollingUpdate", "OnDelete"'],
  ],
  ['an empty selector', withSpec({ selector: {} }), ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
  [
    'a selector of other Pods',
    withSpec({ selector: { matchLabels: { app: 'y' } } }),
    ['spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`'],
  ],
  [
    'nothing at all',
    { metadata, spec: {} },
    [
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ],
  ],
  [
    'Pods that end',
    withSpec({ template: { ...template, spec: { ...podSpec, restartPolicy: 'Never', activeDeadlineSeconds: 9 } } }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    ],
  ],
  [
    'numbers below nothing',
    withSpec({ minReadySeconds: -1, revisionHistoryLimit: -1 }),
    [
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
];
test.each(daemonSets)('a DaemonSet: %s', (_, manifest, errors) => expect(onCreate(daemonSet, manifest)).toEqual(errors));

test('the selector stays, and a status counts upwards from nothing', () => {
  const labels = { app: 'y' };
  const other = withSpec({ selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } });
  expect(onUpdate(daemonSet, other, withSpec({}))).toEqual([
    'spec.selector: Invalid value: {"matchLabels":{"app":"y"}}: field is immutable',
  ]);
  const status = { currentNumberScheduled: 1, numberMisscheduled: 1, desiredNumberScheduled: 1, numberReady: -1, collisionCount: 1 };
  expect(onStatusUpdate(daemonSet, { ...withSpec({}), status }, { ...withSpec({}), status: { ...status, collisionCount: 2 } })).toEqual([
    'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    'status.collisionCount: Invalid value: 1: cannot be decremented',
  ]);
});

test.each([
  ['an object', { data: { a: 1 }, revision: 1 }, []],
  ['none', { revision: 1 }, ['data: Required value: data is mandatory']],
  ['a list', { data: [1], revision: 1 }, ['data: Required value: data must be a valid JSON object']],
  ['a revision below nothing', { data: {}, revision: -1 }, ['revision: Invalid value: -1: must be greater than or equal to 0']],
])('the data of a ControllerRevision: %s', (_, manifest, errors) => {
  expect(onCreate(controllerRevision, { metadata, ...manifest })).toEqual(errors);
});

test('the data of a ControllerRevision never changes, its number may', () => {
  const [old, next] = [1, 2].map((revision) => ({ metadata, data: { a: 1 }, revision }));
  expect([
    onUpdate(controllerRevision, next ?? {}, old ?? {}),
    onUpdate(controllerRevision, { ...next, data: { a: 2 } }, old ?? {}),
  ]).toEqual([[], ['data: Invalid value: {"a":2}: field is immutable']]);
});
