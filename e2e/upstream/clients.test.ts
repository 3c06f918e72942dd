/** Official clients over every kind that is served: the one for Python as Debian packs it, and the one for JavaScript. */
import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { KubeConfig, type KubernetesObject, KubernetesObjectApi, Watch } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../engine/api/kinds.ts';
import { type SecureApiServer, secureApiServer } from '../../engine/testing/test-api-server.ts';
import { apiVersionOf, collectionOf, type Sample, samples } from './samples.ts';

// The one that the samples name.
const namespace = 'diff';
let api: SecureApiServer;
let kubeconfig: string;
beforeAll(async () => {
  api = await secureApiServer({ namespaces: [namespace] });
  kubeconfig = await api.kubeconfig('admin', 'system:masters');
});
afterAll(() => api[Symbol.asyncDispose]());

const python = '/usr/bin/python3';
const hasPythonClient = ((): boolean => {
  try {
    execFileSync(python, ['-c', 'import kubernetes'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('there is a sample of every kind that is served', () => {
  const sampled = new Set(samples.map((sample) => `${apiVersionOf(sample)} ${sample.kind}`));
  // The same objects as the core group's.
  sampled.add('events.k8s.io/v1 Event');
  // Its name follows from its content; engine/apiserver/definitions tries it.
  sampled.add('apiextensions.k8s.io/v1 CustomResourceDefinition');
  const served = kinds.map(({ group, version, kind }) => `${group === '' ? version : `${group}/${version}`} ${kind}`);
  expect(served.filter((kind) => !sampled.has(kind))).toEqual([]);
});

test('the Python client creates, reads, lists, watches, patches and deletes an object of every kind', async ({ skip }) => {
  if (!hasPythonClient) skip('no python3-kubernetes (Debian: apt-get install python3-kubernetes)');
  const script = fileURLToPath(new URL('python_client.py', import.meta.url));
  const child = spawn(python, [script, kubeconfig, namespace], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(samples));
  const lines = (await text(child.stdout)).trim().split('\n');
  const verbs = ['create', 'read', 'list', 'watch', 'patch', 'delete'];
  expect(lines).toEqual(['Version get ok', 'Groups get ok', ...samples.flatMap(({ kind }) => verbs.map((verb) => `${kind} ${verb} ok`))]);
});

test.each(samples)('the JavaScript client does the same with a $kind', async (sample) => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const metadata = { name: 'from-javascript', labels: { made: 'by-javascript' }, ...(sample.namespaced ? { namespace } : {}) };
  const header = { apiVersion: apiVersionOf(sample), kind: sample.kind };
  const created = await objects.create({ ...header, metadata, ...sample.content } as KubernetesObject);
  const read = await objects.read({ ...header, metadata });
  expect(read.metadata?.uid).toBe(created.metadata?.uid);
  const listed = await objects.list(
    header.apiVersion,
    header.kind,
    metadata.namespace,
    undefined,
    undefined,
    undefined,
    undefined,
    'made=by-javascript',
  );
  expect(listed.items.map((item) => item.metadata?.name)).toEqual(['from-javascript']);
  expect(await firstWatched(config, sample)).toBe(created.metadata?.uid);
  const patched = await objects.patch({ ...header, metadata: { ...metadata, annotations: { patched: 'yes' } } } as KubernetesObject);
  expect(patched.metadata?.annotations).toMatchObject({ patched: 'yes' });
  await objects.delete({ ...header, metadata }, undefined, undefined, 0);
});

function firstWatched(config: KubeConfig, sample: Sample): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const seen = (_: string, object: KubernetesObject): void => resolve(object.metadata?.uid ?? '');
  const started = new Watch(config).watch(collectionOf(sample, namespace), { labelSelector: 'made=by-javascript' }, seen, reject);
  return promise.finally(async () => (await started).abort());
}
