/**
 * Holds a value against a schema, in the words of Kubernetes. A part that has not changed since the old value passes as it is.
 * Upstream: apiserver/validation over kube-openapi's pkg/validation/validate, whose order of checks decides the order of errors.
 */
import { type FieldError, invalidValue, notSupported, Path, required, tooLong, tooMany } from '../field-error.ts';
import type { Json, JsonObject } from '../object.ts';
import { sameJson } from '../patch/merge-patch.ts';
import { correlate } from './correlate.ts';
import { hasFormat, knownFormat } from './formats.ts';
import { compilePattern } from './pattern.ts';
import { additionalOf, isIntOrString, isObject, itemsOf, propertyOf, type Schema } from './schema.ts';

/** Upstream prints a nil path so. */
const nowhere = '<nil>';

interface Place {
  readonly path: Path;
  /** The value before, where there was one that can be told to be the same thing's. */
  readonly old: Json | undefined;
}
interface Result {
  readonly errors: readonly FieldError[];
  /** How many checks were made: of several alternatives the one that got furthest is reported. */
  readonly checks: number;
}

export function validateValue(value: Json, schema: Schema, { path = new Path(), old }: Partial<Place> = {}): readonly FieldError[] {
  return check(value, schema, { path, old }).errors;
}

function check(value: Json, schema: Schema, place: Place): Result {
  const results = value === null ? [typeResult(value, schema, place), enumResult(value, schema, place)] : allChecks(value, schema, place);
  const errors = results.flatMap((result) => result.errors);
  const checks = results.reduce((sum, result) => sum + result.checks, 1);
  // Ratcheting: what was wrong before, and is as it was, is nobody's fault now.
  if (errors.length > 0 && place.old !== undefined && sameJson(value, place.old)) return { errors: [], checks };
  return { errors, checks };
}

function allChecks(value: Json, schema: Schema, place: Place): readonly Result[] {
  return [
    typeResult(value, schema, place),
    junctions(value, schema, place),
    ...(typeof value === 'string' ? [textResult(value, schema, place), formatResult(value, schema, place)] : []),
    ...(typeof value === 'number' || typeof value === 'bigint' ? [numberResult(Number(value), schema, place)] : []),
    ...(Array.isArray(value) ? [listResult(value, schema, place)] : []),
    enumResult(value, schema, place),
    ...(isObject(value) ? [objectResult(value, schema, place)] : []),
  ];
}

const passed: Result = { errors: [], checks: 1 };
const nothing: Result = { errors: [], checks: 0 };
const failed = (...errors: readonly FieldError[]): Result => ({ errors, checks: 0 });
const resultOf = (errors: readonly FieldError[]): Result => (errors.length > 0 ? failed(...errors) : passed);

/** `spec.replicas in body must …` */
function inBody({ path }: Place, problem: string): string {
  return `${path} in body ${problem}`;
}
function invalid(place: Place, value: unknown, problem: string): FieldError {
  return invalidValue(place.path, value, inBody(place, problem));
}
function wrongType(place: Place, wanted: string, found: string): FieldError {
  const error = invalidValue(place.path, found, inBody(place, `must be of type ${wanted}: ${JSON.stringify(found)}`));
  return { ...error, type: 'FieldValueTypeInvalid', field: error.field || nowhere };
}

function typeNameOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  // An integer that a number cannot hold: see exact-json.ts.
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

function typesOf(schema: Schema): readonly string[] {
  if (isIntOrString(schema)) return ['integer', 'string'];
  return schema.type ? [schema.type] : [];
}

function typeResult(value: Json, schema: Schema, place: Place): Result {
  const types = typesOf(schema);
  const format = formatOf(schema);
  if (types.length === 0 && !format) return nothing;
  const found = typeNameOf(value);
  if (value === null)
    return resultOf(types.length > 0 && !types.includes('null') && !schema.nullable ? [wrongType(place, types.join(','), found)] : []);
  const isNumeric = types.includes('number') || types.includes('integer');
  const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
  // As upstream: a format stands for the type where the value is a string or a list.
  if (format && !isNumeric && (found === 'string' || found === 'array')) return passed;
  return resultOf(fits ? [] : [wrongType(place, types.join(','), found)]);
}

function formatOf(schema: Schema): string | undefined {
  return isIntOrString(schema) ? undefined : knownFormat(schema.type, schema.format);
}
function formatResult(value: string, schema: Schema, place: Place): Result {
  const format = formatOf(schema);
  if (!format) return nothing;
  return resultOf(hasFormat(value, format) ? [] : [wrongType(place, format, value)]);
}

function textResult(value: string, { maxLength, minLength, pattern }: Schema, place: Place): Result {
  // Characters, not UTF-16 units; counted only where somebody asks.
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) return failed(tooLong(place.path, maxLength));
  if (minLength !== undefined && length < minLength) return failed(invalid(place, value, `should be at least ${minLength} chars long`));
  if (pattern && !compilePattern(pattern).matcher(value).find()) return failed(invalid(place, value, `should match '${pattern}'`));
  return passed;
}

