/** Validation of custom resources: the schema's, and what Kubernetes asks of every object. Upstream: registry/customresource/{strategy,validator}.go. */
import { type FieldError, invalidValue, Path } from '../field-error.ts';
import type { KindDefinition } from '../kind.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import type { CustomResourceSubresourceScale } from '../types.gen.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
import { celErrors, hasRules } from './cel-rules.ts';
import { embeddedErrors } from './embedded.ts';
import { simplePath, valueAt } from './json-path.ts';
import { listTypeErrors } from './list-types.ts';
import { propertyOf, type Schema } from './schema.ts';
import { validateValue } from './validate.ts';

type Errors = readonly FieldError[];

interface Ruled {
  readonly schema: Schema;
  readonly scale: CustomResourceSubresourceScale | undefined;
}

export function customRules({
  schema,
  scale,
}: Ruled): Pick<KindDefinition, 'validateCreate' | 'validateUpdate' | 'validateStatusUpdate' | 'warnings'> {
  const root = new Path();
  /** Rules are held only against what is sound: others could not be told from what they find. */
  const withRules = (errors: Errors, value: JsonObject, old?: JsonObject): Errors => {
    if (!hasRules(schema)) return errors;
    return errors.some(({ type }) => blocking.has(type)) ? [...errors, unchecked] : [...errors, ...celErrors(value, schema, old)];
  };
  return {
    validateCreate(object) {
      const value = jsonOf(object);
      const errors = [
        ...validateValue(value, schema),
        ...scaleErrors(object, scale, true),
        ...embeddedErrors(value, schema, root),
        ...listTypeErrors(value, schema, root),
      ];
      return withRules(errors, value);
    },
    validateUpdate(next, old) {
      const [value, before] = [jsonOf(next), jsonOf(old)];
      // Lists that were wrong already may stay so.
      const wasGood = listTypeErrors(before, schema, root).length === 0;
      const errors = [
        ...validateValue(value, schema, { old: before }),
        ...scaleErrors(next, scale, true),
        ...embeddedErrors(value, schema, root),
        ...(wasGood ? listTypeErrors(value, schema, root) : []),
      ];
      return withRules(errors, value, before);
    },
    validateStatusUpdate(next, old) {
      const part = propertyOf(schema, 'status');
      const [status, before] = [statusOf(next), statusOf(old)];
      const path = new Path('status');
      const place = { path, ...(before === undefined ? {} : { old: before }) };
      const own = status === undefined || !part ? [] : [...validateValue(status, part, place), ...listTypeErrors(status, part, path)];
      return withRules([...own, ...scaleErrors(next, scale, false)], jsonOf(next), jsonOf(old));
    },
    warnings: finalizerWarnings,
  };
}

const blocking: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const unchecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** An object of the API is JSON. */
function jsonOf(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
function statusOf(object: KubeObject): Json | undefined {
  return (object as { readonly status?: Json }).status;
}

const maxReplicas = 2 ** 31 - 1;

function scaleErrors(object: KubeObject, scale: CustomResourceSubresourceScale | undefined, withSpec: boolean): Errors {
  if (!scale) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  const selector = labelSelectorPath ? valueAt(object, simplePath(labelSelectorPath)) : undefined;
  return [
    ...(withSpec ? countErrors(object, specReplicasPath) : []),
    ...countErrors(object, statusReplicasPath),
    ...(selector !== undefined && typeof selector !== 'string'
      ? [
          invalidValue(
            new Path(labelSelectorPath),
            '',
            `${labelSelectorPath} accessor error: ${shown(selector)} is of the type ${goType(selector)}, expected string`,
          ),
        ]
      : []),
  ];
}
function countErrors(object: KubeObject, text: string): Errors {
  const count = valueAt(object, simplePath(text));
  const path = new Path(text);
  if (count === undefined) return [];
  if (typeof count !== 'number' || !Number.isInteger(count))
    return [invalidValue(path, 0, `${text} accessor error: ${shown(count)} is of the type ${goType(count)}, expected int64`)];
  if (count < 0) return [invalidValue(path, count, 'should be a non-negative integer')];
  return count > maxReplicas ? [invalidValue(path, count, `should be less than or equal to ${maxReplicas}`)] : [];
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
function goType(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : typeof value;
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
function finalizerWarnings({ metadata }: KubeObject): readonly string[] {
  return (metadata.finalizers ?? []).flatMap((name) => {
    const about = `metadata.finalizers: ${JSON.stringify(name)}:`;
    const problems = qualifiedNameProblems(name).map((problem) => `${about} ${problem}`);
    if (name.includes('/') || standardFinalizers.has(name)) return problems;
    const path = name.includes('.') ? ' including a path (/)' : '';
    return [
      ...problems,
      `${about} prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}
