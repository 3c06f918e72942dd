/** One thing wrong with one field, in Kubernetes' wording. Upstream: k8s.io/apimachinery/pkg/util/validation/field/errors.go. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name` */
  readonly field: string;
  /** The whole message without the field: `Invalid value: "A": must be lower case`. */
  readonly message: string;
}

/**
 * A path to a field that prints as Kubernetes prints it: `spec.ports[0].name`, `metadata.labels[a/b]`. Most are never printed, because most
 * objects are good: the text is made when it is asked for.
 */
export class Path {
  readonly #parent: Path | undefined;
  readonly #steps: readonly (string | number)[];
  /** `steps` below `parent`: for `at` and `key`. */
  constructor(text = '', parent?: Path, steps: readonly (string | number)[] = [text]) {
    this.#parent = parent;
    this.#steps = steps;
  }
  /** `at('spec', 'ports', 0, 'name')` */
  at(...steps: readonly (string | number)[]): Path {
    return new Path('', this, steps);
  }
  /** A map key: `labels[app]`. */
  key(key: string): Path {
    return new Path(`[${key}]`, this);
  }
  toString(): string {
    return this.#steps.reduce<string>(join, this.#parent?.toString() ?? '');
  }
}

function join(text: string, step: string | number): string {
  if (typeof step === 'number') return `${text}[${step}]`;
  return text === '' || step.startsWith('[') ? `${text}${step}` : `${text}.${step}`;
}

/** Longer values are cut: a name of three megabytes is not repeated in every message about it. */
const maxShown = 4096;

/** Go's %v/%q for the values that appear in messages. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
export function required(path: Path, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field: String(path), message: detail === '' ? 'Required value' : `Required value: ${detail}` };
}
export function invalidValue(path: Path, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: String(path), message: `Invalid value: ${show(value)}: ${detail}` };
}
export function duplicate(path: Path, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field: String(path), message: `Duplicate value: ${show(value)}` };
}
export function notFoundValue(path: Path, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field: String(path), message: `Not found: ${show(value)}` };
}
export function notSupported(path: Path, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return { type: 'FieldValueNotSupported', field: String(path), message: `Unsupported value: ${show(value)}: supported values: ${list}` };
}
export function forbiddenValue(path: Path, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field: String(path), message: `Forbidden: ${detail}` };
}
export function tooLong(path: Path, maxBytes: number): FieldError {
  return { type: 'FieldValueTooLong', field: String(path), message: `Too long: may not be more than ${maxBytes} bytes` };
}
export function tooMany(path: Path, count: number, max: number): FieldError {
  return { type: 'FieldValueTooMany', field: String(path), message: `Too many: ${count}: must have at most ${max} items` };
}
