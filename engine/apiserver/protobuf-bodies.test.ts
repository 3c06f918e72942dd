/**
 * What stock kubectls send in protobuf (from v1.32 on; v1.31 sends JSON) makes the objects that the manifests they print make.
 * Every command that has a typed client behind it is here.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { runKubectl, type StockKubectl, stockKubectls } from '../testing/kubectl.ts';
import { type SecureApiServer, secureApiServer } from '../testing/test-api-server.ts';

/** `%` is the side: `left` by the command itself, `right` by the manifest it prints. */
const commands = [
  'create deployment web --image=nginx:1.27 --replicas=2 --port=80 -n %',
  'create deployment pair --image=nginx --image=busybox -n %',
  'create deployment sleeper --image=busybox -n % -- sleep 1',
  'create configmap settings --from-literal=a=1 --from-literal=empty= -n %',
  'create configmap nothing -n %',
  'create secret generic keys --from-literal=a=1 --type=example.com/own -n %',
  'create secret docker-registry registry --docker-username=u --docker-password=p -n %',
  'create service clusterip inside --tcp=80 -n %',
  'create service clusterip headless --clusterip=None --tcp=5432:5432 -n %',
  'create service nodeport outside --tcp=80:8080 -n %',
  'create service loadbalancer balanced --tcp=80:8080 -n %',
  'create service externalname away --external-name=example.com -n %',
  'create serviceaccount robot -n %',
  'create role reader --verb=get,list --resource=pods,deployments.apps --resource-name=x -n %',
  'create rolebinding readers --role=reader --user=jane --group=team --serviceaccount=%:robot -n %',
  'create quota limited --hard=pods=10,requests.cpu=1500m,limits.memory=1Gi --scopes=BestEffort -n %',
  'create namespace made-%',
  'create clusterrole urls-% --verb=get --non-resource-url=/metrics',
  'create clusterrole sum-% --aggregation-rule=a=b,c=d',
  'create clusterrolebinding watchers-% --clusterrole=view --user=jane',
  'create priorityclass high-% --value=10 --global-default=false --preemption-policy=Never --description=words',
];
const inNamespace = 'deployments,configmaps,secrets,services,serviceaccounts,roles,rolebindings,resourcequotas';
const inCluster = (side: string): string =>
  `namespace/made-${side} clusterrole/urls-${side} clusterrole/sum-${side} clusterrolebinding/watchers-${side} priorityclass/high-${side}`;

