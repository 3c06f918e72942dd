/**
 * The OpenAPI documents of the API server: `/openapi/v3` (index and one document per group-version) and `/openapi/v2`. Nothing is read or
 * built before it is asked for, and nothing is kept: clients cache by the hash in the index, so each document is rarely asked for.
 */
import { apiVersionOf, listKindOf } from '../kind.ts';
import type { JsonObject } from '../object.ts';
import { typeNames, typeSchema } from '../schema.ts';
import { type DefinitionStyle, type Docs, type Enums, type GroupVersionKind, scalarDefinitions, typeDefinition } from './definitions.ts';
import { definitionNames, reachableTypes } from './names.ts';
import { type DocumentedKind, type PathStyle, pathsOf } from './paths.ts';

export interface Documentation {
  readonly docs: Docs;
  readonly enums: Enums;
}
export interface OpenApiOptions {
  readonly kinds: readonly DocumentedKind[];
  /** The server's version, `v1.33.0`. */
  readonly version: string;
  /** Reads the documentation of the fields; the default imports it when first asked. */
  readonly loadDocs?: () => Promise<Documentation>;
}
export interface OpenApi {
  /** `/openapi/v3` */
  readonly index: () => JsonObject;
  /** `path` is a key of the index: `api/v1`, `apis/apps/v1`. Undefined when there is no such group-version. */
  readonly v3: (path: string) => Promise<JsonObject | undefined>;
  /** `/openapi/v2` */
  readonly v2: () => Promise<JsonObject>;
  /** Changes whenever that document does, or any of them where none is named: for ETags. */
  readonly hash: (path?: string) => string;
}

