/** The cases are those of upstream's TestWarnings in pkg/api/pod. */
import { expect, test } from 'vitest';
import type { Container } from '../types.gen.ts';
import { podWarnings, templateWarnings } from './pod-warnings.ts';

const metadata = { name: 'a' };
const container = (rest: Partial<Container>): Container => ({ name: 'a', image: 'nginx', ...rest });

test('variables that hide others, but not those that are built on them', () => {
  const env = [
    { name: 'a', value: 'a' },
    { name: 'a', value: 'a' },
    { name: 'a', value: 'other' },
    { name: 'a', value: '' },
    { name: 'a', value: '$(a)' },
    { name: 'a', valueFrom: {} },
    { name: 'a', value: '$(a) $(a)' },
  ];
  expect(podWarnings({ metadata, spec: { initContainers: [container({ env })], containers: [container({})] } })).toEqual(
    [1, 2, 3, 4, 5].map(
      (index) => `spec.initContainers[0].env[${index}]: hides previous definition of "a", which may be dropped when using apply`,
    ),
  );
});

test('parts of bytes, and a time to end that has passed, in a template too', () => {
  const resources = { limits: { memory: '100m', cpu: '100m' }, requests: { memory: '1Gi', 'ephemeral-storage': '1500m' } };
  const spec = { containers: [container({ resources })], terminationGracePeriodSeconds: -1 };
  expect(templateWarnings({ spec: { template: { spec } } })).toEqual([
    'spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    'spec.template.spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
  ]);
});

test('nothing to say', () => {
  expect(podWarnings({ metadata, spec: { containers: [container({ resources: { limits: { memory: '128Mi' } } })] } })).toEqual([]);
  expect(templateWarnings({ spec: {} })).toEqual([]);
});
