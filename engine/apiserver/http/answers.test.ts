/** What the API server answers over the network: lists, watches, tables, writes, discovery, health. The rules themselves are tested beside the verbs. */
import { once } from 'node:events';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../../cluster/certificates.ts';
import { type Answer, type Asked, ask } from '../../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../../testing/test-api-server.ts';

let api: SecureApiServer;
let admin: KeyPair;
beforeAll(async () => {
  api = await secureApiServer({ namespaces: ['lists', 'watches', 'writes', 'tables'] });
  admin = await api.identity('admin', 'system:masters');
});
afterAll(() => api[Symbol.asyncDispose]());

const as = (path: string, asked: Asked = {}): Promise<Answer> => ask(api, path, { identity: admin, ...asked });
const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;
const map = (name: string, labels: Record<string, string> = {}): object => ({ metadata: { name, labels }, data: { name } });
const post = (path: string, body: object): Promise<Answer> => as(path, { method: 'POST', body });
const names = ({ json }: Answer): string[] => json.items.map((item: { metadata: { name: string } }) => item.metadata.name);
const merge = { 'Content-Type': 'application/merge-patch+json' };

interface Watcher extends Disposable {
  next(): Promise<{ readonly type: string; readonly object: { readonly metadata: { readonly name?: string } } }>;
}
/** One event a line, as they come. */
async function watching(path: string): Promise<Watcher> {
  const outgoing = request(`${api.url}${path}`, { ca: api.authority.certificatePem, cert: admin.certificatePem, key: admin.keyPem });
  outgoing.on('error', () => {});
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    next: async () => JSON.parse(String((await lines.next()).value)),
    [Symbol.dispose]: () => outgoing.destroy(),
  };
}

describe('lists', () => {
  beforeAll(async () => {
    for (const [name, tier] of [
      ['a', 'x'],
      ['b', 'y'],
      ['c', 'x'],
      ['d', 'z'],
    ] as const)
      await post(maps('lists'), map(name, { tier }));
  });

  test('selected by labels and fields', async () => {
    const found = async (query: string): Promise<string[]> => names(await as(`${maps('lists')}?${query}`));
    expect([
      await found('labelSelector=tier%3Dx'),
      await found('labelSelector=tier+in+(y,z)'),
      await found('labelSelector=tier!%3Dx'),
      await found('labelSelector=!tier'),
      await found('fieldSelector=metadata.name%3Db'),
      await found('fieldSelector=metadata.name!%3Db&labelSelector=tier'),
    ]).toEqual([['a', 'c'], ['b', 'd'], ['b', 'd'], [], ['b'], ['a', 'c', 'd']]);
  });

  test('in pages of one moment, until their revision is gone', async () => {
    const first = await as(`${maps('lists')}?limit=3`);
    await post(maps('lists'), map('between'));
    const second = await as(`${maps('lists')}?limit=3&continue=${encodeURIComponent(first.json.metadata.continue)}`);
    await as(`${maps('lists')}/between`, { method: 'DELETE' });
    expect([names(first), first.json.metadata.remainingItemCount, names(second), second.json.metadata.continue]).toEqual([
      ['a', 'b', 'c'],
      1,
      ['d'],
      undefined,
    ]);
    expect(second.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion);
    await api.store.compact(api.store.revision);
    const late = await as(`${maps('lists')}?limit=3&continue=${encodeURIComponent(first.json.metadata.continue)}`);
    expect([late.code, late.json]).toMatchObject([410, { kind: 'Status', reason: 'Expired' }]);
    // The refusal has a token for what is left as it is now.
    const rest = await as(`${maps('lists')}?limit=3&continue=${encodeURIComponent(late.json.metadata.continue)}`);
    expect([names(rest), rest.json.metadata.continue]).toEqual([['d'], undefined]);
    expect(rest.json.metadata.resourceVersion).not.toBe(first.json.metadata.resourceVersion);
  });

  test('a revision that is gone cannot be listed', async () => {
    const { resourceVersion } = (await as(maps('lists'))).json.metadata;
    await post(maps('lists'), map('later'));
    await api.store.compact(api.store.revision);
    const { code, json } = await as(`${maps('lists')}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`);
    expect([code, json.reason]).toEqual([410, 'Expired']);
  });

  test('a revision that is not there yet says so', async () => {
    const { code, json } = await as(`${maps('lists')}?resourceVersion=999999999`);
    expect([code, json]).toMatchObject([
      504,
      { reason: 'Timeout', message: expect.stringMatching(/^Too large resource version: 999999999, current: /) },
    ]);
  });

  test('only the metadata, or as YAML', async () => {
    const partial = await as(`${maps('lists')}/a`, { headers: { Accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } });
    expect([partial.json.kind, partial.json.metadata.name, partial.json.data]).toEqual(['PartialObjectMetadata', 'a', undefined]);
    const yaml = await as(`${maps('lists')}/a`, { headers: { Accept: 'application/yaml' } });
    expect([yaml.headers['content-type'], yaml.text]).toEqual(['application/yaml', expect.stringMatching(/\ndata:\n {2}name: a\n/)]);
  });
});