async function importDocs(): Promise<Documentation> {
  // Half a megabyte that only `kubectl explain` and editors want.
  const [docs, enums] = await Promise.all([
    import('../docs.gen.json', { with: { type: 'json' } }),
    import('../enums.gen.json', { with: { type: 'json' } }),
  ]);
  return { docs: docs.default, enums: enums.default };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function openApi({ kinds, version, loadDocs = importDocs }: OpenApiOptions): OpenApi {
  const nameOf = once(() => definitionNames(kinds));
  const groups = Map.groupBy(kinds, (kind) => `${kind.group === '' ? 'api' : 'apis'}/${apiVersionOf(kind)}`);
  const hashes = new Map<string, string>();
  const hash = (path = ''): string => {
    const known = hashes.get(path);
    if (known) return known;
    const made = fingerprint(path === '' ? kinds : (groups.get(path) ?? []), version);
    hashes.set(path, made);
    return made;
  };
  const info = { title: 'Kubernetes', version };
  return {
    hash,
    index: () => ({
      paths: Object.fromEntries([...groups.keys()].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash(path)}` }])),
    }),
    async v3(path) {
      const own = groups.get(path);
      if (own === undefined) return undefined;
      const style: DefinitionStyle = { prefix: '#/components/schemas/', wrapsReferences: true, nameOf: nameOf(), ...(await loadDocs()) };
      const schemas = definitions(own, kinds, style);
      return { openapi: '3.0.0', info, paths: allPaths(own, version3(nameOf())), components: { schemas } };
    },
    async v2() {
      const style: DefinitionStyle = { prefix: '#/definitions/', wrapsReferences: false, nameOf: nameOf(), ...(await loadDocs()) };
      return { swagger: '2.0', info, paths: allPaths(kinds, version2(nameOf())), definitions: definitions(kinds, kinds, style) };
    },
  };
}

/** Of what is served at the time of asking: made anew when `version` has risen. */
export function liveOpenApi(registry: { readonly version: number }, make: () => OpenApi): OpenApi {
  let made: { readonly version: number; readonly openApi: OpenApi } | undefined;
  const current = (): OpenApi => {
    if (made?.version !== registry.version) made = { version: registry.version, openApi: make() };
    return made.openApi;
  };
  return {
    index: () => current().index(),
    v3: (path) => current().v3(path),
    v2: () => current().v2(),
    hash: (path) => current().hash(path),
  };
}

function allPaths(kinds: readonly DocumentedKind[], style: PathStyle): JsonObject {
  return Object.assign({}, ...kinds.map((kind) => pathsOf(kind, style)));
}

/** The types that `own` needs. `all` says which types are kinds, in whatever group. */
function definitions(own: readonly DocumentedKind[], all: readonly DocumentedKind[], style: DefinitionStyle): JsonObject {
  const roots = own.flatMap(({ schema, scale }) => [schema, `${schema}List`, ...(scale ? ['Scale'] : [])]);
  const meta = own.some(({ custom }) => custom) ? ['ObjectMeta', 'ListMeta'] : [];
  const types = [...reachableTypes([...roots, ...meta, 'DeleteOptions', 'Status'])].sort();
  const named = kindsByType(all);
  return {
    ...Object.fromEntries(types.map((type) => [style.nameOf(type), typeDefinition(type, named.get(type) ?? [], style)])),
    ...Object.assign({}, ...own.map((kind) => customDefinitions(kind, style))),
    ...scalarDefinitions(style),
  };
}

/** A custom resource and its list. */
function customDefinitions(kind: DocumentedKind, { prefix, nameOf, wrapsReferences }: DefinitionStyle): JsonObject {
  if (!kind.custom) return {};
  const { group, version } = kind;
  const { name, schema } = kind.custom.document;
  const reference = (to: string): JsonObject => ({ $ref: prefix + to });
  const listMeta = reference(nameOf('ListMeta'));
  const text = { type: 'string' };
  return {
    [name]: {
      ...schema({ version: wrapsReferences ? 3 : 2, metadata: reference(nameOf('ObjectMeta')) }),
      'x-kubernetes-group-version-kind': [{ group, version, kind: kind.kind }],
    },
    [`${name}List`]: {
      description: `${listKindOf(kind)} is a list of ${kind.kind}`,
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: text,
        items: { description: `List of ${kind.plural}.`, type: 'array', items: reference(name) },
        kind: text,
        metadata: wrapsReferences ? { allOf: [listMeta] } : listMeta,
      },
      'x-kubernetes-group-version-kind': [{ group, version, kind: listKindOf(kind) }],
    },
  };
}

function kindsByType(kinds: readonly DocumentedKind[]): ReadonlyMap<string, readonly GroupVersionKind[]> {
  const found = new Map<string, GroupVersionKind[]>();
  const add = (type: string, kind: GroupVersionKind) => {
    const known = found.get(type) ?? [];
    if (!known.some(({ group, version }) => group === kind.group && version === kind.version)) found.set(type, [...known, kind]);
  };
  add('Status', { group: '', version: 'v1', kind: 'Status' });
  add('Scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' });
  for (const { group, version, kind, schema, custom } of kinds) {
    if (custom) continue;
    add(schema, { group, version, kind });
    if (typeSchema(`${schema}List`)) add(`${schema}List`, { group, version, kind: `${kind}List` });
    add('DeleteOptions', { group, version, kind: 'DeleteOptions' });
  }
  return found;
}

function referenceTo(type: string, prefix: string, nameOf: (type: string) => string): JsonObject {
  if (typeSchema(type)) return { $ref: prefix + nameOf(type) };
  // The full name of a custom resource's type, which names itself.
  return type.includes('.') ? { $ref: prefix + type } : { type: 'object' };
}

function version3(nameOf: (type: string) => string): PathStyle {
  const schema = (type: string) => referenceTo(type, '#/components/schemas/', nameOf);
  return {
    parameter: (name, place, { type, description }) => ({
      name,
      in: place,
      description,
      ...(place === 'path' ? { required: true } : {}),
      schema: { type, uniqueItems: true },
    }),
    body: (type, mediaTypes) => ({
      requestBody: { required: true, content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: schema(type) }])) },
    }),
    response: (type) => ({ description: 'OK', content: { 'application/json': { schema: schema(type) } } }),
  };
}

function version2(nameOf: (type: string) => string): PathStyle {
  const schema = (type: string) => referenceTo(type, '#/definitions/', nameOf);
  return {
    parameter: (name, place, { type, description }) => ({
      name,
      in: place,
      description,
      ...(place === 'path' ? { required: true } : {}),
      type,
      uniqueItems: true,
    }),
    body: (type) => ({ parameters: [{ name: 'body', in: 'body', required: true, schema: schema(type) }] }),
    response: (type) => ({ description: 'OK', schema: schema(type) }),
  };
}

/** Raised by hand when the way in which documents are built changes: what clients have cached is then asked for again. */
const builderRevision = 2;

const typesHash = once(() => hashOf(JSON.stringify(typeNames().map((type) => [type, typeSchema(type)]))));

/** 64-bit FNV-1a of what the documents are made of. Not a secret; only has to change when they do. */
function fingerprint(kinds: readonly DocumentedKind[], version: string): string {
  const named = kinds.map(({ group, version: of, kind, plural, verbs, hasStatus, scale, custom }) => [
    group,
    of,
    kind,
    plural,
    verbs,
    hasStatus,
    !!scale,
    custom?.fingerprint,
  ]);
  return hashOf(JSON.stringify([builderRevision, version, named, typesHash()]));
}
function hashOf(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let index = 0; index < text.length; index += 1) {
    low = (low ^ text.charCodeAt(index)) >>> 0;
    // The prime is 2^40 + 0x1b3; in halves, so that no product leaves the safe integers.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0').toUpperCase()).join('');
}
