import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ApiError, expired, notFound } from '../api/errors.ts';
import { deployment } from '../api/kinds/apps/deployment.ts';
import { configMap } from '../api/kinds/core/config-map.ts';
import { openCertificateAuthority } from '../cluster/certificates.ts';
import { HttpsClient } from './https.ts';
import { systemClock } from './system-clock.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

/** A server that insists on client certificates, and a client for it. */
async function sandbox(handle: Handler) {
  const directory = await mkdtemp(join(tmpdir(), 'minato-https-'));
  const authority = await openCertificateAuthority({ directory, clock: systemClock });
  const serving = await authority.ensureLeaf({ file: 'server', commonName: 'server', usage: 'server', names: ['127.0.0.1'] });
  const user = await authority.ensureLeaf({
    file: 'user',
    commonName: 'system:node:minato',
    organization: 'system:nodes',
    usage: 'client',
  });
  const requests: string[] = [];
  const server = createServer(
    { key: serving.keyPem, cert: serving.certificatePem, ca: authority.certificatePem, requestCert: true, rejectUnauthorized: true },
    async (request, response) => {
      const body = await text(request);
      requests.push(`${request.method} ${request.url}`);
      await handle(request, response, body);
    },
  );
  const url = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const options = { url: url(), caPem: authority.certificatePem, ...user };
  const client = new HttpsClient(options);
  return {
    options,
    server,
    client,
    requests,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}
function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
const key = { namespace: 'default', name: 'a' };
const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...key, resourceVersion: '5' } };

test('calls go to the paths of the API with their kind filled in, by a client certificate', async () => {
  const bodies: unknown[] = [];
  await using it = await sandbox((request, response, body) => {
    if (body) bodies.push([request.headers['content-type'], JSON.parse(body)]);
    const list = {
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '9', continue: 'more' },
      items: [{ metadata: key }],
    };
    answer(response, 200, request.method === 'GET' && !request.url?.endsWith('/configmaps/a') ? list : live);
  });
  const { client } = it;
  expect(await client.get(configMap, key)).toEqual(live);
  expect(await client.list(configMap, { namespace: 'default', labelSelector: 'app in (a,b)', limit: 1 })).toEqual({
    items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: key }],
    resourceVersion: '9',
    continue: 'more',
  });
  await client.create(configMap, { metadata: key, data: { x: '1' } }, { dryRun: true });
  await client.update(deployment, { metadata: key, spec: { selector: {}, template: {} } }, { subresource: 'status' });
  await client.patch(configMap, key, { type: 'strategic', patch: { data: { x: null } } });
  await client.delete(configMap, key, { uid: 'u', propagationPolicy: 'Orphan' });
  expect(it.requests).toEqual([
    'GET /api/v1/namespaces/default/configmaps/a',
    'GET /api/v1/namespaces/default/configmaps?labelSelector=app+in+%28a%2Cb%29&limit=1',
    'POST /api/v1/namespaces/default/configmaps?dryRun=All',
    'PUT /apis/apps/v1/namespaces/default/deployments/a/status',
    'PATCH /api/v1/namespaces/default/configmaps/a',
    'DELETE /api/v1/namespaces/default/configmaps/a',
  ]);
  expect(bodies).toEqual([
    ['application/json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data: { x: '1' } }],
    ['application/json', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: key, spec: { selector: {}, template: {} } }],
    ['application/strategic-merge-patch+json', { data: { x: null } }],
    ['application/json', { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Orphan', preconditions: { uid: 'u' } }],
  ]);
});

test('a Status becomes the error it stands for, and anything else one that shows what came', async () => {
  await using it = await sandbox((request, response) => {
    if (request.url?.endsWith('/a')) answer(response, 404, notFound(configMap, 'a').toStatus());
    else response.writeHead(502).end('bad gateway');
  });
  await expect(it.client.get(configMap, key)).rejects.toMatchObject({ reason: 'NotFound', code: 404, message: 'configmaps "a" not found' });
  await expect(it.client.list(configMap)).rejects.toMatchObject({ code: 502, message: 'the server answered 502: bad gateway' });
});

test('a watch yields objects and bookmarks however the bytes are cut, and throws what the server reports', async () => {
  await using it = await sandbox(async (_request, response) => {
    const lines = [
      { type: 'ADDED', object: { ...live, data: { text: '港' } } },
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } },
      { type: 'ERROR', object: expired('too old').toStatus() },
    ];
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const byte of bytes) response.write(Buffer.of(byte));
    response.end();
  });
  const seen: unknown[] = [];
  const watched = (async () => {
    for await (const event of it.client.watch(configMap, { resourceVersion: '5', signal: new AbortController().signal })) seen.push(event);
  })();
  await expect(watched).rejects.toMatchObject({ reason: 'Expired' });
  expect(seen).toEqual([
    { type: 'ADDED', object: { ...live, data: { text: '港' } } },
    { type: 'BOOKMARK', resourceVersion: '7' },
  ]);
  expect(it.requests).toEqual(['GET /api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5']);
});

test('a watch ends quietly when it is aborted', async () => {
  const stop = new AbortController();
  await using it = await sandbox((_request, response) => {
    response.write(`${JSON.stringify({ type: 'ADDED', object: live })}\n`);
  });
  const seen: unknown[] = [];
  for await (const event of it.client.watch(configMap, { resourceVersion: '5', signal: stop.signal })) {
    seen.push(event);
    stop.abort();
  }
  expect(seen.length).toBe(1);
});

test('a server that does not answer in time, and one that is not there, are ServiceUnavailable with their cause', async () => {
  await using it = await sandbox(() => {});
  const { client, server } = it;
  const impatient = new HttpsClient({ ...it.options, timeoutMs: 50 });
  await expect(impatient.get(configMap, key)).rejects.toMatchObject({
    reason: 'ServiceUnavailable',
    message: 'the API server cannot be reached: no answer within 50 ms',
  });
  impatient[Symbol.dispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const refused = await client.get(configMap, key).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ reason: 'ServiceUnavailable', cause: { code: 'ECONNREFUSED' } });
});

test('a call whose idle connection the server has just closed is made again, unless it could have been made already', async () => {
  let isCutting = false;
  await using it = await sandbox((request, response) => {
    if (isCutting) request.socket.destroy();
    else answer(response, 200, live);
    isCutting = false;
  });
  await it.client.get(configMap, key);
  isCutting = true;
  expect(await it.client.get(configMap, key)).toEqual(live);
  expect(it.requests.length).toBe(3);
  isCutting = true;
  await expect(it.client.create(configMap, { metadata: key })).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  expect(it.requests.length).toBe(4);
});
