/** Labels, annotations and label selectors. Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation and pkg/api/validation/objectmeta.go. */
import { forbiddenValue, invalidValue, type Path, required, tooLong } from '../field-error.ts';
import { labelKeyProblems, labelValueProblems } from '../label-syntax.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../types.gen.ts';
import { type Errors, entries, invalidEach, none } from './fields.ts';

export function validLabelName(path: Path, key: string): Errors {
  return invalidEach(path, key, labelKeyProblems(key));
}

export function validLabels(path: Path, labels: Readonly<Record<string, string>> | undefined): Errors {
  return entries(labels).flatMap(([key, value]) => [...validLabelName(path, key), ...invalidEach(path, value, labelValueProblems(value))]);
}

const maxAnnotationBytes = 256 * 1024;

export function validAnnotations(path: Path, annotations: Readonly<Record<string, string>> | undefined): Errors {
  // Upper case is allowed in annotations' prefixes for compatibility, so the check is made in lower case.
  const keys = entries(annotations).flatMap(([key]) => invalidEach(path, key, labelKeyProblems(key.toLowerCase())));
  const size = Object.entries(annotations ?? {}).reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  return size > maxAnnotationBytes ? [...keys, tooLong(path, maxAnnotationBytes)] : keys;
}

export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

export function validSelector(path: Path, selector: LabelSelector | undefined): Errors {
  if (selector === undefined) return none;
  const labels = validLabels(path.at('matchLabels'), selector.matchLabels);
  const expressions = (selector.matchExpressions ?? []).flatMap((expression, index) =>
    validExpression(path.at('matchExpressions', index), expression),
  );
  return [...labels, ...expressions];
}

function validExpression(path: Path, { key, operator, values = [] }: LabelSelectorRequirement): Errors {
  return [
    ...operatorErrors(path, operator, values),
    ...validLabelName(path.at('key'), key),
    ...values.flatMap((value, index) => invalidEach(path.at('values', index), value, labelValueProblems(value))),
  ];
}

function operatorErrors(path: Path, operator: string, values: readonly string[]): Errors {
  if (operator === 'In' || operator === 'NotIn')
    return values.length === 0 ? [required(path.at('values'), "must be specified when `operator` is 'In' or 'NotIn'")] : none;
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length > 0
      ? [forbiddenValue(path.at('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
      : none;
  return [invalidValue(path.at('operator'), operator, 'not a valid selector operator')];
}
