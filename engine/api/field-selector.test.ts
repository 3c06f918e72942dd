import { expect, it } from 'vitest';
import { exactField, fieldMatcher, formatFieldSelector, parseFieldSelector } from './field-selector.ts';
import type { Pod } from './types.gen.ts';

const pods = {
  kind: 'Pod',
  namespaced: true,
  selectableFields: { 'status.phase': (pod: Pod) => pod.status?.phase ?? '' },
};
const pod: Pod = { metadata: { name: 'a', namespace: 'n' }, spec: { containers: [] }, status: { phase: 'Running' } };

it.each([
  ['', true],
  ['metadata.name=a', true],
  ['metadata.name==a,metadata.namespace=n', true],
  ['status.phase!=Running', false],
  ['status.phase=Running,metadata.name!=b', true],
  ['metadata.name=', false],
])('%j matches: %j', (text, expected) => {
  expect(fieldMatcher(pods, parseFieldSelector(text))(pod)).toBe(expected);
});

it('fields that cannot be selected are refused in the words of the kind', () => {
  const selector = parseFieldSelector('spec.foo=1');
  expect(() => fieldMatcher(pods, selector)).toThrow('field label not supported: spec.foo');
  expect(() => fieldMatcher({ kind: 'Ingress', namespaced: true }, selector)).toThrow(
    '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
  );
  expect(() => fieldMatcher(pods, parseFieldSelector('toString=1'))).toThrow('field label not supported: toString');
});
it('what is no selector is refused', () => {
  expect(() => parseFieldSelector('a')).toThrow("invalid selector: 'a'; can't understand 'a'");
});
it('prints, and tells the exact value', () => {
  const selector = parseFieldSelector('metadata.name=a,b!=c');
  expect([formatFieldSelector(selector), exactField(selector, 'metadata.name'), exactField(selector, 'b')]).toEqual([
    'b!=c,metadata.name=a',
    'a',
    undefined,
  ]);
});
