import { expect, test } from 'vitest';
import { lineThatMatters, lost, resultsOf, type SpecReport, shard, table } from './report.ts';

const spec = (name: string, state: string, message?: string): SpecReport => ({
  ContainerHierarchyTexts: ['[sig-apps] Deployment'],
  LeafNodeText: `${name} [Conformance]`,
  LeafNodeType: 'It',
  State: state,
  RunTime: 2_000_000_000,
  ...(message === undefined ? {} : { Failure: { Message: message } }),
});
const specs = [
  spec('runs', 'passed'),
  spec('is left out', 'skipped'),
  spec('breaks', 'failed', 'Expected\n    <int>: 1\nto equal\n    <int>: 2'),
  spec(
    'asks for what is not there',
    'failed',
    'Unexpected error:\n    <*errors.StatusError>: \n    the server could not find the requested resource\noccurred',
  ),
  { ...spec('BeforeSuite', 'passed'), LeafNodeType: 'BeforeSuite' },
];

test('counts what ran, by SIG, and tells what is not served from what is wrong', () => {
  expect(table(resultsOf(specs))).toEqual([
    { sig: 'apps', passed: 1, failed: 1, 'not served': 1, seconds: 6 },
    { sig: 'all', passed: 1, failed: 1, 'not served': 1, seconds: 6 },
  ]);
});

test('a failure is one line: what was told, not the dump of a value', () => {
  expect(
    lineThatMatters(
      'Unexpected error:\n    <*errors.StatusError | 0xc0>: \n    pods "x" is forbidden\n    {\n        ErrStatus: …\noccurred',
    ),
  ).toBe('pods "x" is forbidden');
});

test('a test of the list that no longer passes is lost; one that did not run is not', () => {
  const passing = new Set(['[sig-apps] Deployment breaks [Conformance]', '[sig-apps] Deployment is left out [Conformance]']);
  expect(lost(resultsOf(specs), passing).map(({ name }) => name)).toEqual(['[sig-apps] Deployment breaks [Conformance]']);
});

test('the shards together are all tests, each once', () => {
  const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
  expect([1, 2, 3].flatMap((i) => shard(names, i, 3)).sort()).toEqual(names);
});
