/** What comes over the network and cannot be answered: each refusal is a Status with Kubernetes' words. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../client/system-clock.ts';
import type { KeyPair } from '../../cluster/certificates.ts';
import { openCertificateAuthority } from '../../cluster/certificates.ts';
import { type Answer, type Asked, ask, sendRaw } from '../../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../../testing/test-api-server.ts';

let api: SecureApiServer;
let admin: KeyPair;
beforeAll(async () => {
  api = await secureApiServer();
  admin = await api.identity('admin', 'system:masters');
});
afterAll(() => api[Symbol.asyncDispose]());

const asAdmin = (path: string, asked: Asked = {}): Promise<Answer> => ask(api, path, { identity: admin, ...asked });
const failure = (code: number, reason: string, message: unknown, details?: object): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details ? { details } : {}),
  code,
});
const maps = '/api/v1/namespaces/default/configmaps';
const json = { 'Content-Type': 'application/json' };

describe('who asks', () => {
  test('nobody known is told who they are', async () => {
    const { code, json: body } = await ask(api, '/api/v1/namespaces/default/pods');
    expect(code).toBe(403);
    expect(body).toEqual(
      failure(
        403,
        'Forbidden',
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
        { name: '', kind: 'pods' },
      ),
    );
    expect((await ask(api, '/metrics')).json).toEqual(
      failure(403, 'Forbidden', 'forbidden: User "system:anonymous" cannot get path "/metrics"', {}),
    );
  });

  test('a token that is none is refused, and makes nobody anonymous', async () => {
    const { code, json: body } = await ask(api, '/version', { headers: { Authorization: 'Bearer not-a-token' } });
    expect([code, body]).toEqual([401, failure(401, 'Unauthorized', 'Unauthorized')]);
  });

  test('a certificate of another authority is refused', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'minato-other-ca-'));
    const other = await openCertificateAuthority({ directory, clock: systemClock });
    const identity = await other.ensureLeaf({ file: 'admin', commonName: 'admin', organization: 'system:masters', usage: 'client' });
    const { code, json: body } = await ask(api, '/api/v1/pods', { identity });
    await rm(directory, { recursive: true, force: true });
    expect([code, body]).toEqual([401, failure(401, 'Unauthorized', 'Unauthorized')]);
  });

  test('a user without roles, in the words of RBAC', async () => {
    const identity = await api.identity('jane', 'developers');
    const message = async (path: string, asked: Asked = {}) => (await ask(api, path, { identity, ...asked })).json.message;
    expect([
      await message('/apis/apps/v1/namespaces/default/deployments/web'),
      await message('/api/v1/nodes'),
      await message('/api/v1/namespaces/default/pods/a/log'),
      await message(maps, { method: 'POST', body: { metadata: { name: 'a' } } }),
      await message('/apis/apps/v1/namespaces/default/deployments/web/scale', { method: 'PATCH', body: {} }),
      await message(maps, { method: 'DELETE' }),
      await message('/api/v1/pods?watch=true'),
    ]).toEqual([
      'deployments.apps "web" is forbidden: User "jane" cannot get resource "deployments" in API group "apps" in the namespace "default"',
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      'pods "a" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "default"',
      'configmaps is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "default"',
      'deployments.apps "web" is forbidden: User "jane" cannot patch resource "deployments/scale" in API group "apps" in the namespace "default"',
      'configmaps is forbidden: User "jane" cannot deletecollection resource "configmaps" in API group "" in the namespace "default"',
      'pods is forbidden: User "jane" cannot watch resource "pods" in API group "" at the cluster scope',
    ]);
  });

  test('only who may acts as somebody else, and then with their rights', async () => {
    const identity = await api.identity('jane', 'developers');
    const asJane = { 'Impersonate-User': 'jane', 'Impersonate-Group': ['a', 'b'] };
    expect((await asAdmin('/api/v1/pods', { headers: asJane })).json.message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await ask(api, '/api/v1/pods', { identity, headers: { 'Impersonate-User': 'admin' } })).json).toEqual(
      failure(
        403,
        'Forbidden',
        'users "admin" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
        {
          name: 'admin',
          kind: 'users',
        },
      ),
    );
    const review = { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const headers = { ...asJane, 'Impersonate-Extra-Scopes': 'x', 'Impersonate-Uid': 'u' };
    expect((await asAdmin(path, { ...review, headers })).json.status.userInfo).toEqual({
      username: 'jane',
      uid: 'u',
      groups: ['a', 'b', 'system:authenticated'],
      extra: { scopes: ['x'] },
    });
    expect(
      (await asAdmin(path, { ...review, headers: { 'Impersonate-User': 'system:serviceaccount:default:bot' } })).json.status.userInfo,
    ).toEqual({
      username: 'system:serviceaccount:default:bot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    });
    expect((await asAdmin('/api/v1/pods', { headers: { 'Impersonate-Group': 'a' } })).code).toBe(400);
  });
});

describe('where to', () => {
  const nothing = failure(404, 'NotFound', 'the server could not find the requested resource', {});
  test.each([
    '/api/v2/pods',
    '/api/v1/potatoes',
    '/apis/apps/v2/deployments',
    '/apis/nobody.example.com/v1/things',
    '/api/v1/namespaces/default/pods/a/attachment',
    '/api/v1/namespaces/default/nodes',
  ])('%s is not there', async (path) => {
    const { code, json: body } = await asAdmin(path);
    expect([code, body]).toEqual([404, nothing]);
  });

  test.each(['/nowhere', '/apis/nobody.example.com', '/openapi/v3/apis/nobody/v1'])('%s is no part of the API', async (path) => {
    const { code, text } = await asAdmin(path);
    expect([code, text]).toEqual([404, '404 page not found\n']);
  });

  test('methods that the path does not have', async () => {
    const codes = await Promise.all([
      asAdmin('/api/v1/pods', { method: 'POST', body: {} }),
      asAdmin(maps, { method: 'PUT', body: {} }),
      asAdmin(`${maps}/a`, { method: 'POST', body: {} }),
      asAdmin(`${maps}/a`, { method: 'PROPFIND' }),
      asAdmin('/apis/authorization.k8s.io/v1/subjectaccessreviews'),
    ]);
    expect(codes.map(({ code, json: body }) => [code, body.reason])).toEqual(Array.from({ length: 5 }, () => [405, 'MethodNotAllowed']));
  });

  test('a path whose encoding is broken', async () => {
    const { code, json: body } = await asAdmin('/api/v1/namespaces/%zz/pods');
    expect([code, body]).toEqual([400, failure(400, 'BadRequest', 'the URL is not well formed')]);
  });
});

describe('what with', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = json): Promise<Answer> =>
    asAdmin(maps, { method: 'POST', body, headers });

  test('JSON that ends too early, or is none', async () => {
    const answers = await Promise.all(['{"kind":"ConfigMap"', 'hello', '[]', '"a"', '{"kind":5}', ''].map((body) => post(body)));
    expect(answers.map(({ code, json: body }) => [code, body.kind, body.reason, body.message])).toEqual([
      [
        400,
        'Status',
        'BadRequest',
        expect.stringMatching(/^the object provided is unrecognized \(must be of type ConfigMap\): .*unexpected end of JSON input/),
      ],
      [
        400,
        'Status',
        'BadRequest',
        expect.stringMatching(/^the object provided is unrecognized .*invalid character 'h' looking for beginning of value/),
      ],
      [400, 'Status', 'BadRequest', expect.stringMatching(/cannot unmarshal array into Go value/)],
      [400, 'Status', 'BadRequest', expect.stringMatching(/cannot unmarshal string into Go value/)],
      [400, 'Status', 'BadRequest', expect.stringMatching(/cannot unmarshal number into Go struct field .kind of type string/)],
      [400, 'Status', 'BadRequest', expect.any(String)],
    ]);
  });

  test('another kind than the path says', async () => {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
    expect((await post(body)).json.message).toBe(
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    );
  });

  test('content types that are unknown', async () => {
    const unknown = 'the body of the request was in an unknown format - accepted media types include: ';
    const bodies = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    const created = await post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' });
    const patched = await asAdmin(`${maps}/kube-root-ca.crt`, { method: 'PATCH', body: '{}', headers: json });
    expect([created.code, created.json, patched.code, patched.json]).toEqual([
      415,
      failure(415, 'UnsupportedMediaType', unknown + bodies),
      415,
      failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}),
    ]);
  });

  test('an answer that cannot be had', async () => {
    const { code, json: body } = await asAdmin(maps, { headers: { Accept: 'text/html' } });
    expect([code, body.reason]).toEqual([406, 'NotAcceptable']);
  });

  test('a body over 3 MiB, whether it says so or not', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024 + 1, ' ');
    const said = await post(large);
    const chunked = await post(large, { ...json, 'Transfer-Encoding': 'chunked' });
    const expected = failure(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728');
    expect([said.code, said.json, chunked.code, chunked.json]).toEqual([413, expected, 413, expected]);
  });

  test('YAML is understood, and so is what is wrong with it', async () => {
    const yaml = { 'Content-Type': 'application/yaml' };
    expect((await post('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\n', yaml)).code).toBe(201);
    expect((await post('a: [', yaml)).json).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^error converting YAML to JSON: /),
    });
  });

  test('bodies that are small and would become large', async () => {
    const yaml = { 'Content-Type': 'application/yaml' };
    const laughs = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
    const bomb = await post(['metadata: {name: bomb}', 'l0: &l0 [x]', ...laughs].join('\n'), yaml);
    const mentions = Array.from({ length: 2_000 }, (_, index) => `b${index}: *a`).join(', ');
    const strings = await post(`metadata: {name: strings}\ndata: {a: &a "${'x'.repeat(500_000)}", ${mentions}}`, yaml);
    expect([strings.code, strings.json.message]).toEqual([bomb.code, bomb.json.message]);
    await post(JSON.stringify({ metadata: { name: 'victim' } }));
    const patch = (type: string, body: unknown): Promise<Answer> =>
      asAdmin(`${maps}/victim`, {
        method: 'PATCH',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'Content-Type': `application/${type}-patch+json` },
      });
    const copies = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '/data', path: `/data/k${index}` }));
    const copied = await patch('json', [{ op: 'add', path: '/data', value: { a: 'x' } }, ...copies]);
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const nested = await Promise.all([patch('merge', deep), patch('strategic-merge', `{"data":${deep}}`), post(deep)]);
    expect([bomb.code, bomb.json.message, copied.code, copied.json.details.causes[0].message]).toEqual([
      400,
      'error converting YAML to JSON: yaml: document contains excessive aliasing',
      422,
      expect.stringMatching(/^Unable to complete the copy, the accumulated size increase of copy is \d+, exceeding the limit 3145728$/),
    ]);
    expect(nested.map(({ code, json: body }) => [code, body.message])).toEqual([
      [400, 'error decoding patch: exceeded max depth'],
      [400, 'error decoding patch: exceeded max depth'],
      [400, expect.stringContaining('exceeded max depth')],
    ]);
  });

  test('parameters that make no sense', async () => {
    const answers = await Promise.all(
      ['?dryRun=Some', '?fieldValidation=Sometimes'].map((query) =>
        asAdmin(maps + query, { method: 'POST', body: { metadata: { name: 'a' } } }),
      ),
    );
    const listed = await Promise.all(
      ['?limit=few', '?labelSelector=%3D%3D', '?fieldSelector=spec.color%3Dred', '?continue=x', '?resourceVersion=new'].map((query) =>
        asAdmin(maps + query),
      ),
    );
    expect([...answers, ...listed].map(({ code, json: body }) => [code, body.message])).toEqual([
      [422, 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"'],
      [
        422,
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Sometimes": supported values: "", "Ignore", "Strict", "Warn"',
      ],
      [400, expect.stringMatching(/invalid syntax/)],
      [400, "found '==', expected: !, identifier, or 'end of string'"],
      [400, '"spec.color" is not a known field selector: only "metadata.name", "metadata.namespace"'],
      [400, expect.stringMatching(/continue/)],
      [expect.any(Number), expect.stringMatching(/[Rr]esource ?[Vv]ersion/)],
    ]);
  });
});

describe('bytes that are no request', () => {
  test('garbage gets a 400 and the connection ends', async () => {
    expect(await sendRaw(api, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
  test('a header without end', async () => {
    expect(await sendRaw(api, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });
  test('a body that stops in the middle leaves the server well', async () => {
    const head = `POST ${maps} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"kind":`;
    await sendRaw(api, head, { end: true });
    expect((await asAdmin('/readyz')).text).toBe('ok');
  });
});
