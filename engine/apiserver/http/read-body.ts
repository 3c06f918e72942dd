/** The body of a request: read up to a limit, and understood by its content type. Upstream: apiserver's endpoints/handlers/rest.go. */
import type { IncomingMessage } from 'node:http';
import { CORE_SCHEMA, load } from 'js-yaml';
import { isScalar, parse, parseDocument } from 'yaml';
import { ApiError, badRequest, requestEntityTooLarge, unsupportedMediaType } from '../../api/errors.ts';
import { exactInteger, hasLongNumber } from '../../api/exact-json.ts';
import { expandsBeyond, maxExpandedBytes } from '../../api/expanded-size.ts';
import { JsonTextError, parseJsonText } from '../../api/json-text.ts';
import type { Json } from '../../api/object.ts';
import type { Body } from '../call.ts';
import { protobufMediaType } from '../protobuf/decode-protobuf.ts';
import type { ParsedPatch } from '../verbs/parsed-patch.ts';

export const maxBodyBytes = 3 * 1024 * 1024;

/** Rejects with 413 as soon as the limit is passed. */
export function readBytes(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const refuse = (): void => {
    // What is still to come is read and dropped, so that the client sees the answer.
    request.removeAllListeners('data').resume();
    reject(requestEntityTooLarge(`Request entity too large: limit is ${maxBodyBytes}`));
  };
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
    refuse();
    return promise;
  }
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) refuse();
    else chunks.push(chunk);
  });
  request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  request.on('error', (cause) => reject(new ApiError('BadRequest', 'the request ended before its body did', { cause })));
  return promise;
}

const objectTypes = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const patchTypes: Readonly<Record<string, ParsedPatch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The body of a create, update or delete; undefined when there is none. */
export function objectBody(bytes: Buffer, contentType: string | undefined): Body | undefined {
  if (bytes.length === 0) return undefined;
  const type = mediaType(contentType);
  if (type === '' || type === 'application/json') return { type: 'text', text: bytes.toString() };
  if (type === 'application/yaml') return { type: 'value', value: parseYaml(bytes.toString()) };
  if (type === protobufMediaType) return { type: 'protobuf', bytes };
  throw unknownFormat(objectTypes);
}

export function patchBody(bytes: Buffer, contentType: string | undefined): Body {
  const text = bytes.toString();
  const type = mediaType(contentType);
  const kind = Object.hasOwn(patchTypes, type) ? patchTypes[type] : undefined;
  if (!kind) throw new ApiError('UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });
  return {
    type: 'patch',
    patch: kind === 'apply' ? { type: kind, ...parseConfig(text), text } : { type: kind, value: parsePatch(text), text },
  };
}

function unknownFormat(accepted: string): ApiError {
  return unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${accepted}`);
}

function mediaType(header: string | undefined): string {
  return (header?.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function parsePatch(text: string): Json {
  try {
    return parseJsonText(text).value;
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw new ApiError('BadRequest', `error decoding patch: ${cause.message}`, { cause });
  }
}

/** JSON, as most clients send it, or YAML. Fields that are given twice are told, and the last one counts. */
function parseConfig(text: string): { readonly value: Json; readonly duplicates: readonly string[] } {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    if (error.message === 'exceeded max depth') throw badRequest(`error decoding YAML: error unmarshaling JSON: ${error.message}`);
  }
  const duplicates: string[] = [];
  const document = parseDocument(text, { uniqueKeys: (a, b) => noteDuplicate(a, b, duplicates), intAsBigInt: true, schema: 'core' });
  const [problem] = document.errors;
  if (problem) throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${problem.message}`);
  const shorten = (_: unknown, value: unknown): unknown => (typeof value === 'bigint' ? exactInteger(value) : value);
  // The core schema knows no types beyond JSON's.
  const value = document.toJS({ reviver: shorten, maxAliasCount: 100 }) as Json;
  if (expandsBeyond(value, maxExpandedBytes)) throw badRequest('error decoding YAML: yaml: document contains excessive aliasing');
  return { value, duplicates };
}
function noteDuplicate(a: unknown, b: unknown, duplicates: string[]): boolean {
  if (a !== b && isScalar(a) && isScalar(b) && a.value === b.value) duplicates.push(String(a.value));
  return false;
}

/** The same by a library that can read integers of any length. */
function loadExact(text: string): Json {
  const shorten = (_: unknown, value: unknown): unknown => (typeof value === 'bigint' ? exactInteger(value) : value);
  return parse(text, shorten, { intAsBigInt: true, schema: 'core' }) as Json;
}

function parseYaml(text: string): Json {
  try {
    // The core schema knows no types beyond JSON's.
    const value = hasLongNumber(text) ? loadExact(text) : (load(text, { schema: CORE_SCHEMA }) as Json);
    if (expandsBeyond(value, maxExpandedBytes))
      throw badRequest('error converting YAML to JSON: yaml: document contains excessive aliasing');
    return value;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw badRequest(`error converting YAML to JSON: ${cause instanceof Error ? cause.message : 'malformed'}`);
  }
}
