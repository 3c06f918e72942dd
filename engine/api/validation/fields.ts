/** Checks of single fields that all kinds use; each gives the errors of one field. Upstream: k8s.io/apimachinery/pkg/api/validation. */
import { type FieldError, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import type { IntOrString } from '../types.gen.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  percentProblems,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from './names.ts';

export type Errors = readonly FieldError[];
export const none: Errors = [];

/** One Invalid error for each problem. */
export function invalidEach(path: Path, value: unknown, problems: readonly string[]): Errors {
  return problems.map((problem) => invalidValue(path, value, problem));
}

export function validLabel(path: Path, value: string): Errors {
  return invalidEach(path, value, dns1123LabelProblems(value));
}
export function validSubdomain(path: Path, value: string): Errors {
  return invalidEach(path, value, dns1123SubdomainProblems(value));
}
export function validQualifiedName(path: Path, value: string): Errors {
  return invalidEach(path, value, qualifiedNameProblems(value));
}
export function validPort(path: Path, value: number): Errors {
  return invalidEach(path, value, portNumberProblems(value));
}
export function validPortOrName(path: Path, value: IntOrString): Errors {
  return typeof value === 'number' ? validPort(path, value) : invalidEach(path, value, portNameProblems(value));
}

export function nonEmpty(path: Path, value: string | undefined, detail = ''): Errors {
  return value ? none : [required(path, detail)];
}
export function nonNegative(path: Path, value: number | undefined): Errors {
  return value !== undefined && value < 0 ? [invalidValue(path, value, 'must be greater than or equal to 0')] : none;
}
/** For spec fields that were defaulted: absent is an error, as is what is not listed. */
export function oneOf(path: Path, value: string | undefined, supported: readonly string[]): Errors {
  if (!value) return [required(path)];
  return supportedIfSet(path, value, supported);
}
export function supportedIfSet(path: Path, value: string | undefined, supported: readonly string[]): Errors {
  return value === undefined || supported.includes(value) ? none : [notSupported(path, value, supported)];
}

export function countOrPercent(path: Path, value: IntOrString): Errors {
  return typeof value === 'number' ? nonNegative(path, value) : invalidEach(path, value, percentProblems(value));
}

/** Equal as the API sees it: an absent field, an empty list and an empty map are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  const left: Readonly<Record<string, unknown>> = { ...a };
  const right: Readonly<Record<string, unknown>> = { ...b };
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}
/** An empty object that stands for a choice (`emptyDir: {}`) differs from none; an empty list does not. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || value === false || value === 0 || (Array.isArray(value) && value.length === 0)
  );
}

export function immutable(path: Path, next: unknown, old: unknown): Errors {
  return isSame(next, old) ? none : [invalidValue(path, sorted(next), 'field is immutable')];
}

/** With sorted keys, as Go prints maps. */
export function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Entries in the order in which they are reported: sorted, so that messages are the same each time. */
export function entries<T>(map: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] {
  return Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