describe('watches', () => {
  test('from a revision on, and out of a selector', async () => {
    const { resourceVersion } = (await as(maps('watches'))).json.metadata;
    using watch = await watching(`${maps('watches')}?watch=true&resourceVersion=${resourceVersion}&labelSelector=tier%3Dx`);
    await post(maps('watches'), map('other', { tier: 'y' }));
    await post(maps('watches'), map('a', { tier: 'x' }));
    await as(`${maps('watches')}/a`, { method: 'PATCH', headers: merge, body: { data: { more: '1' } } });
    await as(`${maps('watches')}/a`, { method: 'PATCH', headers: merge, body: { metadata: { labels: { tier: 'y' } } } });
    const events = [await watch.next(), await watch.next(), await watch.next()];
    expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['MODIFIED', 'a'],
      ['DELETED', 'a'],
    ]);
  });

  test('that start with what is there end that with a bookmark', async () => {
    await post(maps('watches'), map('there'));
    const query =
      'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dthere';
    using watch = await watching(`${maps('watches')}?${query}`);
    const [first, second] = [await watch.next(), await watch.next()];
    expect([first.type, first.object.metadata.name, second]).toEqual([
      'ADDED',
      'there',
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: {
            resourceVersion: expect.stringMatching(/^\d+$/),
            creationTimestamp: null,
            annotations: { 'k8s.io/initial-events-end': 'true' },
          },
        },
      },
    ]);
  });

  test('from a revision that is gone say 410', async () => {
    await post(maps('watches'), map('compacted'));
    await api.store.compact(api.store.revision);
    const answer = await as(`${maps('watches')}?watch=true&resourceVersion=1`);
    const [line = '{}'] = answer.text.split('\n');
    const { type, object } = JSON.parse(line);
    expect(answer.code === 410 ? answer.json : object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' });
    expect(answer.code === 410 || type === 'ERROR').toBe(true);
  });

  test('end when their time is over', async () => {
    const answer = await as(`${maps('watches')}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dnobody`);
    expect([answer.code, answer.text]).toEqual([200, '']);
  });
});

