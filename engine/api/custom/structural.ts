/**
 * Whether a schema is structural: every field has a type in the schema itself, and the logical parts only add conditions to what is there.
 * Upstream: apiserver/schema/validation.go and complete.go.
 */
import { type FieldError, forbiddenValue, invalidValue, type Path, required } from '../field-error.ts';
import { messageOf } from '../message-of.ts';
import type { Json } from '../object.ts';
import { sameJson } from '../patch/merge-patch.ts';
import { compilePattern } from './pattern.ts';
import { additionalOf, isEmbedded, isIntOrString, itemsOf, keepsUnknown, propertyOf, type Schema } from './schema.ts';

type Level = 'root' | 'item' | 'field';
type Errors = readonly FieldError[];

/** Sorted by their text, as upstream. */
export function structuralErrors(schema: Schema, path: Path): Errors {
  const errors = [...invariantErrors(schema, 'root', path), ...completenessErrors(schema, schema, path, path)];
  return errors.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
function textOf({ field, message }: FieldError): string {
  return `${field}: ${message}`;
}

const intOrString = [{ type: 'integer' }, { type: 'string' }] as Json;
/** A union of the two types is what `x-kubernetes-int-or-string` means, and may be spelled out. */
function isIntOrStringUnion(schemas: readonly Schema[] | undefined): boolean {
  return schemas !== undefined && sameJson(schemas as unknown as Json, intOrString);
}

function invariantErrors(schema: Schema, level: Level, path: Path): Errors {
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  return [
    ...(schema.type === 'array' && schema.items === undefined ? [required(path.at('items'), 'must be specified')] : []),
    ...(items ? invariantErrors(items, 'item', path.at('items')) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      invariantErrors(property, 'field', path.at('properties').key(name)),
    ),
    ...(schema.additionalProperties !== undefined && level === 'root'
      ? [forbiddenValue(path.at('additionalProperties'), 'must not be used at the root')]
      : []),
    ...(additional ? invariantErrors(additional, 'field', path.at('additionalProperties')) : []),
    ...extensionErrors(schema, path),
    ...conditionErrors(schema, path, {
      skipsAnyOf: isIntOrStringUnion(schema.anyOf),
      skipsFirstAllOf: isIntOrStringUnion(schema.allOf?.[0]?.anyOf),
    }),
    ...typeErrors(schema, level, path),
    ...metaErrors(schema, level, path),
  ];
}

function extensionErrors(schema: Schema, path: Path): Errors {
  if (!isIntOrString(schema)) return [];
  const wrong = (name: string): FieldError => invalidValue(path.at(name), true, 'must be false if x-kubernetes-int-or-string is true');
  return [
    ...(keepsUnknown(schema) ? [wrong('x-kubernetes-preserve-unknown-fields')] : []),
    ...(isEmbedded(schema) ? [wrong('x-kubernetes-embedded-resource')] : []),
  ];
}

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
function typeErrors(schema: Schema, level: Level, path: Path): Errors {
  const { type = '' } = schema;
  const at = path.at('type');
  const errors: FieldError[] = [];
  if (isEmbedded(schema) && type !== 'object') {
    const problem = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(at, problem) : invalidValue(at, type, problem));
  } else if (type === '' && !isIntOrString(schema) && !keepsUnknown(schema)) errors.push(required(at, missingType[level]));
  if (isEmbedded(schema) && schema.additionalProperties !== undefined)
    errors.push(forbiddenValue(path.at('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalidValue(at, type, 'must be object at the root'));
  return errors;
}

function metaErrors(schema: Schema, level: Level, path: Path): Errors {
  const isResource = level === 'root' || isEmbedded(schema);
  const of = (name: string): Path => path.at('properties').key(name);
  const errors: FieldError[] = [];
  for (const name of ['kind', 'apiVersion']) {
    const property = propertyOf(schema, name);
    if (property && isResource && property.type !== 'string')
      errors.push(invalidValue(of(name).at('type'), property.type ?? '', 'must be string'));
  }
  const metadata = propertyOf(schema, 'metadata');
  if (metadata && isResource && metadata.type !== 'object')
    errors.push(invalidValue(of('metadata').at('type'), metadata.type ?? '', 'must be object'));
  if (metadata && level === 'root' && !restrictsOnlyNames(metadata))
    errors.push(
      forbiddenValue(of('metadata'), 'must not specify anything other than name and generateName, but metadata is implicitly specified'),
    );
  if (isEmbedded(schema) && !keepsUnknown(schema) && Object.keys(schema.properties ?? {}).length === 0)
    errors.push(
      required(
        path.at('properties'),
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}
function restrictsOnlyNames({ type: _, default: _1, properties = {}, ...rest }: Schema): boolean {
  return Object.keys(rest).length === 0 && Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
}

interface Skipped {
  readonly skipsAnyOf?: boolean;
  readonly skipsFirstAllOf?: boolean;
}
function conditionErrors(schema: Schema, path: Path, { skipsAnyOf, skipsFirstAllOf }: Skipped = {}): Errors {
  const each = (name: 'anyOf' | 'allOf' | 'oneOf'): Errors =>
    (schema[name] ?? []).flatMap((one, index) =>
      nestedErrors(one, path.at(name, index), { skipsAnyOf: name === 'allOf' && index === 0 && skipsFirstAllOf === true }),
    );
  return [
    ...(skipsAnyOf ? [] : each('anyOf')),
    ...each('allOf'),
    ...each('oneOf'),
    ...(schema.not ? nestedErrors(schema.not, path.at('not')) : []),
    ...patternErrors(schema.pattern, path.at('pattern')),
  ];
}
function patternErrors(pattern: string | undefined, path: Path): Errors {
  if (!pattern) return [];
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    return [invalidValue(path, pattern, `must be a valid regular expression, but isn't: ${messageOf(error)}`)];
  }
}

/** What a logical part may not say, and how it is refused. */
const forbidden: readonly (readonly [name: keyof Schema, problem: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(schema: Schema, path: Path, skipped: Skipped = {}): Errors {
  const items = itemsOf(schema);
  return [
    ...conditionErrors(schema, path, skipped),
    ...(items ? nestedErrors(items, path.at('items')) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => nestedErrors(property, path.at('properties').key(name))),
    ...forbidden.filter(([name]) => schema[name]).map(([name, problem]) => forbiddenValue(path.at(name), problem)),
    ...(propertyOf(schema, 'metadata')
      ? [forbiddenValue(path.at('properties').key('metadata'), 'must not be specified in a nested context')]
      : []),
  ];
}

/** Whatever a logical part speaks of has its place in the schema itself. */
function completenessErrors(conditions: Schema, schema: Schema, path: Path, from: Path): Errors {
  const nested = (part: Schema, at: Path): Errors => nestedCompleteness(part, schema, path, at);
  return [
    ...(conditions.not ? nested(conditions.not, from.at('not')) : []),
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
      (conditions[name] ?? []).flatMap((part, index) => nested(part, from.at(name, index))),
    ),
  ];
}
function nestedCompleteness(part: Schema, schema: Schema | undefined, path: Path, from: Path): Errors {
  if (!schema) return [required(path, `because it is defined in ${from}`)];
  const items = itemsOf(part);
  return [
    ...completenessErrors(part, schema, path, from),
    ...(items ? nestedCompleteness(items, itemsOf(schema), path.at('items'), from.at('items')) : []),
    ...Object.entries(part.properties ?? {}).flatMap(([name, property]) => {
      const at = path.at('properties').key(name);
      return nestedCompleteness(property, propertyOf(schema, name), at, from.at('properties').key(name));
    }),
  ];
}
