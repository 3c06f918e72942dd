/**
 * From the body of a request to an object of a kind, or to the BadRequest that Kubernetes would answer.
 * Upstream: the create and update handlers of k8s.io/apiserver and its transformDecodeError.
 */
import { type Decoded, decodeAs } from './decode.ts';
import { DecodeError, type UnknownField } from './decode-scalars.ts';
import { ApiError, invalid, isApiError } from './errors.ts';
import { invalidValue, Path } from './field-error.ts';
import { JsonTextError, parseJsonText } from './json-text.ts';
import { apiVersionOf, type KindDefinition } from './kind.ts';
import type { Json, JsonObject, KubeObject } from './object.ts';
import type { StatusCause } from './types.gen.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';
/** What a request that does not say gets, as upstream. */
export const defaultFieldValidation: FieldValidation = 'Warn';

type Decodable<T extends KubeObject> = Pick<KindDefinition<T>, 'group' | 'version' | 'kind' | 'schema' | 'custom'>;

export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Whether the server knows this other kind; only the wording of a refusal depends on it. */
  readonly isKnown?: (apiVersion: string, kind: string) => boolean;
}
export interface DecodedBody<T extends KubeObject> {
  readonly object: T;
  /** For `Warning: 299` headers; empty unless `fieldValidation` is `Warn`. */
  readonly warnings: readonly string[];
}

/** Throws a BadRequest ApiError. `apiVersion` and `kind` may be missing from the body: the URL says them. */
export function decodeBody<T extends KubeObject>(kind: Decodable<T>, text: string, options: DecodeOptions): DecodedBody<T> {
  const { value, duplicates } = readText(kind, text);
  return decodeParsed(kind, value, { ...options, duplicates, text });
}

/** The same for a value that was parsed already: YAML, or the outcome of a patch that is to be refused as a body is. */
export function decodeValue<T extends KubeObject>(kind: Decodable<T>, value: Json, options: DecodeOptions): DecodedBody<T> {
  return decodeParsed(kind, value, { ...options, duplicates: [], text: '' });
}

/**
 * The outcome of a patch. What is wrong with it is the patch's fault, so the answer is 422 and shows the patch, as upstream.
 * `patch` is its text.
 */
export function decodePatched<T extends KubeObject>(
  kind: Decodable<T>,
  value: JsonObject,
  { fieldValidation, patch }: Pick<DecodeOptions, 'fieldValidation'> & { readonly patch: string },
): DecodedBody<T> {
  const refuse = (problem: string) => invalid({ group: '', kind: '' }, '', [invalidValue(new Path('patch'), patch, problem)]);
  try {
    // Warn collects what Strict would refuse.
    const { object, warnings } = decodeValue(kind, value, { fieldValidation: fieldValidation === 'Strict' ? 'Warn' : fieldValidation });
    if (fieldValidation === 'Strict' && warnings.length > 0) throw refuse(strictMessage(warnings));
    return { object, warnings };
  } catch (error) {
    if (isApiError(error, 'BadRequest')) throw refuse(error.message);
    throw error;
  }
}

interface ParsedOptions extends DecodeOptions {
  readonly duplicates: readonly string[];
  readonly text: string;
}

function decodeParsed<T extends KubeObject>(kind: Decodable<T>, value: Json, options: ParsedOptions): DecodedBody<T> {
  const body = checkType(kind, value, options);
  const decoded = readAs(kind, body);
  // The schema table holds the fields of T, and required ones are filled in.
  const object = { ...decoded.value, apiVersion: apiVersionOf(kind), kind: kind.kind } as unknown as T;
  if (options.fieldValidation === 'Ignore') return { object, warnings: [] };
  const problems = strictProblems(decoded.unknown, options.duplicates);
  if (options.fieldValidation === 'Warn') return { object, warnings: problems };
  if (problems.length > 0) throw cannotBeHandled(kind, kind, strictMessage(problems), causesOf(decoded.unknown));
  return { object, warnings: [] };
}

/** `strict decoding error: unknown field "spec.foo", duplicate field "spec.bar"` */
export function strictMessage(problems: readonly string[]): string {
  return `strict decoding error: ${problems.join(', ')}`;
}