async function sandbox(kubectl: StockKubectl) {
  const home = await mkdtemp(join(tmpdir(), 'minato-kubectl-home-'));
  const api = await secureApiServer({ namespaces: ['left', 'right'] });
  const kubeconfig = await api.kubeconfig('admin', 'system:masters');
  const run = async (line: string, input = '') => {
    const printed = await runKubectl(kubectl, line.split(' '), { kubeconfig, home, input });
    if (printed.code !== 0) throw new Error(`kubectl ${line}\n${printed.stderr}`);
    return printed;
  };
  return {
    api,
    run,
    /** Everything of one side, without what the server chose. */
    async objects(side: string): Promise<unknown> {
      const lists = [await run(`get ${inNamespace} -n ${side} -o json`), await run(`get ${inCluster(side)} -o json`)];
      const text = lists.map(({ stdout }) => stdout).join('\n');
      const own = /^ *"(uid|creationTimestamp|resourceVersion|nodePort|clusterIP)": ("(?!None).*"|\d+),?\n/gm;
      const addresses = /"clusterIPs": \[\s*"10\.[\d.]+"\s*\]/g;
      return text.replaceAll(own, '').replaceAll(addresses, '"clusterIPs": []').replaceAll(side, 'side');
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** With `-v=8` kubectl tells what it sends. */
const isProtobuf = (log: string): boolean => /content-type: ?application\/vnd\.kubernetes\.protobuf/i.test(log);

for (const kubectl of stockKubectls()) {
  const sendsProtobuf = kubectl.minor >= 32;
  describe(`kubectl v1.${kubectl.minor}`, () => {
    test('makes by a command what the manifest makes', { timeout: 120_000 }, async () => {
      await using sides = await sandbox(kubectl);
      const manifests: string[] = [];
      for (const command of commands) {
        const flagged = (side: string, flags: string): string => {
          const [words = '', ...rest] = command.replaceAll('%', side).split(' -- ');
          return [`${words} ${flags}`, ...rest].join(' -- ');
        };
        const [made, printed] = await Promise.all([
          sides.run(flagged('left', '-v=8')),
          sides.run(flagged('right', '--dry-run=client -o yaml')),
        ]);
        expect({ command, isProtobuf: isProtobuf(made.stderr) }).toEqual({ command, isProtobuf: sendsProtobuf });
        manifests.push(printed.stdout);
      }
      await sides.run('create -f -', manifests.join('\n---\n'));
      expect(await sides.objects('left')).toBe(await sides.objects('right'));
    });

    test('asks for tokens, and what it may do', { timeout: 60_000 }, async () => {
      await using sides = await sandbox(kubectl);
      const { run } = sides;
      const token = await run('create token default -n left --duration=1h --audience=shop -v=8');
      expect(isProtobuf(token.stderr)).toBe(sendsProtobuf);
      const { aud, exp, iat, sub } = JSON.parse(Buffer.from(token.stdout.split('.')[1] ?? '', 'base64url').toString());
      expect({ aud, lasts: exp - iat, sub }).toEqual({ aud: ['shop'], lasts: 3600, sub: 'system:serviceaccount:left:default' });
      expect((await run('auth can-i create deployments.apps -n left')).stdout).toBe('yes\n');
      expect((await run('auth can-i get /healthz')).stdout).toBe('yes\n');
      expect((await run('auth can-i --list -n left')).stdout).toContain('*.*');
      expect((await run('auth whoami -o jsonpath={.status.userInfo.username}')).stdout).toBe('admin');
    });
  });
}

describe('other clients of Go', () => {
  const utf8 = (text: string): readonly number[] => [...Buffer.from(text)];
  /** Field number, and what it holds; nothing here is longer than one byte's length. */
  const field = (number: number, content: readonly number[]): readonly number[] => [number * 8 + 2, content.length, ...content];
  const body = (apiVersion: string, kind: string, content: readonly number[]): Buffer =>
    Buffer.from([...utf8('k8s\0'), ...field(1, [...field(1, utf8(apiVersion)), ...field(2, utf8(kind))]), ...field(2, content)]);
  const mediaType = 'application/vnd.kubernetes.protobuf';

  async function send(
    api: SecureApiServer,
    method: string,
    { path, type = mediaType, content }: { path: string; type?: string; content: Buffer },
  ) {
    const { certificatePem: cert, keyPem: key } = await api.identity('admin', 'system:masters');
    const tls = { ca: api.authority.certificatePem, cert, key, agent: false };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { 'content-type': type, accept: `${mediaType},application/json`, 'content-length': content.length };
    request(`${api.url}${path}`, { method, headers, ...tls }, resolve)
      .on('error', reject)
      .end(content);
    const response = await promise;
    const { reason, message, kind } = JSON.parse(Buffer.concat(await response.toArray()).toString());
    return { code: response.statusCode, type: response.headers['content-type'], kind, reason, message };
  }

  test('delete and evict with options, and are answered in JSON', async () => {
    await using api = await secureApiServer();
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    await api.client.create(podKind, { metadata: { name: 'a', namespace: 'default' }, spec });
    const pod = '/api/v1/namespaces/default/pods/a';
    const options = field(2, field(1, utf8('other-uid')));
    const type = `${mediaType};charset=utf-8`;
    const refused = { code: 409, type: 'application/json', kind: 'Status', reason: 'Conflict' };
    expect(await send(api, 'DELETE', { path: pod, type, content: body('v1', 'DeleteOptions', options) })).toMatchObject(refused);
    const eviction = [...field(1, field(1, utf8('a'))), ...field(2, options)];
    const evict = { path: `${pod}/eviction`, content: body('policy/v1', 'Eviction', eviction) };
    expect(await send(api, 'POST', evict)).toMatchObject(refused);
    expect(await send(api, 'DELETE', { path: pod, content: body('v1', 'DeleteOptions', []) })).toMatchObject({ code: 200, kind: 'Pod' });
  });

  test('are told what is wrong with what they send', async () => {
    await using api = await secureApiServer();
    const path = '/api/v1/namespaces/default/configmaps';
    const content = body('v1', 'ConfigMap', field(1, field(1, utf8('a'))));
    const cases: readonly (readonly [string, Buffer, number, string])[] = [
      ['application/cbor', content, 415, `accepted media types include: application/json, application/yaml, ${mediaType}`],
      [mediaType, content.subarray(0, -1), 400, 'the object provided is unrecognized (must be of type ConfigMap): unexpected EOF (6b38730'],
      [mediaType, body('v1', 'ConfigMap', [10, 9]), 400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF'],
      [
        mediaType,
        body('v1', 'Secret', []),
        400,
        'cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
      ],
      [mediaType, body('v1', 'Pot', []), 400, 'no kind "Pot" is registered for version "v1"'],
      [mediaType, Buffer.alloc(3 * 1024 * 1024 + 1), 413, 'Request entity too large: limit is 3145728'],
    ];
    for (const [type, given, code, message] of cases)
      expect(await send(api, 'POST', { path, type, content: given })).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await send(api, 'POST', { path, content })).toMatchObject({ code: 201, kind: 'ConfigMap' });
  });
});

if (stockKubectls().length === 0)
  test('no stock kubectl from 1.31 on is on this machine: what it sends is not tested', ({ skip }) => skip());
