/** NetworkPolicies on a real engine's two nodes: who reaches whom, by pod address, by Service and from this computer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker } from '../testing/docker.ts';
import { type TestCluster, testCluster } from '../testing/test-cluster.ts';
import { ensureTestImage, testImage } from '../testing/test-image.ts';

interface PodSketch {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly node: string;
  readonly script?: string;
}
const idle = "trap 'exit 0' TERM; sleep infinity & wait";
/** Two ports, of which the first has a name and a probe. */
const serve = "trap 'exit 0' TERM; nc -ll -p 8080 -e echo served & nc -ll -p 8081 -e echo other & wait";

function podOf({ name, namespace, app, node, script = idle }: PodSketch): string {
  const probe = 'readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 }';
  const container = `{ name: main, image: '${testImage}', imagePullPolicy: IfNotPresent, command: [sh, -c, ${JSON.stringify(script)}],
      ports: [{ name: web, containerPort: 8080 }] ${script === serve ? `, ${probe}` : ''} }`;
  return `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${app} } }
spec:
  terminationGracePeriodSeconds: 1
  restartPolicy: Never
  nodeSelector: { kubernetes.io/hostname: ${node} }
  containers: [${container}]
`;
}
function policyOf(name: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
}

describe('NetworkPolicies', { timeout: 120_000 }, () => {
  let cluster: TestCluster;
  let nodes: readonly [string, string];
  let ip = '';
  const ids = new Map<string, string>();

  async function apply(yaml: string): Promise<void> {
    const file = join(cluster.dataDirectory, 'objects.yaml');
    await writeFile(file, yaml);
    await cluster.kubectl('apply', '-f', file);
  }
  async function waitFor(namespace: string, name: string): Promise<void> {
    await cluster.kubectl('wait', '-n', namespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
    const path = 'jsonpath={.status.containerStatuses[0].containerID}';
    ids.set(name, (await cluster.kubectl('get', 'pod', '-n', namespace, name, '-o', path)).replace('docker://', ''));
  }
  /** What a pod hears from there, or `nothing`. */
  async function ask(from: string, host: string, port = 8080): Promise<string> {
    const command = `nc -w 1 ${host} ${port} </dev/null 2>/dev/null || true`;
    return (await docker('exec', ids.get(from) ?? '', 'sh', '-c', command)) || 'nothing';
  }
  const clients = ['near', 'far', 'stranger'];
  const heard = (host: string, port = 8080) => Promise.all(clients.map((from) => ask(from, host, port)));
  async function fromHere(): Promise<string> {
    const port = await cluster.kubectl('get', 'service', '-n', 'shop', 'server', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    const answer = fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1500) });
    // It speaks no HTTP; that it says anything is what counts.
    return answer.then(
      () => 'served',
      (error: Error) => (/Expected HTTP/.test(String(error.cause)) ? 'served' : 'nothing'),
    );
  }

  beforeAll(async () => {
    await ensureTestImage();
    cluster = await testCluster({ nodes: 2, driver: 'docker' });
    nodes = [cluster.name, `${cluster.name}-m02`];
    const [one, two] = nodes;
    await apply(`
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Namespace
metadata: { name: street, labels: { open: 'yes' } }
${podOf({ name: 'server', namespace: 'shop', app: 'server', node: one, script: serve })}
${podOf({ name: 'near', namespace: 'shop', app: 'client', node: one })}
${podOf({ name: 'far', namespace: 'shop', app: 'client', node: two })}
${podOf({ name: 'stranger', namespace: 'street', app: 'client', node: two })}
---
apiVersion: v1
kind: Service
metadata: { name: server, namespace: shop }
spec: { type: NodePort, selector: { app: server }, ports: [{ port: 80, targetPort: web }] }
`);
    await Promise.all([...['server', 'near', 'far'].map((name) => waitFor('shop', name)), waitFor('street', 'stranger')]);
    ip = await cluster.kubectl('get', 'pod', '-n', 'shop', 'server', '-o', 'jsonpath={.status.podIP}');
  }, 300_000);
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  test('without any, everybody reaches everybody', async () => {
    expect(await heard(ip)).toEqual(['served', 'served', 'served']);
    expect(await heard(ip, 8081)).toEqual(['other', 'other', 'other']);
    expect(await heard('server.shop', 80)).toEqual(['served', 'served', 'served']);
    await expect.poll(fromHere).toBe('served');
  });

  test('one without rules closes the pods it selects to all but the kubelet’s probes', async () => {
    await apply(policyOf('closed', '{ podSelector: { matchLabels: { app: server } } }'));
    expect(await cluster.kubectl('get', 'netpol', '-n', 'shop', '--no-headers')).toMatch(/^closed +app=server +\d+s\n$/);
    await expect.poll(() => heard(ip)).toEqual(['nothing', 'nothing', 'nothing']);
    expect(await heard('server.shop', 80)).toEqual(['nothing', 'nothing', 'nothing']);
    expect(await fromHere()).toBe('nothing');
    // A pod that it does not select is open, and so is the way out of the one that it does.
    expect(await ask('server', 'server.shop', 80)).toBe('served');
    const conditions = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    expect(await cluster.kubectl('get', 'pod', '-n', 'shop', 'server', '-o', conditions)).toBe('True');
  });

  test('another one lets some in, on the port that the pod names so; they add up', async () => {
    const clientsOnWeb = '{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [{ port: web }] }';
    await apply(policyOf('clients', `{ podSelector: { matchLabels: { app: server } }, ingress: [${clientsOnWeb}] }`));
    await expect.poll(() => heard(ip)).toEqual(['served', 'served', 'nothing']);
    expect(await heard('server.shop', 80)).toEqual(['served', 'served', 'nothing']);
    expect(await heard(ip, 8081)).toEqual(['nothing', 'nothing', 'nothing']);
    const street = '{ from: [{ namespaceSelector: { matchLabels: { open: "yes" } } }] }';
    await apply(policyOf('street', `{ podSelector: {}, ingress: [${street}] }`));
    await expect.poll(() => heard(ip)).toEqual(['served', 'served', 'served']);
    expect(await heard(ip, 8081)).toEqual(['nothing', 'nothing', 'other']);
    expect(await fromHere()).toBe('nothing');
    // A label that goes takes its right along.
    await cluster.kubectl('label', 'namespace', 'street', 'open-');
    await expect.poll(() => heard(ip)).toEqual(['served', 'served', 'nothing']);
  });

  test('addresses let this computer in, but for those excepted', async () => {
    const all = (except: string) => `{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: ['${except}'] } }] }`;
    await apply(policyOf('addresses', `{ podSelector: { matchLabels: { app: server } }, ingress: [${all('192.0.2.0/24')}] }`));
    await expect.poll(fromHere).toBe('served');
    await expect.poll(() => ask('stranger', ip)).toBe('served');
    const stranger = await cluster.kubectl('get', 'pod', '-n', 'street', 'stranger', '-o', 'jsonpath={.status.podIP}');
    await apply(policyOf('addresses', `{ podSelector: { matchLabels: { app: server } }, ingress: [${all(`${stranger}/32`)}] }`));
    await expect.poll(() => ask('stranger', ip)).toBe('nothing');
    expect(await fromHere()).toBe('served');
    await cluster.kubectl('delete', 'netpol', '-n', 'shop', 'addresses');
    await expect.poll(fromHere).toBe('nothing');
  });

  test('what a pod may send holds from its first packet on, and names still resolve', async () => {
    const toWeb = '{ to: [{ podSelector: { matchLabels: { app: server } } }], ports: [{ port: web }] }';
    const sealed = '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [sealed, web-only] }] }, policyTypes: [Egress] }';
    await apply(policyOf('sealed', sealed));
    await apply(policyOf('web-only', `{ podSelector: { matchLabels: { app: web-only } }, policyTypes: [Egress], egress: [${toWeb}] }`));
    await apply(policyOf('open', '{ podSelector: { matchLabels: { app: server } }, ingress: [{}] }'));
    await expect.poll(() => ask('stranger', ip)).toBe('served');
    const told = `for port in 80 81; do echo $(nc -w 1 server.shop $port </dev/null 2>/dev/null || echo nothing); done`;
    await cluster.kubectl('patch', 'service', '-n', 'shop', 'server', '--type=json', '-p', JSON.stringify([secondPort]));
    await apply(
      nodes
        .flatMap((node, index) => [
          podOf({ name: `sealed-${index}`, namespace: 'shop', app: 'sealed', node, script: told }),
          podOf({ name: `web-only-${index}`, namespace: 'shop', app: 'web-only', node, script: told }),
        ])
        .join(''),
    );
    for (const [name, said] of [
      ['sealed-0', 'nothing\nnothing\n'],
      ['sealed-1', 'nothing\nnothing\n'],
      ['web-only-0', 'served\nnothing\n'],
      ['web-only-1', 'served\nnothing\n'],
    ] as const) {
      await cluster.kubectl('wait', '-n', 'shop', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
      expect([name, await cluster.kubectl('logs', '-n', 'shop', name)]).toEqual([name, said]);
    }
  });

  test('when the last is gone, everything is open, and nothing is left of them', async () => {
    await cluster.kubectl('delete', 'netpol', '-n', 'shop', '--all');
    await expect.poll(() => heard(ip)).toEqual(['served', 'served', 'served']);
    expect(await heard(ip, 8081)).toEqual(['other', 'other', 'other']);
    await expect.poll(fromHere).toBe('served');
    expect(await cluster.kubectl('get', 'configmaps', '-n', 'kube-system', '-o', 'name')).toBe('configmap/kube-root-ca.crt\n');
  });
});
const secondPort = {
  op: 'replace',
  path: '/spec/ports',
  value: [
    { name: 'web', port: 80, targetPort: 'web' },
    { name: 'other', port: 81, targetPort: 8081 },
  ],
};
