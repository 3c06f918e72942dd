/** Who owns which field, and server-side apply, as clients meet them over the network. Upstream: test/integration/apiserver/apply. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../cluster/certificates.ts';
import { type Answer, type Asked, ask } from '../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../testing/test-api-server.ts';

let api: SecureApiServer;
let admin: KeyPair;
beforeAll(async () => {
  api = await secureApiServer({ namespaces: ['test'] });
  admin = await api.identity('admin', 'system:masters');
});
afterAll(() => api[Symbol.asyncDispose]());

const as = (path: string, asked: Asked = {}): Promise<Answer> => ask(api, path, { identity: admin, ...asked });
const maps = '/api/v1/namespaces/test/configmaps';
const deployments = '/apis/apps/v1/namespaces/test/deployments';
const typed = (type: string) => ({ 'Content-Type': type });
const apply = (path: string, body: object | string, query = 'fieldManager=one'): Promise<Answer> =>
  as(`${path}?${query}`, { method: 'PATCH', headers: typed('application/apply-patch+yaml'), body });
const merge = (path: string, body: object, query = ''): Promise<Answer> =>
  as(`${path}?${query}`, { method: 'PATCH', headers: typed('application/merge-patch+json'), body });
const post = (path: string, body: object, query = 'fieldManager=maker'): Promise<Answer> =>
  as(`${path}?${query}`, { method: 'POST', body });
const map = (name: string, data: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const deployment = (name: string, spec: object = {}, container: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx', ...container }] } },
    ...spec,
  },
});
interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1: object;
}
const entries = ({ json }: Answer): readonly Entry[] => json.metadata.managedFields ?? [];
/** `Apply one: {…}`, in alphabetical order: theirs depends on the second in which they wrote. */
const owners = (answer: Answer): readonly string[] =>
  entries(answer)
    .map(({ operation, manager, subresource, fieldsV1 }) =>
      [`${operation} ${manager}${subresource ? `/${subresource}` : ''}`, JSON.stringify(fieldsV1)].join(': '),
    )
    .toSorted();

