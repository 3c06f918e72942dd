/**
 * The operations of each resource, as far as clients read them: kubectl looks for `fieldValidation` on PATCH to leave validation to the
 * server, and for the media types of PATCH to choose its patch. Upstream: k8s.io/apiserver's installer.
 */
import { apiVersionOf, type CustomParts, type Kind } from '../kind.ts';
import type { Json, JsonObject } from '../object.ts';

/** What the documents say of a kind. */
export interface DocumentedKind extends Kind {
  readonly schema: string;
  readonly hasStatus: boolean;
  readonly verbs?: readonly string[];
  /** Only whether there is one matters here. */
  readonly scale?: unknown;
  readonly listKind?: string;
  readonly custom?: Pick<CustomParts, 'document' | 'fingerprint'>;
}

/** What stands for the kind's type: one of the generated ones, or the full name of a custom resource's. */
export function documentedType({ schema, custom }: Pick<DocumentedKind, 'schema' | 'custom'>): string {
  return custom ? custom.document.name : schema;
}

/** What differs between version 2 and 3 of the format. */
export interface PathStyle {
  readonly parameter: (
    name: string,
    place: 'path' | 'query',
    options: { readonly type: string; readonly description: string },
  ) => JsonObject;
  readonly body: (
    type: string,
    mediaTypes: readonly string[],
  ) => { readonly parameters?: readonly JsonObject[]; readonly requestBody?: JsonObject };
  readonly response: (type: string) => JsonObject;
}

const json = 'application/json';
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

const query: Readonly<Record<string, { readonly type: string; readonly description: string }>> = {
  pretty: { type: 'string', description: "If 'true', then the output is pretty printed." },
  dryRun: { type: 'string', description: 'With the value All, nothing is stored.' },
  fieldManager: { type: 'string', description: 'The name of whoever makes this change.' },
  fieldValidation: { type: 'string', description: 'What happens to unknown and duplicate fields: Ignore, Warn or Strict.' },
  force: { type: 'boolean', description: 'Takes over fields that others own; for apply requests.' },
  labelSelector: { type: 'string', description: 'Restricts the list by labels.' },
  fieldSelector: { type: 'string', description: 'Restricts the list by fields.' },
  limit: { type: 'integer', description: 'The most items of one answer.' },
  continue: { type: 'string', description: 'Where the previous answer ended.' },
  resourceVersion: { type: 'string', description: 'The version that the answer is not older than.' },
  resourceVersionMatch: { type: 'string', description: 'How resourceVersion is meant.' },
  timeoutSeconds: { type: 'integer', description: 'When a list or watch ends.' },
  watch: { type: 'boolean', description: 'Streams changes.' },
  allowWatchBookmarks: { type: 'boolean', description: 'Sends bookmarks in a watch.' },
  gracePeriodSeconds: { type: 'integer', description: 'How long the object has to end.' },
  propagationPolicy: { type: 'string', description: 'What happens to dependents: Orphan, Background or Foreground.' },
};
const writes = ['dryRun', 'fieldManager', 'fieldValidation'];
const lists = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'watch',
];
const deletes = ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'];

interface Operation {
  readonly verb: string;
  readonly action: string;
  readonly parameters: readonly string[];
  /** Type of the body and its media types. */
  readonly body?: readonly [type: string, mediaTypes: readonly string[]];
  readonly answer: string;
}

function operations(
  type: string,
  patches: readonly string[] = patchTypes,
): Readonly<Record<'list' | 'create' | 'deletecollection' | 'get' | 'update' | 'patch' | 'delete', Operation>> {
  const at = { answer: type };
  return {
    list: { verb: 'get', action: 'list', parameters: lists, answer: `${type}List` },
    create: { verb: 'post', action: 'post', parameters: writes, body: [type, [json]], ...at },
    deletecollection: {
      verb: 'delete',
      action: 'deletecollection',
      parameters: [...lists, ...deletes],
      body: ['DeleteOptions', [json]],
      answer: 'Status',
    },
    get: { verb: 'get', action: 'get', parameters: [], ...at },
    update: { verb: 'put', action: 'put', parameters: writes, body: [type, [json]], ...at },
    patch: { verb: 'patch', action: 'patch', parameters: [...writes, 'force'], body: ['', patches], ...at },
    delete: { verb: 'delete', action: 'delete', parameters: deletes, body: ['DeleteOptions', [json]], answer: 'Status' },
  };
}

