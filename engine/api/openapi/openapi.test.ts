import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../decode-body.ts';
import documentation from '../docs.gen.json' with { type: 'json' };
import { isApiError } from '../errors.ts';
import type { Json, JsonObject } from '../object.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge.ts';
import { typeSchema } from '../schema.ts';
import type { Docs } from './definitions.ts';
import { type OpenApi, openApi } from './documents.ts';
import type { DocumentedKind } from './paths.ts';
import { encodeV2, v2AcceptedMediaTypes, v2MediaType } from './v2-protobuf.ts';

const pods = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, schema: 'Pod', hasStatus: true };
const deployments = { ...pods, group: 'apps', kind: 'Deployment', plural: 'deployments', schema: 'Deployment', scale: {} };
const events = { ...pods, kind: 'Event', plural: 'events', schema: 'CoreEvent', hasStatus: false };
const reviews = {
  ...pods,
  group: 'authorization.k8s.io',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  schema: 'SelfSubjectAccessReview',
  hasStatus: false,
  verbs: ['create'],
};
const kinds: readonly DocumentedKind[] = [pods, deployments, events, reviews];
const api = openApi({ kinds, version: 'v1.33.0' });

const typeFields = (type: string): readonly string[] => Object.keys(typeSchema(type) ?? {});

/** `at(document, 'a', 'b')` is `document.a.b`. */
function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let current = value;
  for (const step of path) current = (current as JsonObject | undefined)?.[step];
  return current;
}
const component = (document: JsonObject | undefined, name: string, ...path: readonly string[]) =>
  at(document, 'components', 'schemas', name, ...path);

function references(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value as JsonObject).flatMap(([key, item]) => (key === '$ref' ? [String(item)] : references(item)));
}

describe('the documentation', () => {
  // What upstream itself leaves without a word.
  const silentTypes = new Set(['JSONSchemaProps', 'ExternalDocumentation', 'VersionInfo']);
  const silentFields = ['CertificateSigningRequest.metadata', 'CertificateSigningRequestList.metadata', 'WatchEvent.type'];
  it('describes every field that upstream describes', () => {
    const described: Docs = documentation;
    const empty = Object.entries(described).flatMap(([type, fields]) =>
      silentTypes.has(type) ? [] : typeFields(type).flatMap((field) => (fields[field] ? [] : [`${type}.${field}`])),
    );
    expect(empty.sort()).toEqual([...silentFields, 'ResourceClaim.name', 'ResourceClaim.request'].sort());
  });
  it('is there beside a reference, and with the values that a field can have', async () => {
    const document = await api.v3('api/v1');
    const spec = component(document, 'io.k8s.api.core.v1.PodSpec', 'properties');
    expect(at(spec, 'affinity')).toEqual({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Affinity' }],
      description: "If specified, the pod's scheduling constraints",
    });
    expect(at(spec, 'restartPolicy', 'enum')).toEqual(['Always', 'Never', 'OnFailure']);
  });
});

