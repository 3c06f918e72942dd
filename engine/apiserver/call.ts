/** One request after its URL was read and before its body is: what the verbs and subresources are called with, and what they answer. */
import { decodeBody, decodeValue, type FieldValidation } from '../api/decode-body.ts';
import { badRequest, invalid, methodNotAllowed, unsupportedMediaType } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { Json, KubeObject } from '../api/object.ts';
import type { Printable } from '../api/table.ts';
import type { DeleteOptions, Status } from '../api/types.gen.ts';
import type { Relay } from './connect/relay.ts';
import type { Caller, Context, NamedTarget, Target } from './context.ts';
import { decodeProtobuf, hasMessage } from './protobuf/decode-protobuf.ts';
import type { Verb } from './request-info.ts';
import type { Resource } from './resource.ts';
import type { Listing, ListOptions } from './verbs/list.ts';
import type { ParsedPatch } from './verbs/parsed-patch.ts';

export type Body =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly value: Json }
  | { readonly type: 'protobuf'; readonly bytes: Uint8Array }
  | { readonly type: 'patch'; readonly patch: ParsedPatch };

export interface Parameters {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Empty: the name of the program that asks. */
  readonly fieldManager: string;
  /** Of an apply: whether it takes what others own. Undefined: it was not said. */
  readonly force: boolean | undefined;
  readonly list: ListOptions;
  /** From the URL; a body says more. */
  readonly deletion: DeleteOptions;
  /** As they came, for subresources with parameters of their own. */
  readonly query: URLSearchParams;
}

export interface Call {
  readonly verb: Verb;
  readonly target: Target & { readonly name?: string | undefined };
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly body: Body | undefined;
  /** Throws Forbidden where the caller may not create what the target names: an apply may have to. */
  readonly checkCreate: () => void;
  /** Ends what streams. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | {
      readonly type: 'object';
      readonly code: number;
      readonly object: KubeObject | Status;
      /** Set where the object can be shown as a row of its kind's table. */
      readonly resource?: { readonly kind: Printable<KubeObject> };
    }
  /** Whoever takes it disposes of the list. */
  | { readonly type: 'list'; readonly list: Listing; readonly resource: Resource }
  | { readonly type: 'stream'; readonly contentType: string; readonly chunks: AsyncIterable<Uint8Array> }
  /** Somebody else answers. */
  | { readonly type: 'relay'; readonly relay: Relay };

export type Handler = (context: Context, call: Call) => Promise<Outcome>;

/** A part of an object, or something done to it, with its own URL. Discovery and routes are read off these values. */
export interface Subresource {
  readonly name: string;
  readonly isPartOf: (kind: KindDefinition) => boolean;
  /** What bodies and answers are; undefined: the object's own kind. */
  readonly shape?: { readonly group: string; readonly version: string; readonly kind: string };
  /** Whether requests are carried on to somebody else, as they are: their body is not read here. */
  readonly connects?: boolean;
  /** Whether an answer of that shape can be shown as a table. */
  readonly hasTable?: boolean;
  readonly verbs: Readonly<Partial<Record<Verb, Handler>>>;
}

export function named(target: Call['target']): NamedTarget {
  const { name } = target;
  if (name === undefined) throw refusedMethod();
  return { ...target, name };
}

export function refusedMethod(): Error {
  return methodNotAllowed('the server does not allow this method on the requested resource');
}

type Decodable = Pick<KindDefinition, 'group' | 'version' | 'kind' | 'schema' | 'custom'>;

/** The body as an object of `kind`. `T` is the type that the kind's schema describes. */
export function decodeCall<T extends KubeObject>(
  { registry }: Context,
  { body, parameters, caller }: Pick<Call, 'body' | 'parameters' | 'caller'>,
  kind: Decodable,
): T {
  const options = { fieldValidation: parameters.fieldValidation, isKnown: registry.knows };
  if (body === undefined) return decodeBody(kind, '', options).object as T;
  if (body.type === 'patch') throw badRequest('the request has no body');
  const decoded = body.type === 'text' ? decodeBody(kind, body.text, options) : decodeValue(kind, jsonOf(body, kind), options);
  for (const warning of decoded.warnings) caller.warn(warning);
  return decoded.object as T;
}

/** For kinds whose objects are not replaced without a look at what is there. */
export function requireVersion({ kind }: Resource, object: KubeObject): void {
  const { name = '', resourceVersion } = object.metadata;
  if (!kind.needsVersion || resourceVersion) return;
  const problem = 'Invalid value: 0x0: must be specified for an update';
  throw invalid(kind, name, [{ type: 'FieldValueInvalid', field: 'metadata.resourceVersion', message: problem }]);
}

function jsonOf(body: Exclude<Body, { readonly type: 'text' | 'patch' }>, kind: Decodable): Json {
  if (body.type !== 'protobuf') return body.value;
  if (!kind.custom && hasMessage(kind)) return decodeProtobuf(body.bytes, kind);
  throw unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  );
}

export function patchOf({ body }: Call): ParsedPatch {
  if (body?.type !== 'patch') throw badRequest('the request has no patch');
  return body.patch;
}