describe('writes', () => {
  test('a name is generated, and not twice the same', async () => {
    const draft = { metadata: { generateName: 'job-' } };
    const created = [await post(maps('writes'), draft), await post(maps('writes'), draft)];
    expect(created.map(({ code, json }) => [code, json.metadata.name])).toEqual([
      [201, expect.stringMatching(/^job-[a-z0-9]{5}$/)],
      [201, expect.stringMatching(/^job-[a-z0-9]{5}$/)],
    ]);
    expect(created[0]?.json.metadata.name).not.toBe(created[1]?.json.metadata.name);
  });

  test('a dry run answers as if', async () => {
    const dry = await post(`${maps('writes')}?dryRun=All`, map('dry'));
    expect([dry.code, dry.json.metadata.uid, dry.json.metadata.resourceVersion]).toEqual([201, expect.any(String), undefined]);
    expect((await as(`${maps('writes')}/dry`)).code).toBe(404);
  });

  test('what is wrong is said for all fields at once, as causes too', async () => {
    const { code, json } = await post('/api/v1/namespaces/writes/pods', { metadata: { name: 'A' }, spec: { containers: [{ name: 'a' }] } });
    expect([code, json.reason, json.details.kind, json.details.name]).toEqual([422, 'Invalid', 'Pod', 'A']);
    expect(json.details.causes.map(({ reason, field }: { reason: string; field: string }) => [reason, field])).toEqual([
      ['FieldValueInvalid', 'metadata.name'],
      ['FieldValueRequired', 'spec.containers[0].image'],
    ]);
    expect(json.message).toMatch(
      /^Pod "A" is invalid: \[metadata\.name: Invalid value: "A": .*, spec\.containers\[0\]\.image: Required value\]$/,
    );
  });

  test('unknown fields are warned of, refused or ignored, as asked', async () => {
    const body = { ...map('typo'), dta: { a: 'b' } };
    const ignored = await post(`${maps('writes')}?dryRun=All&fieldValidation=Ignore`, body);
    const warned = await post(`${maps('writes')}?dryRun=All`, body);
    const refused = await post(`${maps('writes')}?dryRun=All&fieldValidation=Strict`, body);
    expect([ignored.code, ignored.headers.warning, warned.code, warned.headers.warning, refused.code, refused.json.message]).toEqual([
      201,
      undefined,
      201,
      '299 - "unknown field \\"dta\\""',
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
    ]);
  });

  test('an integer that a JavaScript number cannot hold stays exact from body to store to answer, in JSON, YAML and patches', async () => {
    const template = '/api/v1/namespaces/writes/podtemplates';
    const seconds = '9007199254740993';
    const json = `{"metadata":{"name":"long"},"template":{"spec":{"terminationGracePeriodSeconds":${seconds},"containers":[{"name":"c","image":"nginx"}]}}}`;
    const yaml = `metadata: {name: long-yaml}\ntemplate: {spec: {terminationGracePeriodSeconds: ${seconds}, containers: [{name: c, image: nginx}]}}\n`;
    const typed = (type: string, text: string, method = 'POST'): Asked => ({ method, body: text, headers: { 'Content-Type': type } });
    expect((await as(template, typed('application/json', json))).code).toBe(201);
    expect((await as(template, typed('application/yaml', yaml))).code).toBe(201);
    await as(
      `${template}/long`,
      typed('application/json-patch+json', '[{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]', 'PATCH'),
    );
    await as(`${template}/long`, typed('application/strategic-merge-patch+json', '{"metadata":{"labels":{"c":"d"}}}', 'PATCH'));
    for (const name of ['long', 'long-yaml']) {
      expect((await as(`${template}/${name}`)).text).toContain(`"terminationGracePeriodSeconds":${seconds},`);
      const asYaml = await as(`${template}/${name}`, { headers: { Accept: 'application/yaml' } });
      expect(asYaml.text).toContain(`terminationGracePeriodSeconds: ${seconds}\n`);
    }
    expect((await as(template)).text.match(new RegExp(`:${seconds},`, 'g'))?.length).toBe(2);
  });

  test('the misspelt manifest of the notes: the field is named, and nothing below it', async () => {
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metaData: { name: 'myapp-pod', labls: { app: 'myapp', type: 'front-end' } },
      spec: { containers: [{ name: 'nginx-container', image: 'nginx' }] },
    };
    const { code, json } = await post('/api/v1/namespaces/writes/pods?fieldValidation=Strict', body);
    expect([code, json.message]).toEqual([
      400,
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "metaData"',
    ]);
    expect(json.details.causes.map(({ message }: { message: string }) => message)).toEqual([
      'unknown field "metaData": did you mean "metadata"?',
    ]);
  });

  test('finalizers hold an object until they are gone', async () => {
    const path = `${maps('writes')}/held`;
    await post(maps('writes'), { metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    const deleted = await as(path, { method: 'DELETE' });
    expect([deleted.code, deleted.json.metadata.deletionTimestamp]).toEqual([200, expect.any(String)]);
    expect((await as(path)).code).toBe(200);
    await as(path, { method: 'PATCH', headers: merge, body: { metadata: { finalizers: null } } });
    expect((await as(path)).code).toBe(404);
  });

  test('a Pod on a Node ends gracefully, one on none at once', async () => {
    const pods = '/api/v1/namespaces/writes/pods';
    const spec = { containers: [{ name: 'main', image: 'nginx' }], terminationGracePeriodSeconds: 7 };
    await post(pods, { metadata: { name: 'waiting' }, spec });
    await post(pods, { metadata: { name: 'placed' }, spec: { ...spec, nodeName: 'node-1' } });
    const gone = await as(`${pods}/waiting`, { method: 'DELETE' });
    const ending = await as(`${pods}/placed`, { method: 'DELETE' });
    expect([gone.code, (await as(`${pods}/waiting`)).code, ending.json.metadata.deletionGracePeriodSeconds]).toEqual([200, 404, 7]);
    const shorter = await as(`${pods}/placed`, { method: 'DELETE', body: { gracePeriodSeconds: 2 } });
    expect(shorter.json.metadata.deletionGracePeriodSeconds).toBe(2);
    await as(`${pods}/placed?gracePeriodSeconds=0`, { method: 'DELETE' });
    expect((await as(`${pods}/placed`)).code).toBe(404);
  });

  test('the log of the only regular container needs no name, one of several does', async () => {
    const pod = (name: string, containers: readonly string[]) => ({
      metadata: { name },
      spec: {
        initContainers: [{ name: 'init', image: 'nginx' }],
        containers: containers.map((container) => ({ name: container, image: 'nginx' })),
      },
    });
    const log = async (name: string, containers: readonly string[]) => {
      await as('/api/v1/namespaces/default/pods', { method: 'POST', body: JSON.stringify(pod(name, containers)) });
      return as(`/api/v1/namespaces/default/pods/${name}/log`);
    };
    expect((await log('one-container', ['main'])).code).toBe(200);
    expect((await log('two-containers', ['main', 'side'])).json.message).toBe(
      'a container name must be specified for pod two-containers, choose one of: [main side] or one of the init containers: [init]',
    );
  });

  test('a Pod of a RuntimeClass that is not there is refused', async () => {
    const pod = { metadata: { name: 'sandboxed' }, spec: { runtimeClassName: 'gvisor', containers: [{ name: 'main', image: 'nginx' }] } };
    const { code, json } = await as('/api/v1/namespaces/default/pods', { method: 'POST', body: JSON.stringify(pod) });
    expect([code, json.message]).toEqual([403, 'pods "sandboxed" is forbidden: pod rejected: RuntimeClass "gvisor" not found']);
  });

  test('a collection is deleted by selector', async () => {
    for (const name of ['x1', 'x2']) await post(maps('writes'), map(name, { sweep: 'yes' }));
    await post(maps('writes'), map('kept'));
    const swept = await as(`${maps('writes')}?labelSelector=sweep%3Dyes`, { method: 'DELETE' });
    expect([swept.code, swept.json.kind, names(swept)]).toEqual([200, 'ConfigMapList', ['x1', 'x2']]);
    expect([(await as(`${maps('writes')}/x1`)).code, (await as(`${maps('writes')}/kept`)).code]).toEqual([404, 200]);
  });

  test('a deletion insists on the object that was meant', async () => {
    await post(maps('writes'), map('meant'));
    const { code, json } = await as(`${maps('writes')}/meant`, { method: 'DELETE', body: { preconditions: { uid: 'another' } } });
    expect([code, json.reason, json.message]).toEqual([
      409,
      'Conflict',
      expect.stringMatching(/^Operation cannot be fulfilled on ConfigMap "meant": the UID in the precondition \(another\) does not match/),
    ]);
  });
});

describe('tables', () => {
  const table = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
  const columns = ({ json }: Answer): string[] => json.columnDefinitions.map(({ name }: { name: string }) => name);

  test('what kubectl prints', async () => {
    await post('/api/v1/namespaces/tables/pods', { metadata: { name: 'web' }, spec: { containers: [{ name: 'main', image: 'nginx' }] } });
    const listed = await as('/api/v1/namespaces/tables/pods', { headers: table });
    expect([columns(listed), listed.json.rows]).toEqual([
      ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node', 'Nominated Node', 'Readiness Gates'],
      [
        {
          cells: ['web', '0/1', 'Pending', '0', expect.stringMatching(/^\d+s$/), '<none>', '<none>', '<none>', '<none>'],
          object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: expect.objectContaining({ name: 'web' }) },
        },
      ],
    ]);
  });

  test('a watch has its headers once', async () => {
    const { resourceVersion } = (await as(maps('tables'))).json.metadata;
    const outgoing = request(`${api.url}${maps('tables')}?watch=true&resourceVersion=${resourceVersion}`, {
      ca: api.authority.certificatePem,
      cert: admin.certificatePem,
      key: admin.keyPem,
      headers: table,
    });
    outgoing.on('error', () => {});
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    await post(maps('tables'), map('one'));
    await post(maps('tables'), map('two'));
    const events = [JSON.parse(String((await lines.next()).value)), JSON.parse(String((await lines.next()).value))];
    outgoing.destroy();
    expect(events.map(({ type, object }) => [type, object.kind, object.columnDefinitions?.length, object.rows[0].cells[0]])).toEqual([
      ['ADDED', 'Table', 3, 'one'],
      ['ADDED', 'Table', undefined, 'two'],
    ]);
  });

  test.each([
    ['/apis/apps/v1/deployments', ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector']],
    ['/apis/apps/v1/replicasets', ['Name', 'Desired', 'Current', 'Ready', 'Age', 'Containers', 'Images', 'Selector']],
    ['/api/v1/replicationcontrollers', ['Name', 'Desired', 'Current', 'Ready', 'Age', 'Containers', 'Images', 'Selector']],
    ['/api/v1/services', ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector']],
    [
      '/api/v1/nodes',
      ['Name', 'Status', 'Roles', 'Age', 'Version', 'Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'],
    ],
    ['/api/v1/events', ['Last Seen', 'Type', 'Reason', 'Object', 'Subobject', 'Source', 'Message', 'First Seen', 'Count', 'Name']],
    ['/api/v1/namespaces', ['Name', 'Status', 'Age']],
    ['/api/v1/secrets', ['Name', 'Type', 'Data', 'Age']],
    ['/apis/rbac.authorization.k8s.io/v1/roles', ['Name', 'Created At']],
    ['/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', ['Name', 'Role', 'Age', 'Users', 'Groups', 'ServiceAccounts']],
    ['/apis/discovery.k8s.io/v1/endpointslices', ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age']],
  ])('the columns of %s', async (path, expected) => {
    expect(columns(await as(path, { headers: table }))).toEqual(expected);
  });
});

describe('about itself', () => {
  test('version and health need no name', async () => {
    const answers = await Promise.all(['/version', '/healthz', '/livez', '/readyz', '/readyz?verbose'].map((path) => ask(api, path)));
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 200, 200, 200]);
    expect(answers[0]?.json).toMatchObject({ major: '1', minor: '33', gitVersion: 'v1.33.0' });
    expect(answers.slice(1).map(({ text }) => text)).toEqual([
      'ok',
      'ok',
      'ok',
      expect.stringMatching(/^\[\+\]ping ok\n[\s\S]*readyz check passed\n$/),
    ]);
  });

  test('a slash at the end changes nothing', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    for (const path of ['/version', '/api', '/apis', '/apis/apps'])
      for (const headers of [{}, { Accept: accept }]) {
        const [plain, slashed] = await Promise.all([as(path, { headers }), as(`${path}/`, { headers })]);
        expect([path, slashed.code, slashed.json]).toEqual([path, 200, plain.json]);
      }
  });

  test('a single check, for who may look closer', async () => {
    expect([(await ask(api, '/livez/ping')).code, (await as('/livez/ping')).text, (await as('/livez/unknown')).code]).toEqual([
      403,
      'ok',
      404,
    ]);
  });

  test('groups and resources, one by one or all at once', async () => {
    const { json: groups } = await as('/apis');
    expect(groups.groups.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['apps', 'rbac.authorization.k8s.io', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io']),
    );
    const { json: apps } = await as('/apis/apps/v1');
    expect(apps.resources.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['deployments', 'deployments/scale', 'deployments/status', 'replicasets']),
    );
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const aggregated = await as('/apis', { headers: { Accept: accept } });
    expect([aggregated.headers['content-type'], aggregated.json.kind]).toEqual([accept, 'APIGroupDiscoveryList']);
    const again = await as('/apis', { headers: { Accept: accept, 'If-None-Match': String(aggregated.headers.etag) } });
    expect(again.code).toBe(304);
  });

  test('its schema, whole and by group', async () => {
    const { json: index } = await as('/openapi/v3');
    expect(Object.keys(index.paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1']));
    const { json: apps } = await as(index.paths['apis/apps/v1'].serverRelativeURL);
    expect(apps.components.schemas['io.k8s.api.apps.v1.Deployment'].properties).toHaveProperty('spec');
    expect((await as('/openapi/v2')).json.definitions).toHaveProperty('io.k8s.api.core.v1.Pod');
  });
});