describe('who owns what', () => {
  test('who creates and who changes, by the name it gives or its User-Agent', async () => {
    const body = map('agent', { a: '1' });
    const created = await as(maps, { method: 'POST', body, headers: { 'User-Agent': 'my-tool/v1.2 (linux) abc' } });
    expect(owners(created)).toEqual(['Update my-tool: {"f:data":{".":{},"f:a":{}}}']);
    const changed = await merge(`${maps}/agent`, { data: { a: '2', b: '3' } }, 'fieldManager=other');
    expect(owners(changed)).toEqual(['Update my-tool: {"f:data":{}}', 'Update other: {"f:data":{"f:a":{},"f:b":{}}}']);
    const same = await merge(`${maps}/agent`, { data: { a: '2' } }, 'fieldManager=third');
    expect([owners(same), same.json.metadata.resourceVersion]).toEqual([owners(changed), changed.json.metadata.resourceVersion]);
  });

  test('what a subresource writes is told apart', async () => {
    await post(deployments, deployment('parts', { replicas: 1 }));
    const path = `${deployments}/parts`;
    await merge(`${path}/status`, { status: { observedGeneration: 1, replicas: 1 } }, 'fieldManager=counter');
    await merge(`${path}/scale`, { spec: { replicas: 3 } }, 'fieldManager=scaler');
    const answer = await as(path);
    const [counter, maker, scaler] = owners(answer);
    expect([answer.json.spec.replicas, counter, scaler, maker?.includes('f:revisionHistoryLimit'), maker?.includes('f:replicas')]).toEqual([
      3,
      'Update counter/status: {"f:status":{"f:observedGeneration":{},"f:replicas":{}}}',
      'Update scaler/scale: {"f:spec":{"f:replicas":{}}}',
      true,
      false,
    ]);
  });

  test('an empty list, or one empty entry, starts anew; without any it stays', async () => {
    const body = map('reset', { a: '1' });
    await apply(`${maps}/reset`, body);
    const put = (managedFields: unknown): Promise<Answer> =>
      as(`${maps}/reset`, { method: 'PUT', body: map('reset', { a: '1' }, { managedFields }) });
    const kept = await put(undefined);
    const unreadable = await put([{ manager: 'x', operation: 'Change' }]);
    const emptied = await put([{}]);
    expect([owners(kept), owners(unreadable), entries(emptied)]).toEqual([
      ['Apply one: {"f:data":{"f:a":{}}}'],
      ['Apply one: {"f:data":{"f:a":{}}}'],
      [],
    ]);
    // Whoever was there before the first apply owns what it finds.
    const again = await apply(`${maps}/reset`, body);
    expect(owners(again)).toEqual(['Apply one: {"f:data":{"f:a":{}}}', 'Update before-first-apply: {"f:data":{".":{},"f:a":{}}}']);
    expect(entries(await merge(`${maps}/reset`, { metadata: { managedFields: [] } }))).toEqual([]);
  });

  test('a client that puts managedFields right by a patch must have seen the newest version', async () => {
    await post(maps, map('right', { a: '1' }));
    const found = await as(`${maps}/right`);
    const patch = (resourceVersion: string): Promise<Answer> =>
      as(`${maps}/right`, {
        method: 'PATCH',
        headers: typed('application/json-patch+json'),
        body: JSON.stringify([
          { op: 'replace', path: '/metadata/managedFields', value: [{ ...entries(found)[0], manager: 'renamed', operation: 'Apply' }] },
          { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
        ]),
      });
    const [stale, fresh] = [await patch('1'), await patch(found.json.metadata.resourceVersion)];
    expect([stale.code, stale.json.reason, owners(fresh)]).toEqual([409, 'Conflict', ['Apply renamed: {"f:data":{".":{},"f:a":{}}}']]);
  });

  test('of more than ten who update, the oldest become one', async () => {
    await post(maps, map('many', { a: '1' }));
    for (let index = 0; index < 14; index++) await merge(`${maps}/many`, { data: { [`k${index}`]: 'x' } }, `fieldManager=m${10 + index}`);
    const answer = await as(`${maps}/many`);
    const found = entries(answer);
    const fields = found.flatMap(({ fieldsV1 }) => Object.keys((fieldsV1 as { readonly 'f:data': object })['f:data']));
    expect([found.length, found.filter(({ manager }) => manager === 'ancient-changes').length, fields.toSorted()]).toEqual([
      10,
      1,
      ['.', 'f:a', ...Array.from({ length: 14 }, (_, index) => `f:k${index}`)].toSorted(),
    ]);
  });

  test('a name that is too long or cannot be printed is refused', async () => {
    const { code, json } = await post(maps, map('named', {}), `fieldManager=${'x'.repeat(129)}`);
    const unprintable = await post(maps, map('named', {}), 'fieldManager=a%00b');
    expect([code, json.message, unprintable.json.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
      expect.stringMatching(
        /^CreateOptions\.meta\.k8s\.io "" is invalid: fieldManager: Invalid value: .*: invalid character U\+0000 \(at position 1\)$/,
      ),
    ]);
  });
});

describe('apply', () => {
  test('creates what is not there, and changes nothing the second time', async () => {
    const created = await apply(`${deployments}/web`, deployment('web'));
    const again = await apply(`${deployments}/web`, deployment('web'));
    expect([created.code, again.code, again.json.metadata.resourceVersion]).toEqual([201, 200, created.json.metadata.resourceVersion]);
    // Defaults are nobody's.
    expect(owners(created)).toEqual([
      'Apply one: {"f:spec":{"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"main\\"}":{".":{},"f:image":{},"f:name":{}}}}}}}',
    ]);
  });

  test('YAML is read as well as JSON; a field given twice is told of', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata:\n  a: "1"\n  a: "2"\n';
    const strict = await apply(`${maps}/yaml`, yaml, 'fieldManager=one&fieldValidation=Strict');
    const warned = await apply(`${maps}/yaml`, yaml);
    expect([strict.code, strict.json.message, warned.code, warned.json.data, warned.headers.warning]).toEqual([
      400,
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  key "a" already set in map',
      201,
      { a: '2' },
      expect.stringContaining('key \\"a\\" already set in map'),
    ]);
  });

  test('removes what it does not apply any more, and nobody else has', async () => {
    await apply(`${maps}/shrink`, map('shrink', { a: '1', b: '2', c: '3' }));
    await apply(`${maps}/shrink`, map('shrink', { b: '2' }), 'fieldManager=two');
    await merge(`${maps}/shrink`, { data: { d: '4' } }, 'fieldManager=three');
    const less = await apply(`${maps}/shrink`, map('shrink', { a: '1' }));
    expect([less.json.data, owners(less)]).toEqual([
      { a: '1', b: '2', d: '4' },
      ['Apply one: {"f:data":{"f:a":{}}}', 'Apply two: {"f:data":{"f:b":{}}}', 'Update three: {"f:data":{"f:d":{}}}'],
    ]);
  });

  test('what others own is refused, unless it is forced or the same', async () => {
    await post(deployments, deployment('owned', { replicas: 2 }), 'fieldManager=kubectl-create');
    const wanted = deployment('owned', { replicas: 5 }, { image: 'httpd' });
    const refused = await apply(`${deployments}/owned`, wanted);
    expect([refused.code, refused.json.reason, refused.json.message, refused.json.details]).toEqual([
      409,
      'Conflict',
      'Apply failed with 2 conflicts: conflicts with "kubectl-create" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name="main"].image',
      {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "kubectl-create" using apps/v1', field: '.spec.replicas' },
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-create" using apps/v1',
            field: '.spec.template.spec.containers[name="main"].image',
          },
        ],
      },
    ]);
    const one = await apply(`${deployments}/owned`, deployment('owned', { replicas: 5 }));
    expect(one.json.message).toBe('Apply failed with 1 conflict: conflict with "kubectl-create" using apps/v1: .spec.replicas');
    const dry = await apply(`${deployments}/owned`, wanted, 'fieldManager=one&force=true&dryRun=All');
    const forced = await apply(`${deployments}/owned`, wanted, 'fieldManager=one&force=true');
    expect([dry.json.spec.replicas, owners(dry), forced.json.spec.replicas]).toEqual([5, owners(forced), 5]);
    expect(owners(forced)[1]).not.toMatch(/f:replicas|f:image"/);
    const shared = await apply(`${deployments}/owned`, deployment('owned', { replicas: 5 }, { image: 'httpd' }), 'fieldManager=two');
    expect(shared.code).toBe(200);
  });

  test('items of lists are told apart by their keys, with the defaults of the keys', async () => {
    const ports = (...list: readonly object[]): object => deployment('ports', {}, { ports: list });
    await apply(`${deployments}/ports`, ports({ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }));
    const other = await apply(`${deployments}/ports`, ports({ containerPort: 443 }), 'fieldManager=two');
    const numbers = ({ json }: Answer): unknown =>
      json.spec.template.spec.containers[0].ports.map(({ containerPort, protocol }: { containerPort: number; protocol: string }) => [
        containerPort,
        protocol,
      ]);
    const left = await apply(`${deployments}/ports`, ports({ containerPort: 80 }));
    const twice = await apply(`${deployments}/ports`, ports({ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }));
    expect([numbers(other), numbers(left), twice.code, twice.json.message]).toEqual([
      [
        [80, 'TCP'],
        [53, 'UDP'],
        [443, 'TCP'],
      ],
      [
        [80, 'TCP'],
        [443, 'TCP'],
      ],
      500,
      'failed to create typed patch object (/ports; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="main"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    ]);
  });

  test('the replicas are free once they are not applied, and a scale tells of its conflicts', async () => {
    await apply(`${deployments}/scaled`, deployment('scaled', { replicas: 1 }));
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'scaled' }, spec: { replicas: 4 } };
    const refused = await apply(`${deployments}/scaled/scale`, scale, 'fieldManager=scaler');
    const forced = await apply(`${deployments}/scaled/scale`, scale, 'fieldManager=scaler&force=true');
    expect([refused.json.message, forced.json.spec]).toEqual([
      'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
      { replicas: 4 },
    ]);
    const back = await apply(`${deployments}/scaled`, deployment('scaled', { replicas: 1 }));
    expect(back.json.message).toBe('Apply failed with 1 conflict: conflict with "scaler" with subresource "scale": .spec.replicas');
    expect((await apply(`${deployments}/scaled`, deployment('scaled'))).json.spec.replicas).toBe(4);
  });

  test('the status is applied by itself', async () => {
    await post('/api/v1/namespaces/test/pods', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
    const condition = { type: 'example.com/ready', status: 'True' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, status: { conditions: [condition] } };
    const answer = await apply('/api/v1/namespaces/test/pods/p/status', pod);
    expect([answer.code, owners(answer)[0]]).toEqual([
      200,
      'Apply one/status: {"f:status":{"f:conditions":{"k:{\\"type\\":\\"example.com/ready\\"}":{".":{},"f:status":{},"f:type":{}}}}}',
    ]);
    const missing = await apply('/api/v1/namespaces/test/pods/none/status', { ...pod, metadata: { name: 'none' } });
    expect(missing.code).toBe(404);
  });

  test('what is wrong with a request is said in the words of Kubernetes', async () => {
    const body = map('wrong', { a: '1' });
    const messages = [
      await apply(`${maps}/wrong`, body, ''),
      await merge(`${maps}/wrong`, body, 'force=true'),
      await apply(`${maps}/wrong`, { ...body, apiVersion: 'v2' }),
      await apply(`${maps}/wrong`, map('wrong', {}, { managedFields: [] })),
      await apply(`${maps}/wrong`, map('other', {})),
      await apply(`${maps}/wrong`, { ...body, nothing: 1 }),
      await apply(`${maps}/wrong`, map('wrong', { a: 1 })),
      await apply(`${maps}/wrong`, map('wrong', {}, { uid: 'x' })),
      await as(`${maps}/wrong`, { method: 'PATCH', headers: typed('application/apply-patch+cbor'), body }),
    ].map(({ code, json }) => [code, json.message]);
    expect(messages).toEqual([
      [422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'],
      [422, 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'],
      [400, 'invalid object type: /v2, Kind=ConfigMap'],
      [400, 'metadata.managedFields must be nil'],
      [400, 'the name of the object (other) does not match the name on the URL (wrong)'],
      [500, 'failed to create typed patch object (/wrong; /v1, Kind=ConfigMap): .nothing: field not declared in schema'],
      [
        500,
        expect.stringMatching(/^failed to create typed patch object \(\/wrong; \/v1, Kind=ConfigMap\): \.data\.a: expected string, got /),
      ],
      [
        409,
        'Operation cannot be fulfilled on configmaps "wrong": uid mismatch: the provided object specified uid x, and no existing object was found',
      ],
      [415, expect.any(String)],
    ]);
  });
});
