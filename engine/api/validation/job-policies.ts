/** When a Job fails or succeeds by rules. Upstream: validatePodFailurePolicy and validateSuccessPolicy in pkg/apis/batch/validation. */
import { duplicate, type FieldError, invalidValue, notSupported, type Path, required, tooLong, tooMany } from '../field-error.ts';
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from '../types.gen.ts';
import { type Errors, none, nonNegative, validQualifiedName } from './fields.ts';

const mostRules = 20;
const mostValues = 255;
const longestIndexes = 64 * 1024;
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];
const listed = (values: readonly string[]): string => `valid values: [${values.map((value) => JSON.stringify(value)).join(' ')}]`;

export function failurePolicyErrors(path: Path, { rules }: PodFailurePolicy, spec: JobSpec): Errors {
  const at = path.at('rules');
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  return [
    ...(rules.length > mostRules ? [tooMany(at, rules.length, mostRules)] : none),
    ...rules.flatMap((rule, index) =>
      failureRuleErrors(at.at(index), rule, { names, isPerIndex: spec.backoffLimitPerIndex !== undefined }),
    ),
  ];
}

function failureRuleErrors(
  path: Path,
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  { names, isPerIndex }: { readonly names: readonly string[]; readonly isPerIndex: boolean },
): Errors {
  const hasConditions = onPodConditions.length > 0;
  return [
    ...actionErrors(path.at('action'), action, isPerIndex),
    ...(onExitCodes ? exitCodeErrors(path.at('onExitCodes'), onExitCodes, names) : none),
    ...(hasConditions ? conditionErrors(path.at('onPodConditions'), onPodConditions) : none),
    ...(onExitCodes && hasConditions ? [withoutValue(path, 'specifying both OnExitCodes and OnPodConditions is not supported')] : none),
    ...(!onExitCodes && !hasConditions ? [withoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required')] : none),
  ];
}
function withoutValue(path: Path, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: String(path), message: `Invalid value: ${detail}` };
}
function actionErrors(path: Path, action: string, isPerIndex: boolean): Errors {
  if (!action) return [required(path, listed(actions))];
  if (action === 'FailIndex' && !isPerIndex) return [invalidValue(path, action, 'requires the backoffLimitPerIndex to be set')];
  return actions.includes(action) ? none : [notSupported(path, action, actions)];
}

function conditionErrors(path: Path, patterns: readonly PodFailurePolicyOnPodConditionsPattern[]): Errors {
  const statusErrors = (at: Path, status: string): Errors => {
    if (!status) return [required(at, listed(statuses))];
    return statuses.includes(status) ? none : [notSupported(at, status, statuses)];
  };
  return [
    ...(patterns.length > mostRules ? [tooMany(path, patterns.length, mostRules)] : none),
    ...patterns.flatMap(({ type, status }, index) => [
      ...validQualifiedName(path.at(index, 'type'), type),
      ...statusErrors(path.at(index, 'status'), status),
    ]),
  ];
}

function exitCodeErrors(path: Path, requirement: PodFailurePolicyOnExitCodesRequirement, names: readonly string[]): Errors {
  const { operator, containerName, values = [] } = requirement;
  const at = path.at('values');
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? value) <= value);
  const unknown = 'must be one of the container or initContainer names in the pod template';
  return [
    ...(!operator ? [required(path.at('operator'), listed(operators))] : none),
    ...(operator && !operators.includes(operator) ? [notSupported(path.at('operator'), operator, operators)] : none),
    ...(containerName !== undefined && !names.includes(containerName)
      ? [invalidValue(path.at('containerName'), containerName, unknown)]
      : none),
    ...(values.length === 0 ? [invalidValue(at, values, 'at least one value is required')] : none),
    ...(values.length > mostValues ? [tooMany(at, values.length, mostValues)] : none),
    ...values.flatMap(
      (value, index): Errors => [
        ...(operator === 'In' && value === 0 ? [invalidValue(at.at(index), value, 'must not be 0 for the In operator')] : none),
        ...(values.indexOf(value) < index ? [duplicate(at.at(index), value)] : none),
      ],
    ),
    ...(isOrdered ? none : [invalidValue(at, values, 'must be ordered')]),
  ];
}

export function successPolicyErrors(path: Path, { rules = [] }: SuccessPolicy, completions: number): Errors {
  const at = path.at('rules');
  return [
    ...(rules.length === 0 ? [required(at, 'at least one rules must be specified when the successPolicy is specified')] : none),
    ...(rules.length > mostRules ? [tooMany(at, rules.length, mostRules)] : none),
    ...rules.flatMap((rule, index) => successRuleErrors(at.at(index), rule, completions)),
  ];
}

function successRuleErrors(path: Path, { succeededIndexes, succeededCount }: SuccessPolicyRule, completions: number): Errors {
  const indexes = path.at('succeededIndexes');
  const count = path.at('succeededCount');
  const read = succeededIndexes === undefined ? { total: 0 } : readIndexes(succeededIndexes, completions);
  const atMost = (most: number, what: string): Errors =>
    succeededCount !== undefined && succeededCount > most
      ? [invalidValue(count, succeededCount, `must be less than or equal to ${most} (the number of ${what})`)]
      : none;
  return [
    ...(succeededCount === undefined && succeededIndexes === undefined
      ? [required(path, 'at least one of succeededCount or succeededIndexes must be specified')]
      : none),
    ...((succeededIndexes?.length ?? 0) > longestIndexes ? [tooLong(indexes, longestIndexes)] : none),
    ...('problem' in read ? [invalidValue(indexes, succeededIndexes, `error parsing succeededIndexes: ${read.problem}`)] : none),
    ...nonNegative(count, succeededCount),
    ...atMost(completions, 'specified completions'),
    ...(succeededIndexes === undefined
      ? none
      : atMost('total' in read ? read.total : 0, 'indexes in the specified succeededIndexes field')),
  ];
}

function readIndexes(text: string, completions: number): { readonly total: number } | { readonly problem: string } {
  if (text === '') return { total: 0 };
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(',')) {
    const limits = part.split('-');
    if (limits.length > 2)
      return {
        problem: `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
      };
    for (const limit of limits) {
      if (!/^\d+$/.test(limit)) return { problem: `cannot convert string to integer for index: ${JSON.stringify(limit)}` };
      if (Number(limit) >= completions) return { problem: `too large index: ${JSON.stringify(limit)}` };
    }
    const [first = 0, end = first] = limits.map(Number);
    if (limits.length > 1 && first >= end) return { problem: `non-increasing order, previous: ${first}, current: ${end}` };
    if (last !== undefined && last >= first) return { problem: `non-increasing order, previous: ${last}, current: ${first}` };
    total += end - first + 1;
    last = end;
  }
  return { total };
}
