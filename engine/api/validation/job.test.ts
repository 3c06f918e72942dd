/** Rules for Jobs; the cases are those of upstream's TestValidateJob and TestValidateJobUpdate. */
import { describe, expect, test } from 'vitest';
import { job } from '../kinds/batch/job.ts';
import { type Manifest, onCreate, onStatusUpdate, onUpdate } from './check.suite.ts';

const metadata = { name: 'work', namespace: 'default', uid: '1a2b' };
const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { template, ...spec } });
const indexed = (spec: Manifest): Manifest => withSpec({ completionMode: 'Indexed', completions: 5, ...spec });
const failing = (rule: Manifest): Manifest => withSpec({ podFailurePolicy: { rules: [rule] } });
const rule = 'spec.podFailurePolicy.rules[0]';

const created: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['the least that is valid', withSpec({}), []],
  [
    'all there is',
    indexed({
      ...{ parallelism: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 3, activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 0 },
      podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { containerName: 'main', operator: 'NotIn', values: [1, 2] } }] },
      successPolicy: { rules: [{ succeededIndexes: '0-2,4', succeededCount: 2 }] },
      managedBy: 'example.com/queue',
    }),
    [],
  ],
  [
    'a selector that selects others',
    withSpec({ manualSelector: true, selector: { matchLabels: { a: 'c' } } }),
    ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
  ],
  [
    'labels of its own, set by hand',
    withSpec({ template: { ...template, metadata: { labels: { 'controller-uid': 'x' } } } }),
    [expect.stringMatching(/^spec\.template\.metadata\.labels\[controller-uid\]: Invalid value: \{.*\}: must be '1a2b'$/)],
  ],
  [
    'a selector by hand that is not said to be',
    withSpec({ manualSelector: true }),
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'pods that start again',
    withSpec({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Always' } } }),
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    'pods that start again, and a failure policy',
    withSpec({
      template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } },
      podFailurePolicy: { rules: [] },
    }),
    ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified'],
  ],
  [
    'another mode',
    withSpec({ completionMode: 'Random' }),
    ['spec.completionMode: Unsupported value: "Random": supported values: "NonIndexed", "Indexed"'],
  ],
  [
    'indexes without a number',
    withSpec({ completionMode: 'Indexed', parallelism: 1 }),
    ['spec.completions: Required value: when completion mode is Indexed'],
  ],
  [
    'limits by index without indexes',
    withSpec({ backoffLimitPerIndex: 1, maxFailedIndexes: 1 }),
    [
      'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
      'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
    ],
  ],
  [
    'a name too long for its indexes',
    { ...indexed({ completions: 100 }), metadata: { ...metadata, name: 'a'.repeat(62) } },
    [expect.stringContaining(`metadata.name: Invalid value: "${'a'.repeat(62)}": will not able to create pod with invalid DNS label: `)],
  ],
  [
    'a manager without a domain',
    withSpec({ managedBy: 'queue' }),
    ['spec.managedBy: Invalid value: "queue": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'an action that is none, on nothing',
    failing({ action: 'Shout' }),
    [
      `${rule}.action: Unsupported value: "Shout": supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
      `${rule}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
    ],
  ],
  [
    'exit codes that cannot be',
    failing({ action: 'FailJob', onExitCodes: { containerName: 'other', operator: 'In', values: [2, 1, 1, 0] } }),
    [
      `${rule}.onExitCodes.containerName: Invalid value: "other": must be one of the container or initContainer names in the pod template`,
      `${rule}.onExitCodes.values[2]: Duplicate value: 1`,
      `${rule}.onExitCodes.values[3]: Invalid value: 0: must not be 0 for the In operator`,
      `${rule}.onExitCodes.values: Invalid value: [2,1,1,0]: must be ordered`,
    ],
  ],
  [
    'an index that cannot fail alone',
    failing({ action: 'FailIndex', onPodConditions: [{ type: 'Ready', status: 'Maybe' }] }),
    [
      `${rule}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
      `${rule}.onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"`,
    ],
  ],
  [
    'a success of indexes that are not there',
    indexed({ successPolicy: { rules: [{ succeededIndexes: '3-2', succeededCount: 9 }, {}, { succeededIndexes: '1,7' }] } }),
    [
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3-2": error parsing succeededIndexes: non-increasing order, previous: 3, current: 2',
      'spec.successPolicy.rules[0].succeededCount: Invalid value: 9: must be less than or equal to 5 (the number of specified completions)',
      'spec.successPolicy.rules[0].succeededCount: Invalid value: 9: must be less than or equal to 0 (the number of indexes in the specified succeededIndexes field)',
      'spec.successPolicy.rules[1]: Required value: at least one of succeededCount or succeededIndexes must be specified',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "1,7": error parsing succeededIndexes: too large index: "7"',
    ],
  ],
  [
    'replacement before the failure is known',
    withSpec({ podFailurePolicy: { rules: [] }, podReplacementPolicy: 'TerminatingOrFailed' }),
    ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
  ],
];
test.each(created)('%s', (_, manifest, errors) => {
  expect(onCreate(job, manifest)).toEqual(errors);
});

describe('an update', () => {
  const labels = {
    'controller-uid': '1a2b',
    'job-name': 'work',
    'batch.kubernetes.io/controller-uid': '1a2b',
    'batch.kubernetes.io/job-name': 'work',
  };
  const made = (spec: Manifest = {}, status: Manifest = {}): Manifest => ({
    metadata,
    spec: {
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': '1a2b' } },
      template: { ...template, metadata: { labels } },
      ...spec,
    },
    status,
  });
  const elsewhere = { template: { metadata: { labels }, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } } };
  const fixed = (name: string) => expect.stringMatching(new RegExp(`^spec\\.${name}: Invalid value: .*: field is immutable$`));

  test('may change how many at a time, and of an indexed Job how many in all', () => {
    expect(onUpdate(job, made({ parallelism: 3, completions: 5, suspend: true }), made({ completions: 5 }))).toEqual([]);
    expect(onUpdate(job, made({ completions: 6, parallelism: 1 }), made({ completions: 5 }))).toEqual([fixed('completions')]);
    const of = (completions: number, parallelism: number) => made({ completionMode: 'Indexed', completions, parallelism });
    expect(onUpdate(job, of(6, 6), of(5, 5))).toEqual([]);
    expect(onUpdate(job, of(6, 5), of(5, 5))).toEqual([
      'spec.completions: Invalid value: 6: can only be modified in tandem with spec.parallelism',
    ]);
  });
  test('may say where its pods run until it has started', () => {
    expect(onUpdate(job, made({ ...elsewhere, suspend: true }), made({ suspend: true }))).toEqual([]);
    const begun = { startTime: '2026-01-01T00:00:00Z' };
    expect(onUpdate(job, made({ ...elsewhere, suspend: true }), made({ suspend: true }, begun))).toEqual([fixed('template')]);
    expect(onUpdate(job, made(elsewhere), made())).toEqual([fixed('template')]);
  });
  test('of its status never takes back an end or a count', () => {
    const ended = {
      succeeded: 2,
      failed: 1,
      conditions: [
        { type: 'Failed', status: 'True' },
        { type: 'SuccessCriteriaMet', status: 'True' },
      ],
    };
    expect(onStatusUpdate(job, made({}, { succeeded: 1 }), made({}, ended))).toEqual([
      'status.conditions: Invalid value: cannot disable the terminal Failed=True condition',
      'status.failed: Invalid value: 0: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ]);
  });
});
