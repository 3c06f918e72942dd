/** Validation of custom resources: the schema's, and what Kubernetes asks of every object. Upstream: registry/customresource/{strategy,validator}.go. */
import { type FieldError, invalidValue, Path } from '../field-error.ts';
import type { KindDefinition } from '../kind.ts';
import type { Json, KubeObject } from '../object.ts';
import type { CustomResourceSubresourceScale } from '../types.gen.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
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
  return {
    validateCreate(object) {
      const value = jsonOf(object);
      return [
        ...validateValue(value, schema),
        ...scaleErrors(object, scale, true),
        ...embeddedErrors(value, schema, root),
        ...listTypeErrors(value, schema, root),
      ];
    },
    validateUpdate(next, old) {
      const [value, before] = [jsonOf(next), jsonOf(old)];
      // Lists that were wrong already may stay so.
      const wasGood = listTypeErrors(before, schema, root).length === 0;
      return [
        ...validateValue(value, schema, { old: before }),
        ...scaleErrors(next, scale, true),
        ...embeddedErrors(value, schema, root),
        ...(wasGood ? listTypeErrors(value, schema, root) : []),
      ];
    },
    validateStatusUpdate(next, old) {
      const part = propertyOf(schema, 'status');
      const [status, before] = [statusOf(next), statusOf(old)];
      if (status === undefined || !part) return scaleErrors(next, scale, false);
      const path = new Path('status');
      const place = { path, ...(before === undefined ? {} : { old: before }) };
      return [...validateValue(status, part, place), ...scaleErrors(next, scale, false), ...listTypeErrors(status, part, path)];
    },
    warnings: finalizerWarnings,
  };
}

/** An object of the API is JSON. */
function jsonOf(object: KubeObject): Json {
  return object as unknown as Json;
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
