/** What the schema of a definition may say, part by part. Upstream: ValidateCustomResourceDefinitionOpenAPISchema in pkg/apis/apiextensions/validation. */
import { type FieldError, forbiddenValue, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import type { Json } from '../object.ts';
import { sameJson } from '../patch/merge-patch.ts';
import { celDefinitionErrors } from './cel-definition.ts';
import { embeddedErrors } from './embedded.ts';
import { pruneObject, pruneValue } from './prune.ts';
import { additionalOf, isEmbedded, isObject, itemsOf, listTypeOf, mapKeysOf, metaFields, propertyOf, type Schema } from './schema.ts';
import { structuralErrors } from './structural.ts';
import { validateValue } from './validate.ts';

type Errors = readonly FieldError[];

const allowedAtRoot =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const rootNames: ReadonlySet<string> = new Set(
  allowedAtRoot
    .split(' ')
    .map((name) => name.charAt(0).toLowerCase() + name.slice(1))
    .map(
      (name) =>
        ({ xPreserveUnknownFields: 'x-kubernetes-preserve-unknown-fields', xValidations: 'x-kubernetes-validations' })[name] ?? name,
    ),
);

/** `path` leads to the schema. */
export function schemaErrors(schema: Schema, path: Path, { hasStatus }: { readonly hasStatus: boolean }): Errors {
  const structural = structuralErrors(schema, path);
  const errors = [
    ...(hasStatus ? rootErrors(schema, path) : []),
    ...(schema.nullable ? [forbiddenValue(path.at('nullable'), 'nullable cannot be true at the root')] : []),
    ...structural,
    ...(structural.length > 0 ? [] : defaultErrors({ ...schema, 'x-kubernetes-embedded-resource': true }, path, false)),
    ...partErrors(schema, path, { isRoot: true, isMeta: false }),
  ];
  // What rules can name is known only of a sound schema.
  return errors.length > 0 ? errors : celDefinitionErrors(schema, path);
}

/** With a status of its own, the status is validated by its part of the schema alone: nothing at the root may speak about it. */
function rootErrors(schema: Schema, path: Path): Errors {
  for (const name of Object.keys(schema)) {
    if (name === 'type' && schema.type !== 'object')
      return [
        invalidValue(
          path.at('type'),
          schema.type,
          'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
        ),
      ];
    if (!rootNames.has(name))
      return [
        invalidValue(
          path,
          schema,
          `only [${allowedAtRoot}] fields are allowed at the root of the schema if the status subresource is enabled`,
        ),
      ];
  }
  return [];
}

/** Defaults are values of their schema, and have no more fields than it. */
function defaultErrors(schema: Schema, path: Path, isMeta: boolean): Errors {
  const items = itemsOf(schema);
  return [
    ...(schema.default === undefined || isMeta ? [] : ownDefaultErrors(schema, schema.default as Json, path.at('default'))),
    ...(items ? defaultErrors(items, path.at('items'), isMeta) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      defaultErrors(property, path.at('properties').key(name), isMeta || (isEmbedded(schema) && metaFields.has(name))),
    ),
  ];
}
function ownDefaultErrors(schema: Schema, value: Json, path: Path): Errors {
  const pruned = isEmbedded(schema) && isObject(value) ? pruneObject(value, schema, { isStored: true }) : pruneValue(value, schema);
  const unknown = sameJson(pruned, value) ? [] : [invalidValue(path, value, 'must not have unknown fields')];
  const embedded = embeddedErrors(value, schema, path);
  return [...unknown, ...(embedded.length > 0 ? embedded : validateValue(value, schema, { path }))];
}

interface Place {
  readonly isRoot: boolean;
  /** Inside of metadata, apiVersion or kind of an object. */
  readonly isMeta: boolean;
  /** Why there may be no default here. */
  readonly noDefault?: string;
}

const types: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function partErrors(schema: Schema, path: Path, place: Place): Errors {
  return [
    ...standardErrors(schema, path, place),
    ...innerErrors(schema, path, place),
    ...extensionErrors(schema, path),
    ...ruleErrors(schema, path),
  ];
}

function standardErrors(schema: Schema, path: Path, { isMeta, noDefault }: Place): Errors {
  const unsupported = (name: keyof Schema): Errors =>
    schema[name] === undefined ? [] : [forbiddenValue(path.at(name), `${name} is not supported`)];
  return [
    ...(schema.type && !types.includes(schema.type) ? [notSupported(path.at('type'), schema.type, types)] : []),
    ...(schema.default !== undefined && noDefault ? [forbiddenValue(path.at('default'), `must not be set ${noDefault}`)] : []),
    ...(['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const).flatMap(unsupported),
    ...(schema.type === 'null' ? [forbiddenValue(path.at('type'), 'type cannot be set to null, use nullable as an alternative')] : []),
    ...(Array.isArray(schema.items) ? [forbiddenValue(path.at('items'), 'items must be a schema object and not an array')] : []),
    ...(isMeta && isEmbedded(schema)
      ? [forbiddenValue(path.at('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta')]
      : []),
    ...(schema.uniqueItems
      ? [forbiddenValue(path.at('uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')]
      : []),
  ];
}

function innerErrors(schema: Schema, path: Path, place: Place): Errors {
  const within = { ...place, isRoot: false };
  const additional = additionalOf(schema);
  const items = itemsOf(schema);
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  const additionalPlace = place.isMeta ? { ...within, noDefault: 'inside additionalProperties applying to object metadata' } : within;
  return [
    ...(hasProperties && schema.additionalProperties !== undefined && schema.additionalProperties !== true
      ? [forbiddenValue(path.at('additionalProperties'), 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...(additional ? partErrors(additional, path.at('additionalProperties'), additionalPlace) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const isMeta = (place.isRoot || isEmbedded(schema)) && metaFields.has(name);
      const noDefault = isMeta && place.isRoot ? { noDefault: `in top-level ${name}` } : {};
      return partErrors(property, path.at('properties').key(name), { ...within, isMeta: place.isMeta || isMeta, ...noDefault });
    }),
    ...(schema.not ? partErrors(schema.not, path.at('not'), within) : []),
    ...(['allOf', 'oneOf', 'anyOf'] as const).flatMap((name) =>
      (schema[name] ?? []).flatMap((one, index) => partErrors(one, path.at(name, index), within)),
    ),
    ...(items ? partErrors(items, path.at('items'), within) : []),
  ];
}

/** A marker that only makes sense for one type. */
function needsType(schema: Schema, path: Path, { type, marker }: { readonly type: string; readonly marker: keyof Schema }): Errors {
  if (schema[marker] === undefined || schema.type === type) return [];
  const problem = `must be ${type} if ${marker} is specified`;
  return [schema.type ? invalidValue(path.at('type'), schema.type, problem) : required(path.at('type'), problem)];
}

function extensionErrors(schema: Schema, path: Path): Errors {
  const listType = listTypeOf(schema);
  const mapType = schema['x-kubernetes-map-type'];
  const keeps = schema['x-kubernetes-preserve-unknown-fields'];
  return [
    ...(keeps === false ? [invalidValue(path.at('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined')] : []),
    ...needsType(schema, path, { type: 'object', marker: 'x-kubernetes-map-type' }),
    ...(mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular'
      ? [notSupported(path.at('x-kubernetes-map-type'), mapType, ['atomic', 'granular'])]
      : []),
    ...needsType(schema, path, { type: 'array', marker: 'x-kubernetes-list-type' }),
    ...(schema.type === 'array' && listType === 'set' ? setErrors(schema, path) : []),
    ...(listType !== undefined && !['atomic', 'set', 'map'].includes(listType)
      ? [notSupported(path.at('x-kubernetes-list-type'), listType, ['atomic', 'set', 'map'])]
      : []),
    ...mapErrors(schema, path),
  ];
}

function setErrors(schema: Schema, path: Path): Errors {
  const items = itemsOf(schema);
  const problem = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = listTypeOf(items);
  const mapType = items?.['x-kubernetes-map-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic')
    return [invalidValue(path.at('items', 'x-kubernetes-list-type'), listType, problem)];
  if (items?.type === 'object' && mapType !== 'atomic')
    return [invalidValue(path.at('items', 'x-kubernetes-map-type'), mapType ?? null, problem)];
  return nullableItems(items, path, 'set');
}
function nullableItems(items: Schema | undefined, path: Path, listType: string): Errors {
  return items?.nullable
    ? [forbiddenValue(path.at('items', 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`)]
    : [];
}

function mapErrors(schema: Schema, path: Path): Errors {
  const listType = listTypeOf(schema);
  const keys = mapKeysOf(schema);
  const problem = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (listType !== 'map') {
    if (keys.length === 0) return [];
    const at = path.at('x-kubernetes-list-type');
    return [listType === undefined ? required(at, problem) : invalidValue(at, listType, problem)];
  }
  const at = path.at('x-kubernetes-list-map-keys');
  const items = itemsOf(schema);
  return [
    ...(keys.length === 0 ? [required(at, 'must not be empty if x-kubernetes-list-type is map')] : []),
    ...(schema.items === undefined ? [required(path.at('items'), 'must have a schema if x-kubernetes-list-type is map')] : []),
    ...(items && items.type !== 'object'
      ? [invalidValue(path.at('items', 'type'), items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map")]
      : []),
    ...(items?.type === 'object' ? keys.flatMap((key, index) => keyErrors(items, key, { path, keys, index })) : []),
    ...nullableItems(items, path, 'map'),
  ];
}

interface KeyPlace {
  readonly path: Path;
  readonly keys: readonly string[];
  readonly index: number;
}
function keyErrors(items: Schema, key: string, { path, keys, index }: KeyPlace): Errors {
  const property = propertyOf(items, key);
  const at = path.at('x-kubernetes-list-map-keys');
  const own = path.at('items', 'properties').key(key);
  const needed = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
  return [
    ...(property?.type === 'array' || property?.type === 'object'
      ? [invalidValue(own.at('type'), items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map")]
      : []),
    ...(property ? [] : [invalidValue(at, keys, 'entries must all be names of item properties')]),
    ...(keys.indexOf(key) < index ? [invalidValue(at, keys, 'must not contain duplicate entries')] : []),
    ...(property && property.default === undefined && !items.required?.includes(key) ? [required(own.at('default'), needed)] : []),
    ...(property?.nullable
      ? [forbiddenValue(own.at('nullable'), 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable')]
      : []),
  ];
}

const reasons: readonly string[] = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text);

/** The form of the rules; what they say is checked by who compiles them. */
function ruleErrors(schema: Schema, path: Path): Errors {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index): Errors => {
    const at = path.at('x-kubernetes-validations', index);
    const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
    return [
      ...textErrors(rule.rule, message, at),
      ...(messageExpression !== '' && messageExpression.trim() === ''
        ? [required(at.at('messageExpression'), 'messageExpression must be non-empty if specified')]
        : []),
      ...(reason !== undefined && !reasons.includes(reason) ? [notSupported(at.at('reason'), reason, reasons)] : []),
      ...(fieldPath !== '' && fieldPath.trim() === ''
        ? [invalidValue(at.at('fieldPath'), fieldPath, 'must be non-empty if specified')]
        : []),
      ...(hasLineBreak(fieldPath) ? [invalidValue(at.at('fieldPath'), fieldPath, 'must not contain line breaks')] : []),
    ];
  });
}
function textErrors(rule: string, message: string, at: Path): Errors {
  if (rule.trim() === '') return [required(at.at('rule'), 'rule is not specified')];
  if (message !== '' && message.trim() === '') return [invalidValue(at.at('message'), message, 'must be non-empty if specified')];
  if (hasLineBreak(message.trim())) return [invalidValue(at.at('message'), message, 'must not contain line breaks')];
  if (hasLineBreak(rule.trim()) && message.trim() === '')
    return [required(at.at('message'), 'message must be specified if rule contains line breaks')];
  return [];
}
