/** Pod Security at work over the API: refusals, warnings, namespaces whose level changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyPair } from '../../cluster/certificates.ts';
import { ask } from '../../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../../testing/test-api-server.ts';

let api: SecureApiServer;
let identity: KeyPair;
beforeAll(async () => {
  api = await secureApiServer({ namespaces: ['strict', 'free', 'later'] });
  identity = await api.identity('admin', 'system:masters');
});
afterAll(() => api[Symbol.asyncDispose]());

/** The code, what was refused, and what was warned of. */
async function send(method: string, path: string, body: object, headers = {}): Promise<readonly unknown[]> {
  const answer = await ask(api, path, { method, body, identity, headers });
  const warnings = [answer.headers.warning ?? []].flat().join('\n');
  return [answer.code, ...(answer.code < 300 ? [] : [answer.json.message]), ...(warnings === '' ? [] : [warnings])];
}
const label = (namespace: string, labels: Readonly<Record<string, string | null>>) =>
  send(
    'PATCH',
    `/api/v1/namespaces/${namespace}`,
    {
      metadata: { labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])) },
    },
    { 'Content-Type': 'application/merge-patch+json' },
  );
const spec = (extra: object = {}) => ({ containers: [{ name: 'c', image: 'nginx' }], ...extra });
const run = (namespace: string, name: string, extra: object = {}) =>
  send('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec: spec(extra) });
const deploy = (namespace: string, extra: object = {}) =>
  send('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { generateName: 'd-' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: spec(extra) } },
  });

test('what a namespace forbids is refused, and its Deployments are warned of', async () => {
  expect(await label('strict', { enforce: 'baseline' })).toEqual([200]);
  expect(await run('strict', 'a')).toEqual([201]);
  const host = { hostNetwork: true };
  expect(await run('strict', 'b', host)).toEqual([
    403,
    'pods "b" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
  ]);
  expect(await deploy('strict', host)).toEqual([
    201,
    '299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostNetwork=true)"',
  ]);
  expect(await run('free', 'b', host)).toEqual([201]);
});

test('what is not valid is said before what is not secure', async () => {
  await label('strict', { enforce: 'baseline' });
  expect(await run('strict', 'c', { hostPID: true, restartPolicy: 'Sometimes' })).toEqual([
    422,
    'Pod "c" is invalid: spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ]);
});

test('where a level only warns, everything is made', async () => {
  expect(await label('free', { warn: 'baseline', 'warn-version': 'v1.33' })).toEqual([200]);
  expect(await run('free', 'c', { hostIPC: true })).toEqual([
    201,
    '299 - "would violate PodSecurity \\"baseline:v1.33\\": host namespaces (hostIPC=true)"',
  ]);
});

test('a Pod that is there already is labelled and ends as ever, but gets no other image', async () => {
  await run('later', 'old', { hostPID: true });
  expect(await label('later', { enforce: 'baseline' })).toEqual([
    200,
    '299 - "existing pods in namespace \\"later\\" violate the new PodSecurity enforce level \\"baseline:latest\\""\n299 - "old: host namespaces"'.replace(
      '\n',
      ', ',
    ),
  ]);
  const patch = (body: object, part = '') =>
    send('PATCH', `/api/v1/namespaces/later/pods/old${part}`, body, { 'Content-Type': 'application/strategic-merge-patch+json' });
  expect(await patch({ metadata: { labels: { a: 'b' } } })).toEqual([200]);
  expect(await patch({ status: { phase: 'Running' } }, '/status')).toEqual([200]);
  expect(await patch({ spec: { containers: [{ name: 'c', image: 'httpd' }] } })).toEqual([
    403,
    'pods "old" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
  ]);
  expect(await label('later', { enforce: null })).toEqual([200]);
});

test('labels that mean nothing are refused', async () => {
  expect(await label('free', { enforce: 'strict' })).toEqual([
    422,
    'Namespace "free" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
  ]);
  const named = { metadata: { name: 'new', labels: { 'pod-security.kubernetes.io/audit-version': '1.2' } } };
  expect(await send('POST', '/api/v1/namespaces', named)).toEqual([
    422,
    'Namespace "new" is invalid: metadata.labels[pod-security.kubernetes.io/audit-version]: Invalid value: "1.2": must be "latest" or "v1.x"',
  ]);
});