function numberResult(value: number, schema: Schema, place: Place): Result {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const errors: FieldError[] = [];
  const refuse = (problem: string): void => void errors.push(invalid(place, value, problem));
  if (multipleOf !== undefined && multipleOf > 0 && !isMultiple(value, multipleOf))
    refuse(`should be a multiple of ${goNumber(multipleOf, value)}`);
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    refuse(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${goNumber(maximum, value)}`);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    refuse(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${goNumber(minimum, value)}`);
  return resultOf(errors);
}
function isMultiple(value: number, factor: number): boolean {
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}
/** As Go prints the limit: beside an integer as one, else as a float. */
function goNumber(limit: number, beside: number): string {
  if (Number.isInteger(beside) && Number.isInteger(limit)) return String(limit);
  const exponent = limit === 0 ? 0 : Math.floor(Math.log10(Math.abs(limit)));
  if (exponent >= -4 && exponent < 21) return String(limit);
  return limit.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function listResult(list: readonly Json[], schema: Schema, place: Place): Result {
  const { minItems, maxItems } = schema;
  const items = itemsOf(schema);
  const before = items && correlate(schema, list, place.old);
  const results = items ? list.map((item, index) => check(item, items, { path: place.path.at(index), old: before?.(item) })) : [];
  const count = list.length;
  const errors = [
    ...(minItems !== undefined && count < minItems ? [invalid(place, count, `should have at least ${minItems} items`)] : []),
    ...(maxItems !== undefined && count > maxItems ? [tooMany(place.path, count, maxItems)] : []),
  ];
  return sum([...results, resultOf(errors)]);
}

function objectResult(object: JsonObject, schema: Schema, place: Place): Result {
  const { minProperties, maxProperties, required: needed = [] } = schema;
  const old = isObject(place.old) ? place.old : undefined;
  const names = Object.keys(object);
  const at = (name: string): Place => ({
    path: place.path.at(name),
    old: old && Object.hasOwn(old, name) ? old[name] : undefined,
  });
  const additional = additionalOf(schema);
  const count = names.length;
  const limits = [
    ...(minProperties !== undefined && count < minProperties
      ? [invalid(place, count, `should have at least ${minProperties} properties`)]
      : []),
    ...(maxProperties !== undefined && count > maxProperties ? [tooMany(place.path, count, maxProperties)] : []),
  ];
  const others = names.flatMap((name): readonly Result[] => {
    if (propertyOf(schema, name)) return [];
    if (schema.additionalProperties === false)
      return [failed(invalidValue(place.path, name, `${place.path}.${name} in body is a forbidden property`))];
    return additional ? [check(object[name] ?? null, additional, at(name))] : [];
  });
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    Object.hasOwn(object, name) ? [check(object[name] ?? null, property, at(name))] : [],
  );
  const missing = needed.filter((name) => !Object.hasOwn(object, name)).map((name) => required(place.path.at(name)));
  return sum([resultOf(limits), ...others, ...own, resultOf(missing)]);
}

function enumResult(value: Json, { enum: values }: Schema, { path }: Place): Result {
  if (!values || values.some((one) => sameJson(one as Json, value))) return nothing;
  const shown = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return failed(notSupported(path, value, shown));
}

function sum(results: readonly Result[]): Result {
  return {
    errors: results.flatMap((result) => result.errors),
    checks: results.reduce((total, result) => total + result.checks, 0),
  };
}

/** anyOf, oneOf, allOf and not. Their parts say nothing of what was before: they describe the value as a whole. */
function junctions(value: Json, schema: Schema, { path }: Place): Result {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  if (anyOf.length + oneOf.length + allOf.length === 0 && !not) return nothing;
  const tryAll = (schemas: readonly Schema[]): readonly Result[] => schemas.map((one) => check(value, one, { path, old: undefined }));
  const refused = (problem: string): Result =>
    failed({ ...invalidValue(path, '', `${JSON.stringify(String(path))} ${problem}`), field: nowhere });
  return sum([
    ...(anyOf.length > 0 ? anyResult(tryAll(anyOf), refused) : []),
    ...(oneOf.length > 0 ? oneResult(tryAll(oneOf), refused) : []),
    ...(allOf.length > 0 ? allResult(tryAll(allOf), refused) : []),
    ...(not && tryAll([not]).every(isGood) ? [refused('must not validate the schema (not)')] : []),
    passed,
  ]);
}
type Refused = (problem: string) => Result;
function anyResult(tried: readonly Result[], refused: Refused): readonly Result[] {
  return tried.some(isGood) ? [] : [refused('must validate at least one schema (anyOf)'), best(tried)];
}
function oneResult(tried: readonly Result[], refused: Refused): readonly Result[] {
  const good = tried.filter(isGood).length;
  const problem = 'must validate one and only one schema (oneOf).';
  if (good === 0) return [refused(`${problem} Found none valid`), best(tried)];
  return good === 1 ? [] : [refused(`${problem} Found ${good} valid alternatives`)];
}
function allResult(tried: readonly Result[], refused: Refused): readonly Result[] {
  const good = tried.filter(isGood).length;
  if (good === tried.length) return tried;
  return [...tried, refused(`must validate all the schemas (allOf)${good === 0 ? '. None validated' : ''}`)];
}
const isGood = ({ errors }: Result): boolean => errors.length === 0;
function best(tried: readonly Result[]): Result {
  return tried.reduce((one, other) => (other.checks > one.checks ? other : one));
}