/** One line for each field that is unknown or given twice. What lies inside an unknown field cannot be a duplicate of anything. */
export function strictProblems(unknown: readonly UnknownField[], duplicates: readonly string[]): readonly string[] {
  const isInside = (path: string) =>
    unknown.some((field) => path === field.path || path.startsWith(`${field.path}.`) || path.startsWith(`${field.path}[`));
  return [
    ...unknown.map(({ path }) => `unknown field ${JSON.stringify(path)}`),
    ...duplicates.filter((path) => !isInside(path)).map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
}

/** For clients that show more than the message: what was probably meant. */
function causesOf(unknown: readonly UnknownField[]): readonly StatusCause[] {
  return unknown.map(({ path, meant }) => ({
    reason: 'FieldValueNotSupported',
    field: path,
    message: `unknown field ${JSON.stringify(path)}${meant === undefined ? '' : `: did you mean ${JSON.stringify(meant)}?`}`,
  }));
}

interface NamedKind {
  readonly version: string;
  readonly kind: string;
}
/** What could be told apart, but not read as what it says it is. */
export function cannotBeHandled(given: NamedKind, wanted: NamedKind, problem: string, causes: readonly StatusCause[] = []): ApiError {
  const message = `${given.kind} in version ${JSON.stringify(given.version)} cannot be handled as a ${wanted.kind}: ${problem}`;
  return new ApiError('BadRequest', message, causes.length === 0 ? {} : { details: { causes } });
}

/** What is not even an object. `text` is the body; where it is none, each byte one character. */
export function unrecognized(kind: NamedKind, problem: string, text: string): ApiError {
  return new ApiError('BadRequest', `the object provided is unrecognized (must be of type ${kind.kind}): ${problem} (${summary(text)})`);
}

/** The beginning of the body, as upstream shows it: readable where it looks like JSON, else in hexadecimal. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const isLong = text.length > 30;
  const start = text.slice(0, 30);
  const hex = () => Array.from(start, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  const shown = text.startsWith('{') ? start : hex();
  return `${shown}${isLong ? ' ...' : ''}`;
}

function readText(kind: NamedKind, text: string): ReturnType<typeof parseJsonText> {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError) throw unrecognized(kind, `couldn't get version/kind; json parse error: ${error.message}`, text);
    throw error;
  }
}

function readAs(kind: Decodable<never>, body: JsonObject): Decoded {
  try {
    return kind.custom ? kind.custom.decode(body) : decodeAs(kind.schema, body);
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(kind, kind, error.message);
    throw error;
  }
}

/** The body is an object whose apiVersion and kind, where given, are those of `kind`. */
function checkType(kind: Decodable<never>, value: Json, { isKnown, text }: ParsedOptions): JsonObject {
  const problem = (what: string) => unrecognized(kind, `couldn't get version/kind; json parse error: json: cannot unmarshal ${what}`, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw problem(
      `${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const body = value as JsonObject;
  for (const field of ['apiVersion', 'kind']) {
    const given = body[field] ?? '';
    if (typeof given !== 'string')
      throw problem(`${Array.isArray(given) ? 'array' : typeof given} into Go struct field .${field} of type string`);
  }
  const wanted = apiVersionOf(kind);
  const apiVersion = String(body.apiVersion || wanted);
  const givenKind = String(body.kind || kind.kind);
  if (apiVersion === wanted && givenKind === kind.kind) return body;
  throw wrongType(kind, apiVersion, { kind: givenKind, isKnown: isKnown?.(apiVersion, givenKind) ?? false });
}

function wrongType(wanted: Decodable<never>, apiVersion: string, given: { readonly kind: string; readonly isKnown: boolean }): ApiError {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return new ApiError('BadRequest', `unexpected GroupVersion string: ${apiVersion}`);
  const version = parts.at(-1) ?? '';
  const found = { version, kind: given.kind };
  if (!given.isKnown) {
    const problem = `no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    return cannotBeHandled(found, wanted, problem);
  }
  if (given.kind === wanted.kind)
    return new ApiError(
      'BadRequest',
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(wanted)})`,
    );
  const group = wanted.group === '' ? 'core' : (wanted.group.split('.')[0] ?? '');
  return cannotBeHandled(found, wanted, `converting (${version}.${given.kind}) to (${group}.${wanted.kind}): unknown conversion`);
}
