/** PriorityClasses. Upstream: pkg/apis/scheduling/validation. */
import { forbiddenValue, Path } from '../field-error.ts';
import type { PriorityClass } from '../types.gen.ts';
import { type Errors, immutable, none, supportedIfSet } from './fields.ts';

const systemPrefix = 'system-';
const highest = 1_000_000_000;
/** The only names with the prefix, and the values that go with them. */
const systemClasses: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

function systemProblem({ metadata: { name = '' }, value, globalDefault }: PriorityClass): string | undefined {
  const wanted = Object.hasOwn(systemClasses, name) ? systemClasses[name] : undefined;
  if (wanted === undefined) return `${name} is not a known system priority class`;
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export function validatePriorityClass(priorityClass: PriorityClass): Errors {
  const policy = supportedIfSet(new Path('preemptionPolicy'), priorityClass.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  if (!priorityClass.metadata.name?.startsWith(systemPrefix)) {
    const isHigh = priorityClass.value > highest;
    const problem = `maximum allowed value of a user defined priority is ${highest}`;
    return [...(isHigh ? [forbiddenValue(new Path('value'), problem)] : none), ...policy];
  }
  const problem = systemProblem(priorityClass);
  if (problem === undefined) return policy;
  const reserved = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`;
  return [forbiddenValue(new Path('metadata').at('name'), reserved), ...policy];
}

export function validatePriorityClassUpdate(next: PriorityClass, old: PriorityClass): Errors {
  return [
    ...(next.value === old.value ? none : [forbiddenValue(new Path('value'), 'may not be changed in an update.')]),
    ...immutable(new Path('preemptionPolicy'), next.preemptionPolicy, old.preemptionPolicy),
  ];
}
