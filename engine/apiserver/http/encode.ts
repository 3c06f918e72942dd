/** Objects and lists as the bytes of an answer. */
import { CORE_SCHEMA, dump } from 'js-yaml';
import { stringify } from 'yaml';
import { badRequest } from '../../api/errors.ts';
import { hasLongNumber, parseExact } from '../../api/exact-json.ts';
import { apiVersionOf, listKindOf } from '../../api/kind.ts';
import type { KubeObject } from '../../api/object.ts';
import { type IncludeObject, type Printable, parseIncludeObject, tableOf } from '../../api/table.ts';
import type { Status } from '../../api/types.gen.ts';
import type { LiveObject, Resource } from '../resource.ts';
import type { Listed, Listing } from '../verbs/list.ts';
import type { Form } from './negotiate.ts';
import type { ObjectTexts } from './object-text.ts';
import { pieceBytes } from './paced-writer.ts';

export interface Encoding {
  readonly form: Form;
  readonly nowMs: number;
  readonly query: URLSearchParams;
  readonly texts: ObjectTexts;
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
  { form, nowMs, query, texts }: Encoding,
): Buffer {
  // Its own kind's object, as watchers are told of it.
  if (resource && form.shape === 'object' && form.encoding === 'json' && Object.isFrozen(object))
    return texts.of(object as LiveObject, 'object', whole);
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

export const whole = (object: LiveObject): object => object;

export function serialize(value: object, { encoding }: Form): Buffer {
  const text = JSON.stringify(value);
  return Buffer.from(encoding === 'json' ? text : yaml(text));
}

/** From JSON: what is undefined is not there. Only one of the two libraries writes integers of any length. */
function yaml(json: string): string {
  return hasLongNumber(json) ? stringify(parseExact(json)) : dump(JSON.parse(json), { schema: CORE_SCHEMA, noRefs: true });
}

export function contentType({ encoding }: Form): string {
  return encoding === 'json' ? 'application/json' : 'application/yaml';
}

/**
 * A list in pieces of about `pieceBytes`, so that a long one holds up nobody and never lies here as a whole. Also gives a piece, if an empty one, for
 * every page that was looked through: whoever takes them says when it goes on.
 */
export async function* encodeList(list: Listing, resource: Resource, encoding: Encoding): AsyncGenerator<readonly Uint8Array[]> {
  const shape = shapeOf(list, resource, encoding);
  const syntax = (encoding.form.encoding === 'yaml' ? yamlSyntax : jsonSyntax)(shape);
  let parts: Uint8Array[] = [syntax.open];
  let bytes = 0;
  let before = syntax.first;
  for await (const page of list.pages()) {
    for (const listed of page) {
      const texts = syntax.item(shape.itemOf(listed));
      parts.push(before, ...texts);
      before = syntax.between;
      for (const { length } of texts) bytes += length;
      if (bytes < pieceBytes) continue;
      yield parts;
      parts = [];
      bytes = 0;
    }
    yield parts;
    parts = [];
    bytes = 0;
  }
  parts.push(before === syntax.first ? syntax.empty : syntax.close);
  yield parts;
}

/** Encoded already, or not. */
type Item = readonly Uint8Array[] | object;
const isEncoded = (item: Item): item is readonly Uint8Array[] => Array.isArray(item);

interface Syntax {
  readonly open: Buffer;
  readonly item: (item: Item) => readonly Uint8Array[];
  /** Before the first item, and before each other. */
  readonly first: Buffer;
  readonly between: Buffer;
  /** Behind the last one, and where there is none. */
  readonly close: Buffer;
  readonly empty: Buffer;
}
const text = (characters: string): Buffer => Buffer.from(characters);

function jsonSyntax({ head, member }: ListShape): Syntax {
  return {
    open: text(`${JSON.stringify(head).slice(0, -1)},"${member}":[`),
    item: (item) => (isEncoded(item) ? item : [text(JSON.stringify(item))]),
    ...{ first: text(''), between: text(','), close: text(']}'), empty: text(']}') },
  };
}

function yamlSyntax({ head, member }: ListShape): Syntax {
  const json = (item: Item): string => (isEncoded(item) ? Buffer.concat(item).toString() : JSON.stringify(item));
  return {
    open: text(`${yaml(JSON.stringify(head))}${member}:`),
    item: (item) => [text(yaml(`[${json(item)}]`))],
    ...{ first: text('\n'), between: text(''), close: text(''), empty: text(' []\n') },
  };
}

interface ListShape {
  /** All but the items, which follow as `member`. */
  readonly head: object;
  readonly member: 'items' | 'rows';
  readonly itemOf: (listed: Listed) => Item;
}

function shapeOf(list: Listing, { kind }: Resource, { form, nowMs, query }: Encoding): ListShape {
  const metadata = {
    resourceVersion: list.resourceVersion,
    ...(list.continue ? { continue: list.continue } : {}),
    ...(list.remaining ? { remainingItemCount: list.remaining } : {}),
  };
  if (form.shape === 'object')
    return {
      head: { kind: listKindOf(kind), apiVersion: apiVersionOf(kind), metadata },
      member: 'items',
      itemOf: (listed) => listed.itemJson(),
    };
  if (form.shape === 'metadata')
    return {
      head: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata },
      member: 'items',
      itemOf: (listed) => metadataOf(listed.object()),
    };
  const options = { nowMs, includeObject: includeObject(query), metadata };
  const { rows: _, ...head } = tableOf(kind, [], options);
  return {
    head,
    member: 'rows',
    // One object has one row.
    itemOf: (listed) => tableOf(kind, [listed.object()], { ...options, hasHeaders: false }).rows[0] ?? {},
  };
}