describe('the documents', () => {
  it('are listed in an index, with a hash that follows the kinds', () => {
    expect(Object.keys(at(api.index(), 'paths') as JsonObject)).toEqual(['api/v1', 'apis/apps/v1', 'apis/authorization.k8s.io/v1']);
    expect(at(api.index(), 'paths', 'apis/apps/v1')).toEqual({
      serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${api.hash('apis/apps/v1')}`,
    });
    expect([openApi({ kinds, version: 'v1.33.0' }).hash(), openApi({ kinds: [pods], version: 'v1.33.0' }).hash() === api.hash()]).toEqual([
      api.hash(),
      false,
    ]);
    expect(api.hash()).toMatch(/^[0-9A-F]{16}$/);
  });
  it('are undefined for a group-version that is not served', async () => {
    expect(await api.v3('apis/apps/v2')).toBeUndefined();
  });
  it('name types as upstream does and say how they merge', async () => {
    const apps = await api.v3('apis/apps/v1');
    expect(component(apps, 'io.k8s.api.apps.v1.Deployment', 'x-kubernetes-group-version-kind')).toEqual([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
    expect(component(apps, 'io.k8s.api.apps.v1.DeploymentSpec', 'properties', 'template')).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' }],
    });
    expect(component(apps, 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers')).toEqual({
      description: expect.stringContaining('List of containers belonging to the pod'),
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(component(apps, 'io.k8s.api.core.v1.ResourceRequirements', 'properties', 'limits', 'additionalProperties')).toEqual({
      $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity',
    });
    expect(component(apps, 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'type')).toBe('object');
    const core = await api.v3('api/v1');
    expect([component(core, 'io.k8s.api.core.v1.Event', 'type'), component(core, 'io.k8s.api.core.v1.EventList', 'required')]).toEqual([
      'object',
      ['items'],
    ]);
  });
  it('offer the operations that the kind has', async () => {
    const apps = await api.v3('apis/apps/v1');
    const paths = at(apps, 'paths') as JsonObject;
    expect(
      Object.fromEntries(
        Object.entries(paths).map(([path, item]) => [path, Object.keys(item as JsonObject).filter((key) => key !== 'parameters')]),
      ),
    ).toEqual({
      '/apis/apps/v1/namespaces/{namespace}/deployments': ['get', 'post', 'delete'],
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}': ['get', 'put', 'patch', 'delete'],
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status': ['get', 'put', 'patch'],
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale': ['get', 'put', 'patch'],
      '/apis/apps/v1/deployments': ['get'],
    });
    const patch = at(paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'], 'patch');
    expect((at(patch, 'parameters') as readonly JsonObject[]).map(({ name }) => name)).toContain('fieldValidation');
    expect(at(patch, 'x-kubernetes-group-version-kind')).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
    expect(Object.keys(at(await api.v3('apis/authorization.k8s.io/v1'), 'paths') as JsonObject)).toEqual([
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ]);
  });
  it('refer to nothing that they do not define, and name each operation once', async () => {
    const v2 = await api.v2();
    const documents = [v2, ...(await Promise.all(Object.keys(at(api.index(), 'paths') as JsonObject).map((path) => api.v3(path))))];
    for (const document of documents) {
      const defined = new Set(Object.keys((at(document, 'components', 'schemas') ?? at(document, 'definitions')) as JsonObject));
      const wanted = references(document ?? {}).map((reference) => reference.replace(/^#\/(components\/schemas|definitions)\//, ''));
      expect(wanted.filter((name) => !defined.has(name))).toEqual([]);
    }
    const ids = Object.values(at(v2, 'paths') as JsonObject).flatMap((item) =>
      Object.values(item as JsonObject).flatMap((operation) => at(operation, 'operationId') ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

interface Answer {
  readonly code: number;
  readonly value: unknown;
}
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
function createPod(body: string, query: URLSearchParams): Answer {
  try {
    const fieldValidation = query.get('fieldValidation') === 'Strict' ? 'Strict' : 'Warn';
    return { code: 201, value: decodeBody(pods, body, { fieldValidation }).object };
  } catch (error) {
    if (isApiError(error)) return { code: error.code, value: error.toStatus() };
    throw error;
  }
}

const containers = (...images: readonly (readonly [string, string])[]) => images.map(([name, image]) => ({ name, image }));
const deploymentOf = (items: readonly Json[]): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { template: { spec: { containers: items } } },
});
const applied = deploymentOf(containers(['a', '1'], ['b', '1']));
/** As if it had been applied, and then a sidecar had been injected. */
const live: JsonObject = {
  ...deploymentOf(containers(['a', '1'], ['sidecar', '1'], ['b', '1'])),
  metadata: {
    ...(applied.metadata as JsonObject),
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) },
  },
};

/** The least of an API server that kubectl needs to look around and to create a pod. */
async function serve(documents: OpenApi) {
  const requests: string[] = [];
  const patches: string[] = [];
  const patched: JsonObject[] = [];
  const resources = (group: string) =>
    kinds
      .filter((kind) => kind.group === group)
      .map(({ plural, kind, namespaced }) => ({
        name: plural,
        singularName: '',
        kind,
        namespaced,
        verbs: ['create', 'get', 'list', 'patch'],
      }));
  const list = (groupVersion: string, group: string) => ({
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources(group),
  });
  const apps = { groupVersion: 'apps/v1', version: 'v1' };
  const fixed: Readonly<Record<string, unknown>> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [{ name: 'apps', versions: [apps], preferredVersion: apps }] },
    '/api/v1': list('v1', ''),
    '/apis/apps/v1': list('apps/v1', 'apps'),
    '/openapi/v3': documents.index(),
    '/apis/apps/v1/namespaces/default/deployments/web': live,
  };
  async function read(pathname: string): Promise<Answer> {
    if (pathname.startsWith('/openapi/v3/')) return { code: 200, value: await documents.v3(pathname.slice('/openapi/v3/'.length)) };
    if (pathname in fixed) return { code: 200, value: fixed[pathname] };
    return { code: 404, value: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 } };
  }
  async function act(request: IncomingMessage, { pathname, searchParams }: Pick<URL, 'pathname' | 'searchParams'>): Promise<Answer> {
    if (request.method === 'POST') return createPod(await bodyOf(request), searchParams);
    if (request.method !== 'PATCH') return read(pathname);
    patches.push(String(request.headers['content-type']));
    patched.push(applyStrategicMergePatch('Deployment', live, JSON.parse(await bodyOf(request))));
    return { code: 200, value: patched.at(-1) };
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${pathname}`);
    if (pathname === '/openapi/v2') {
      expect(v2AcceptedMediaTypes).toContain(request.headers.accept);
      response.writeHead(200, { 'content-type': v2MediaType }).end(encodeV2(await documents.v2()));
      return;
    }
    const { code, value } = await act(request, { pathname, searchParams });
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has this address.
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'minato-openapi-'));
  return {
    requests,
    patches,
    patched,
    folder,
    address: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const kubectls = ['1.31', '1.32', '1.33'].flatMap((version) => {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      return [[version, realpathSync(join(dirname(realpathSync(join(folder, 'kubectl'))), `kubectl.${version}`))] as const];
    } catch {
      // Not in this folder: the next one may have it.
    }
  }
  return [];
});

async function kubectl(binary: string, server: { readonly address: string; readonly folder: string }, args: readonly string[]) {
  const all = ['--server', server.address, '--cache-dir', join(server.folder, 'cache'), ...args];
  const options = { env: { ...process.env, HOME: server.folder, KUBECONFIG: '' } };
  try {
    return await promisify(execFile)(binary, all, options);
  } catch (error) {
    // A failed command carries its output.
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    return { stdout, stderr };
  }
}

it('a stock kubectl is there to be tested with', ({ skip }) => {
  if (kubectls.length === 0) skip('no kubectl 1.31, 1.32 or 1.33 beside the kubectl on PATH');
  expect(kubectls.length).toBeGreaterThan(0);
});

describe.each(kubectls)('kubectl %s', (_, binary) => {
  it('explains a field with its values, and a field that is a struct', async () => {
    await using server = await serve(api);
    const policy = await kubectl(binary, server, ['explain', 'pod.spec.restartPolicy']);
    expect(policy.stdout).toMatch(
      /FIELD: restartPolicy <string>\nENUM:\n {4}Always\n {4}Never\n {4}OnFailure\n\nDESCRIPTION:\n {4}Restart policy for all containers/,
    );
    const spec = await kubectl(binary, server, ['explain', 'deployment']);
    expect(spec.stdout).toMatch(/ {2}spec\t<DeploymentSpec>\n {4}Specification of the desired behavior of the Deployment\./);
  });
  it('leaves validation to the server, whose refusal names the misspelt field', async () => {
    await using server = await serve(api);
    const manifest = join(server.folder, 'pod-definition.yml');
    writeFileSync(
      manifest,
      'apiVersion: v1\nkind: Pod\nmetaData:\n  name: myapp-pod\n  labls:\n    app: myapp\n    type: front-end\nspec:\n  containers:\n    - name: nginx-container\n      image: nginx\n',
    );
    const { stderr } = await kubectl(binary, server, ['create', '-f', manifest]);
    expect(stderr.trim()).toBe(
      `Error from server (BadRequest): error when creating ${JSON.stringify(manifest)}: Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "metaData"`,
    );
    expect(server.requests).toContain('GET /openapi/v3/api/v1');
    expect(server.requests).not.toContain('GET /openapi/v2');
  });
  it('creates what is well spelt', async () => {
    await using server = await serve(api);
    const manifest = join(server.folder, 'pod.yml');
    writeFileSync(manifest, 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - {name: a, image: nginx}\n');
    expect(await kubectl(binary, server, ['create', '-f', manifest])).toMatchObject({ stdout: 'pod/a created\n', stderr: '' });
  });
  it('finds the merge keys, and what it sends merges into what is live', async () => {
    await using server = await serve(api);
    const manifest = join(server.folder, 'deployment.json');
    writeFileSync(manifest, JSON.stringify(deploymentOf(containers(['c', '1'], ['b', '2']))));
    const { stdout, stderr } = await kubectl(binary, server, ['apply', '-f', manifest]);
    expect([stdout, stderr, server.patches]).toEqual(['deployment.apps/web configured\n', '', ['application/strategic-merge-patch+json']]);
    expect(at(server.patched[0], 'spec', 'template', 'spec', 'containers')).toEqual(containers(['c', '1'], ['sidecar', '1'], ['b', '2']));
    expect(server.requests).not.toContain('GET /openapi/v2');
  });
  it('explains fields, from version 3 and from version 2 in protobuf', async () => {
    await using server = await serve(api);
    const v3 = await kubectl(binary, server, ['explain', 'deployment.spec.replicas']);
    expect(v3.stderr).toBe('');
    expect(v3.stdout).toMatch(/GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n\nFIELD: replicas <integer>\n\n/);
    expect(v3.stdout).toContain('Number of desired pods.');
    const v2 = await kubectl(binary, server, ['explain', 'pod.spec.containers.resources.limits', '--output', 'plaintext-openapiv2']);
    expect(v2.stderr).toBe('');
    expect(v2.stdout).toMatch(/KIND: +Pod\nVERSION: +v1\n\nFIELD: +limits <map\[string\]/);
  });
});
