/** Taints of Nodes and what Pods tolerate. Upstream: ValidateTolerations and validateNodeTaints in pkg/apis/core/validation. */
import { type FieldError, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import { labelValueProblems } from '../label-syntax.ts';
import type { Taint, Toleration } from '../types.gen.ts';
import { type Errors, none, supportedIfSet } from './fields.ts';
import { validLabelName } from './labels.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function valueErrors(path: Path, value: string): Errors {
  const problems = labelValueProblems(value);
  return problems.length > 0 ? [invalidValue(path, value, problems.join(';'))] : none;
}

function operatorErrors(path: Path, { operator = '', value = '' }: Toleration): Errors {
  switch (operator) {
    case '':
    case 'Equal':
      return valueErrors(path, value);
    case 'Exists':
      return value === '' ? none : [invalidValue(path, value, "value must be empty when `operator` is 'Exists'")];
    default:
      return [notSupported(path, operator, ['Equal', 'Exists'])];
  }
}

export function tolerationErrors(path: Path, tolerations: readonly Toleration[] = []): Errors {
  return tolerations.flatMap((toleration, index) => {
    const at = path.at(index);
    const { key, operator = '', effect = '', tolerationSeconds } = toleration;
    const needsExists = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    return [
      ...(key ? validLabelName(at.at('key'), key) : none),
      ...(!key && operator !== 'Exists' ? [invalidValue(at.at('operator'), operator, needsExists)] : none),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [invalidValue(at.at('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : none),
      ...operatorErrors(at.at('operator'), toleration),
      ...(effect ? supportedIfSet(at.at('effect'), effect, effects) : none),
    ];
  });
}

export function taintErrors(path: Path, taints: readonly Taint[] = []): Errors {
  const seen = new Set<string>();
  return taints.flatMap((taint, index): readonly FieldError[] => {
    const at = path.at(index);
    const pair = `${taint.key}:${taint.effect}`;
    const isTaken = seen.has(pair);
    seen.add(pair);
    const twice = `Duplicate value: ${JSON.stringify(taint)}: taints must be unique by key and effect pair`;
    return [
      ...validLabelName(at.at('key'), taint.key),
      ...valueErrors(at.at('value'), taint.value ?? ''),
      ...(taint.effect ? supportedIfSet(at.at('effect'), taint.effect, effects) : [required(at.at('effect'))]),
      ...(isTaken ? [{ type: 'FieldValueDuplicate' as const, field: String(at), message: twice }] : none),
    ];
  });
}
