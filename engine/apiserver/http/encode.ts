/** Objects and lists as the bytes of an answer. What many watchers are told is turned into text once. */
import { CORE_SCHEMA, dump } from 'js-yaml';
import { badRequest } from '../../api/errors.ts';
import { apiVersionOf } from '../../api/kind.ts';
import type { KubeObject } from '../../api/object.ts';
import { type IncludeObject, type Printable, parseIncludeObject, tableOf } from '../../api/table.ts';
import type { Status } from '../../api/types.gen.ts';
import type { LiveObject, Resource } from '../resource.ts';
import type { List } from '../verbs/list.ts';
import type { Form } from './negotiate.ts';

/** As long as the object is at hand, so is its text. */
const texts = new WeakMap<LiveObject, string>();

export function textOf(object: LiveObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

export interface Encoding {
  readonly form: Form;
  readonly nowMs: number;
  readonly query: URLSearchParams;
}

export function includeObject(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject');
  const include = parseIncludeObject(text);
  if (include) return include;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(text)}`);
}

/** `resource` is absent where the answer has no table: a Status, a review. */
export function encodeObject(
  object: KubeObject | Status,
  resource: { readonly kind: Printable<KubeObject> } | undefined,
  { form, nowMs, query }: Encoding,
): string {
  if (!resource || form.shape === 'object') return serialize(object, form);
  const live = object as KubeObject;
  if (form.shape === 'metadata') return serialize(metadataOf(live), form);
  const { resourceVersion } = live.metadata;
  const metadata = resourceVersion ? { resourceVersion } : {};
  return serialize(tableOf(resource.kind, [live], { nowMs, includeObject: includeObject(query), metadata }), form);
}

export function metadataOf({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

export function serialize(value: object, { encoding }: Form): string {
  // Through JSON: what is undefined is not there.
  return encoding === 'json' ? JSON.stringify(value) : dump(JSON.parse(JSON.stringify(value)), { schema: CORE_SCHEMA, noRefs: true });
}

export function contentType({ encoding }: Form): string {
  return encoding === 'json' ? 'application/json' : 'application/yaml';
}

/** How many objects are encoded before others get their turn. */
const sliceItems = 250;

/** A list in pieces, so that a long one holds up nobody. */
export function* encodeList(list: List, resource: Resource, { form, nowMs, query }: Encoding): Generator<string> {
  const { kind } = resource;
  const metadata = {
    resourceVersion: list.resourceVersion,
    ...(list.continue ? { continue: list.continue } : {}),
    ...(list.remaining ? { remainingItemCount: list.remaining } : {}),
  };
  if (form.encoding === 'yaml' || form.shape === 'table') {
    const shown = form.shape === 'table' ? tableOf(kind, list.items, { nowMs, includeObject: includeObject(query), metadata }) : undefined;
    const plain = { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items: list.items.map(itemOf) };
    yield serialize(shown ?? plain, form);
    return;
  }
  const isMetadata = form.shape === 'metadata';
  const head = isMetadata
    ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata }
    : { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata };
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  for (let start = 0; start < list.items.length; start += sliceItems) {
    const slice = list.items.slice(start, start + sliceItems).map((item) => JSON.stringify(isMetadata ? metadataOf(item) : itemOf(item)));
    yield `${start > 0 ? ',' : ''}${slice.join(',')}`;
  }
  yield ']}';
}

/** Items of a list do not say again what the list says. */
function itemOf(object: LiveObject): object {
  const { apiVersion: _, kind: _1, ...rest } = object;
  return rest;
}
