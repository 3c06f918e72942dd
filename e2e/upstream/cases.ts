/** The requests that both servers get, in order: made from the samples, so that a new kind is one more sample. Deterministic. */
import type { ApiRequest } from './endpoint.ts';
import { apiVersionOf, collectionOf, type Sample } from './samples.ts';

export interface Case {
  /** `ConfigMap: create, no name` */
  readonly title: string;
  readonly request: ApiRequest;
}
const namespace = 'diff';
const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const post = (path: string, object: object): ApiRequest => ({ method: 'POST', path, body: JSON.stringify(object) });
/** A namespace of their own, and the accounts that a controller would make. */
export const setUp: readonly ApiRequest[] = [
  post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  ...['default', namespace].map((name) =>
    post(`/api/v1/namespaces/${name}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }),
  ),
];

/** A life of one kind, and the ways to get it wrong. */
export function casesOf(sample: Sample): readonly Case[] {
  const collection = collectionOf(sample, namespace);
  const name = 'a';
  const one = `${collection}/${name}`;
  const object = (metadata: object, more: object = {}): string =>
    JSON.stringify({ apiVersion: apiVersionOf(sample), kind: sample.kind, metadata, ...sample.content, ...more });
  const at: At = (title, method, path, content) => ({
    title: `${sample.kind}: ${title}`,
    request: { method, path, ...(typeof content === 'string' ? { body: content } : content) },
  });
  const writing: Writing = { sample, collection, object, at };
  return [
    at('create, dry run', 'POST', `${collection}?dryRun=All`, object({ name })),
    at('get what is not there', 'GET', one),
    at('create', 'POST', collection, object({ name, labels: { one: 'x' } })),
    at('create again', 'POST', collection, object({ name })),
    ...wrongBodies(writing),
    at('get', 'GET', one),
    at('get as a table', 'GET', one, accepting(tableAccept)),
    at('list as a table', 'GET', `${collection}?labelSelector=one%3Dx`, accepting(tableAccept)),
    at('get as what is not served', 'GET', one, accepting('application/xml')),
    at('list by label', 'GET', `${collection}?labelSelector=one%3Dx`),
    at('list by a wrong label selector', 'GET', `${collection}?labelSelector=a%3D%3D%3Db`),
    at('list by name', 'GET', `${collection}?fieldSelector=metadata.name%3D${name}`),
    at('list by a field that cannot be selected', 'GET', `${collection}?fieldSelector=spec.nothing%3Da`),
    at('list with a wrong limit', 'GET', `${collection}?limit=x`),
    at('list at a wrong revision', 'GET', `${collection}?resourceVersion=x`),
    at('list with a wrong match', 'GET', `${collection}?resourceVersionMatch=Exact`),
    ...patches(writing, one),
    at('update with an old revision', 'PUT', one, object({ name, resourceVersion: '1' })),
    at('update with another name', 'PUT', one, object({ name: 'other' })),
    at('update with another UID', 'PUT', one, object({ name, uid: '00000000-0000-0000-0000-000000000000' })),
    at('status', 'GET', `${one}/status`),
    at('scale', 'GET', `${one}/scale`),
    at('scale as a table', 'GET', `${one}/scale`, accepting(tableAccept)),
    at('a subresource that is not there', 'GET', `${one}/nothing`),
    at('POST to an object', 'POST', one, object({ name })),
    at('PUT to the collection', 'PUT', collection, object({ name })),
    at('delete with a wrong precondition', 'DELETE', one, JSON.stringify({ preconditions: { uid: 'x' } })),
    at('delete with a wrong policy', 'DELETE', `${one}?propagationPolicy=Sometimes`),
    at('delete, dry run', 'DELETE', `${one}?dryRun=All`),
    at('delete', 'DELETE', `${one}?gracePeriodSeconds=0`),
    at('delete what is not there', 'DELETE', `${collection}/nothing`),
  ];
}

type At = (title: string, method: string, path: string, content?: string | Pick<ApiRequest, 'body' | 'headers'>) => Case;
interface Writing {
  readonly sample: Sample;
  readonly collection: string;
  /** The sample's JSON with this metadata; `more` replaces fields beside it. */
  readonly object: (metadata: object, more?: object) => string;
  readonly at: At;
}
const typed = (type: string, body: string): Pick<ApiRequest, 'body' | 'headers'> => ({ body, headers: { 'Content-Type': type } });
const accepting = (type: string): Pick<ApiRequest, 'headers'> => ({ headers: { Accept: type } });
const merge = (value: unknown): Pick<ApiRequest, 'body' | 'headers'> => typed('application/merge-patch+json', JSON.stringify(value));
const jsonPatch = (operation: object): Pick<ApiRequest, 'body' | 'headers'> =>
  typed('application/json-patch+json', JSON.stringify([operation]));

function wrongBodies(writing: Writing): readonly Case[] {
  const { sample, object, at, collection } = writing;
  const strict = `${collection}?fieldValidation=Strict`;
  return [
    at('create without a name', 'POST', collection, object({})),
    at('create with a wrong name', 'POST', collection, object({ name: 'A_b' })),
    at('create with a wrong label', 'POST', collection, object({ name: 'b', labels: { 'a b': '-' } })),
    at('create with wrong annotations', 'POST', collection, object({ name: 'b', annotations: { a: 1 } })),
    at('create in another namespace', 'POST', collection, object({ name: 'b', namespace: 'other' })),
    at('create with a revision', 'POST', collection, object({ name: 'b', resourceVersion: '5' })),
    at('create another kind', 'POST', collection, object({ name: 'b' }, { kind: 'Nothing' })),
    at('create another version', 'POST', collection, object({ name: 'b' }, { apiVersion: 'nothing/v9' })),
    at('create with an unknown field, strict', 'POST', strict, object({ name: 'b' }, { nothing: { a: 1 } })),
    at(
      'create with an unknown field, warned',
      'POST',
      `${collection}?fieldValidation=Warn&dryRun=All`,
      object({ name: 'b' }, { nothing: 1 }),
    ),
    at('create with a field twice, strict', 'POST', strict, object({ name: 'b' }).replace('{', '{"kind":"Nothing",')),
    at('create with a wrong field validation', 'POST', `${collection}?fieldValidation=Maybe`, object({ name: 'b' })),
    at('create with a wrong dry run', 'POST', `${collection}?dryRun=Some`, object({ name: 'b' })),
    at('create from nothing', 'POST', collection, ''),
    at('create from half an object', 'POST', collection, object({ name: 'b' }).slice(0, -2)),
    at('create from a text', 'POST', collection, '"x"'),
    at('create from another media type', 'POST', collection, typed('text/plain', object({ name: 'b' }))),
    ...Object.entries(sample.content).flatMap(([field, value]) => [
      at(`create without ${field}`, 'POST', `${collection}?dryRun=All`, object({ name: 'b' }, { [field]: undefined })),
      at(`create with ${field} of a wrong type`, 'POST', collection, object({ name: 'b' }, { [field]: Array.isArray(value) ? {} : [] })),
      at(`create with ${field} a number`, 'POST', collection, object({ name: 'b' }, { [field]: 7 })),
      ...innerCases(field, value, writing),
    ]),
  ];
}

/** Each field below a field: left out, empty, of a wrong type, negative or far too big. */
function innerCases(field: string, value: unknown, { object, at, collection }: Writing): readonly Case[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([inner, old]) => {
    const wrong: readonly unknown[] =
      typeof old === 'number'
        ? [-1, 2 ** 31, 1.5, 'x']
        : typeof old === 'string'
          ? ['', 5, '-']
          : Array.isArray(old)
            ? [[], [{}], 'x']
            : [{}, [], 'x'];
    return [undefined, ...wrong].map((next) =>
      at(
        `create with ${field}.${inner} ${next === undefined ? 'left out' : JSON.stringify(next)}`,
        'POST',
        `${collection}?dryRun=All`,
        object({ name: 'b' }, { [field]: { ...value, [inner]: next } }),
      ),
    );
  });
}

function patches({ sample: { change }, at }: Writing, one: string): readonly Case[] {
  const nested = (path: readonly string[], value: unknown): unknown => path.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
  const strategic = (value: unknown): Pick<ApiRequest, 'body' | 'headers'> =>
    typed('application/strategic-merge-patch+json', JSON.stringify(value));
  const patch = (title: string, content: Pick<ApiRequest, 'body' | 'headers'>, path = one): Case => at(title, 'PATCH', path, content);
  return [
    patch('json patch', jsonPatch({ op: 'add', path: '/metadata/labels/two', value: 'y' })),
    patch('merge patch', merge({ metadata: { labels: { three: 'z' } } })),
    patch('strategic merge patch', strategic({ metadata: { annotations: { four: 'w' } } })),
    ...(change ? [patch(`patch ${change.path.join('.')}`, merge(nested(change.path, change.value)))] : []),
    patch('patch nothing', merge({})),
    patch('patch the name', merge({ metadata: { name: 'other' } })),
    patch('patch what is not there', merge({}), `${one}x`),
    patch('patch of an unknown type', typed('application/json', '{}')),
    patch('json patch with a failing test', jsonPatch({ op: 'test', path: '/kind', value: 'x' })),
    patch('json patch of a path that is not there', jsonPatch({ op: 'remove', path: '/nothing/x' })),
    patch('json patch with an unknown operation', jsonPatch({ op: 'turn', path: '/kind' })),
    patch('merge patch of a list', merge([])),
    patch('strategic patch with an unknown directive', strategic({ $patch: 'turn' })),
    patch('patch with an unknown field, strict', merge({ nothing: 1 }), `${one}?fieldValidation=Strict`),
  ];
}

/** Requests that belong to no kind. */
export const generalCases: readonly Case[] = [
  ['GET', '/'],
  ['GET', '/nothing'],
  ['GET', '/api'],
  ['GET', '/apis/apps'],
  ['GET', '/apis/nothing.io'],
  ['GET', '/apis/apps/v9'],
  ['GET', '/apis/apps/v1/nothings'],
  ['GET', '/api/v1/namespaces/nothing/pods'],
  ['GET', '/api/v1/namespaces/nothing/pods/x'],
  ['POST', '/version'],
  ['POST', '/api/v1/pods'],
  ['GET', '/healthz'],
  ['POST', '/healthz'],
  ['POST', '/api'],
  ['PUT', '/apis/apps'],
  ['PATCH', '/apis/apps/v1'],
  ['GET', '/livez'],
  ['GET', '/readyz/ping'],
  ['GET', '/healthz/nothing'],
].map(([method = '', path = '']) => ({ title: `${method} ${path}`, request: { method, path } }));
