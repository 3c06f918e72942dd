/**
 * Label selectors: what they match, how they print, and how LabelSelector objects become them. The string form is read by selector-parser.ts.
 * Upstream: k8s.io/apimachinery/pkg/labels and metav1.LabelSelectorAsSelector.
 */
import { invalidValue, Path } from './field-error.ts';
import { labelKeyProblems, labelValueProblems } from './label-syntax.ts';
import type { LabelSelector } from './types.gen.ts';

export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}
/** All requirements hold. The empty selector matches everything. Sorted by key. */
export type Selector = readonly Requirement[];
export type Labels = Readonly<Record<string, string>>;

/** Matches no object: what an absent LabelSelector means. */
export const nothing: Selector = [{ key: '', operator: 'in', values: [] }];

export class SelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectorError';
  }
}

const valuesPath = new Path('values');
const wrongCount: Readonly<Record<SelectorOperator, readonly [wrong: (count: number) => boolean, problem: string]>> = (() => {
  const set = [(count: number) => count === 0, "for 'in', 'notin' operators, values set can't be empty"] as const;
  const exact = [(count: number) => count !== 1, 'exact-match compatibility requires one single value'] as const;
  const presence = [(count: number) => count !== 0, 'values set must be empty for exists and does not exist'] as const;
  const order = [(count: number) => count !== 1, "for 'Gt', 'Lt' operators, exactly one value is required"] as const;
  return { in: set, notin: set, '=': exact, '==': exact, '!=': exact, exists: presence, '!': presence, '>': order, '<': order };
})();

/** Checks as upstream's NewRequirement does; throws a SelectorError that names every problem. */
export function requirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const errors = [];
  const keyProblems = labelKeyProblems(key);
  if (keyProblems.length > 0) errors.push(invalidValue(new Path('key'), key, keyProblems.join('; ')));
  const [isWrong, problem] = wrongCount[operator];
  if (isWrong(values.length)) errors.push(invalidValue(valuesPath, values, problem));
  for (const [index, value] of values.entries()) {
    if ((operator === '>' || operator === '<') && !isInteger(value))
      errors.push(invalidValue(valuesPath.at(index), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(valuesPath.at(index).key(key), value, problems.join('; ')));
  }
  if (errors.length === 0) return { key, operator, values };
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  throw new SelectorError(lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`);
}

function isInteger(value: string): boolean {
  return /^[+-]?[0-9]+$/.test(value);
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
    case '<': {
      const bound = values[0] ?? '';
      if (value === undefined || !isInteger(value) || !isInteger(bound)) return false;
      return operator === '>' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
    }
  }
}

export function matchesLabels(selector: Selector, labels: Labels | undefined): boolean {
  return selector.every((one) => holds(one, labels ?? {}));
}

/** The string form; parseSelector reads it back. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(',');
}
function formatRequirement({ key, operator, values }: Requirement): string {
  const list = values.toSorted().join(',');
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  return operator === 'in' || operator === 'notin' ? `${key} ${operator} (${list})` : `${key}${operator}${list}`;
}

export function byKey(requirements: readonly Requirement[]): Selector {
  return requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The selector that wants exactly these labels (`spec.selector` of Services and ReplicationControllers). Not validated. */
export function selectorOfLabels(labels: Labels | undefined): Selector {
  return byKey(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

const operators: Readonly<Record<string, SelectorOperator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** Absent selects nothing, empty selects everything. Throws a SelectorError where the object is invalid. */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return nothing;
  const wanted = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => requirement(key, '=', [value]));
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = operators[operator];
    if (known === undefined) throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    return requirement(key, known, values ?? []);
  });
  return byKey([...wanted, ...expressions]);
}

/** As kubectl shows it (metav1.FormatLabelSelector): `app=web`, `<none>`, `<error>`. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  try {
    return formatSelector(selectorOf(selector ?? {})) || '<none>';
  } catch (error) {
    // Only an invalid selector prints as one; anything else is a bug and goes on.
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** The one value that `key` must have, where the selector says so: lets a list use an index. */
export function exactValue(selector: Selector, key: string): string | undefined {
  const found = selector.find((one) => one.key === key);
  if (found === undefined || found.values.length !== 1) return undefined;
  return found.operator === '=' || found.operator === '==' || found.operator === 'in' ? found.values[0] : undefined;
}