/** All paths of a kind, with their operations. */
export function pathsOf(kind: DocumentedKind, style: PathStyle): JsonObject {
  const root = `${kind.group === '' ? '/api' : '/apis'}/${apiVersionOf(kind)}`;
  const collection = `${root}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
  const own = operations(documentedType(kind), kind.custom ? patchTypes.filter((type) => !type.includes('strategic')) : patchTypes);
  const scale = operations('Scale');
  const has = (verb: string) => kind.verbs?.includes(verb) ?? true;
  const chosen = (table: Readonly<Record<string, Operation>>, verbs: readonly string[]) =>
    verbs.flatMap((verb) => (has(verb) && table[verb] ? [table[verb]] : []));
  const parts: readonly (readonly [string, readonly Operation[]])[] = [
    [collection, chosen(own, ['list', 'create', 'deletecollection'])],
    [`${collection}/{name}`, chosen(own, ['get', 'update', 'patch', 'delete'])],
    [`${collection}/{name}/status`, kind.hasStatus ? chosen(own, ['get', 'update', 'patch']) : []],
    [`${collection}/{name}/scale`, kind.scale ? chosen(scale, ['get', 'update', 'patch']) : []],
    [`${root}/${kind.plural}`, kind.namespaced ? chosen(own, ['list']) : []],
  ];
  return Object.fromEntries(
    parts.filter(([, list]) => list.length > 0).map(([path, list]) => [path, pathItem(kind, path, { list, style })]),
  );
}

function pathItem(
  kind: DocumentedKind,
  path: string,
  { list, style }: { readonly list: readonly Operation[]; readonly style: PathStyle },
): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const item: Record<string, Json> = Object.fromEntries(
    list.map((operation) => [operation.verb, operationObject(kind, { operation, path, style })]),
  );
  item.parameters = [
    ...inPath.map((name) => style.parameter(name, 'path', { type: 'string', description: `The ${name} of the object.` })),
    style.parameter('pretty', 'query', query.pretty ?? { type: 'string', description: '' }),
  ];
  return item;
}

interface OperationPlace {
  readonly operation: Operation;
  readonly path: string;
  readonly style: PathStyle;
}
function operationObject(kind: DocumentedKind, { operation, path, style }: OperationPlace): JsonObject {
  const isScale = path.endsWith('/scale');
  const named = isScale
    ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    : { group: kind.group, version: kind.version, kind: kind.kind };
  const parameters = operation.parameters.flatMap((name) => (query[name] ? [style.parameter(name, 'query', query[name])] : []));
  const { parameters: bodyParameters = [], ...body } = operation.body ? style.body(...operation.body) : {};
  return {
    operationId: operationId(kind, operation, path),
    tags: [`${kind.group === '' ? 'core' : (kind.group.split('.')[0] ?? '')}_${kind.version}`],
    ...(parameters.length + bodyParameters.length > 0 ? { parameters: [...bodyParameters, ...parameters] } : {}),
    ...body,
    responses: { '200': style.response(operation.answer), '401': { description: 'Unauthorized' } },
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': named,
  };
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `patchAppsV1NamespacedDeploymentStatus` */
function operationId(kind: DocumentedKind, { action }: Operation, path: string): string {
  const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] ?? '');
  const scope = path.includes('{namespace}') ? 'Namespaced' : '';
  const verb = { post: 'create', put: 'replace', get: 'read', deletecollection: 'deleteCollection' }[action] ?? action;
  const everywhere = kind.namespaced && !path.includes('{namespace}') ? 'ForAllNamespaces' : '';
  const subresource = /\{name\}\/(\w+)$/.exec(path)?.[1];
  return `${verb}${upper(group)}${upper(kind.version)}${scope}${kind.kind}${subresource ? upper(subresource) : ''}${everywhere}`;
}
