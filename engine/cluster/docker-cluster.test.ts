import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCli } from '../testing/cli.ts';
import { docker, dockerLeftovers } from '../testing/docker.ts';
import { finish, type TestCluster, testCluster } from '../testing/test-cluster.ts';

/** Serves its own name over HTTP. */
const nameServer = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: names }
spec:
  replicas: 4
  selector: { matchLabels: { app: names } }
  template:
    metadata: { labels: { app: names } }
    spec:
      containers:
        - name: names
          image: busybox
          imagePullPolicy: IfNotPresent
          command: [sh, -c, "mkdir /www; hostname > /www/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
          # Until no node sends anybody here any more; the same holds for every Kubernetes.
          lifecycle: { preStop: { exec: { command: [sleep, '2'] } } }
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: names }
spec:
  type: NodePort
  selector: { app: names }
  ports: [{ port: 80, targetPort: 8080 }]
`;

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
/** Runs once on that node, with a folder of the claim. */
const onClaim = (name: string, node: string, command: string): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  restartPolicy: Never
  nodeSelector: { kubernetes.io/hostname: ${node} }
  securityContext: { runAsUser: 1234 }
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
  containers:
    - name: main
      image: busybox
      imagePullPolicy: IfNotPresent
      command: [sh, -c, ${JSON.stringify(command)}]
      volumeMounts: [{ name: data, mountPath: /data/sub, subPath: sub }]
`;

describe('a cluster of two nodes on a real engine', { timeout: 120_000 }, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await testCluster({ nodes: 2, driver: 'docker' });
    await apply(cluster, nameServer);
    await cluster.kubectl('rollout', 'status', 'deployment/names', '--timeout=60s');
  }, 300_000);
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  test('is Ready, with the names and the version that kubectl shows', async () => {
    const rows = (await cluster.kubectl('get', 'nodes', '--no-headers')).trim().split('\n');
    expect(rows.map((row) => row.split(/\s+/).filter((_, column) => column !== 3))).toEqual([
      [cluster.name, 'Ready', 'control-plane', 'v1.33.0'],
      [`${cluster.name}-m02`, 'Ready', '<none>', 'v1.33.0'],
    ]);
  });

  test('spreads pods over both nodes, and a NodePort on localhost over all of them', async () => {
    const pods = await podsOf(cluster);
    expect(new Set(pods.map(({ node }) => node)).size).toBe(2);
    const url = `http://127.0.0.1:${await nodePort(cluster)}/`;
    const seen = new Set<string>();
    // A node port picks at random: bounded, and failing to see one of four in 200 has a chance below 1e-24.
    for (let request = 0; request < 200 && seen.size < pods.length; request++) seen.add((await (await fetch(url)).text()).trim());
    expect([...seen].sort()).toEqual(pods.map(({ name }) => name).sort());
  });

  test('lets pods reach each other over nodes, Services by name, and the API', async () => {
    const pods = await podsOf(cluster);
    const [from] = pods;
    const far = pods.find(({ node }) => node !== from?.node);
    const ask = (url: string) => inPod(cluster, from?.name ?? '', ['wget', '-qO-', url]);
    expect(await ask(`http://${far?.ip}:8080/`)).toBe(`${far?.name}\n`);
    const names = pods.map(({ name }) => `${name}\n`);
    for (const host of ['names', 'names.default', 'names.default.svc.cluster.local']) expect(names).toContain(await ask(`http://${host}/`));
    expect(await inPod(cluster, from?.name ?? '', ['nslookup', 'kubernetes.default.svc.cluster.local'])).toContain('10.96.0.1');
  });

  test('lets kubectl into its pods: exec with its exit code, input, ten megabytes out, files both ways, and a forwarded port', async () => {
    await cluster.kubectl('run', 'inside', '--image=nginx', '--image-pull-policy=IfNotPresent');
    await cluster.kubectl('wait', 'pod/inside', '--for=condition=Ready', '--timeout=60s');
    const exec = (...words: readonly string[]) => cluster.kubectl('exec', 'inside', '--', ...words);
    expect(await exec('sh', '-c', 'echo out')).toBe('out\n');
    await expect(exec('sh', '-c', 'echo err >&2; exit 3')).rejects.toMatchObject({
      code: 3,
      stderr: 'err\ncommand terminated with exit code 3\n',
    });
    expect((await exec('head', '-c', '10485760', '/dev/zero')).length).toBe(10_485_760);
    const file = join(cluster.dataDirectory, 'carried');
    const bytes = randomBytes(200_000);
    await writeFile(file, bytes);
    await cluster.kubectl('cp', file, 'inside:/tmp/carried');
    await cluster.kubectl('cp', 'inside:/tmp/carried', `${file}-back`);
    expect((await readFile(`${file}-back`)).equals(bytes)).toBe(true);
    await using forward = await forwardPort(cluster, 'pod/inside', 80);
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`http://127.0.0.1:${forward.port}/`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  });

  test('follows a rollout: the Service answers all the time, and the new pods take over', async () => {
    const url = `http://127.0.0.1:${await nodePort(cluster)}/`;
    let rolling = true;
    const asked = (async () => {
      const failures: string[] = [];
      while (rolling)
        await fetch(url).then(
          (answer) => answer.text(),
          (error: unknown) => failures.push(String(error)),
        );
      return failures;
    })();
    await cluster.kubectl('set', 'env', 'deployment/names', 'ROUND=2');
    const progress = await cluster.kubectl('rollout', 'status', 'deployment/names', '--timeout=60s');
    rolling = false;
    expect(progress).toMatch(/deployment "names" successfully rolled out\n$/);
    expect(await asked).toEqual([]);
    expect(await cluster.kubectl('rollout', 'history', 'deployment/names')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/);
  });

  test('says why an image cannot be had', async () => {
    await cluster.kubectl('run', 'lost', '--image=registry.invalid/no/such:1');
    const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
    await cluster.kubectl(
      'wait',
      'pod/lost',
      '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff',
      '--timeout=60s',
    );
    expect(await cluster.kubectl('get', 'pod', 'lost', '-o', reason)).toBe('ImagePullBackOff');
    const events = await cluster.kubectl(
      'get',
      'events',
      '--field-selector=involvedObject.name=lost',
      '-o',
      'custom-columns=R:.reason,M:.message',
    );
    expect(events).toMatch(/Failed +Failed to pull image "registry\.invalid\/no\/such:1": .*(no such host|server misbehaving|lookup)/);
    expect(events).toMatch(/Failed +Error: ErrImagePull/);
    expect(events).toMatch(/BackOff +Back-off pulling image "registry\.invalid\/no\/such:1"/);
    await cluster.kubectl('delete', 'pod', 'lost', '--now');
  });

  test('keeps what pods write to a claim, on whichever node, until the claim goes', async () => {
    const [one = '', two = ''] = (await cluster.manager.running(cluster.name)).state.nodes.map(({ name }) => name);
    await apply(
      cluster,
      claim + onClaim('writer', one, 'echo kept > /data/sub/file') + onClaim('reader', two, 'until cat /data/sub/file; do sleep 0.2; done'),
    );
    await cluster.kubectl('wait', 'pod/writer', 'pod/reader', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
    expect(await cluster.kubectl('logs', 'reader')).toMatch(/kept\n$/);
    const [, volume = ''] = /(pvc-\S+)/.exec(await cluster.kubectl('get', 'pvc', 'data', '--no-headers')) ?? [];
    expect(await cluster.kubectl('get', 'pvc', 'data', '--no-headers')).toMatch(
      new RegExp(`^data +Bound +${volume} +1Gi +RWO +standard +<unset>`),
    );
    expect(await cluster.kubectl('get', 'sc', '--no-headers')).toMatch(
      /^standard \(default\) +minato.dev\/hostpath +Delete +Immediate +false/,
    );
    const stored = () => docker('exec', `minato-${cluster.name}-${two}`, 'ls', '/tmp/hostpath-provisioner/default');
    expect(await stored()).toMatch(/^data-/);
    await cluster.kubectl('delete', 'pod/writer', 'pod/reader', 'pvc/data', '--timeout=60s');
    await cluster.kubectl('wait', `pv/${volume}`, '--for=delete', '--timeout=60s');
    expect(await stored()).toBe('');
  });

  test('has the same pods at the same addresses after a stop and a start, even where a node lost its port of this computer', async () => {
    const [node] = (await cluster.manager.running(cluster.name)).state.nodes;
    const before = await podsOf(cluster);
    const url = `http://127.0.0.1:${await nodePort(cluster)}/`;
    await cluster.stop();
    expect(await docker('ps', '-q', '--filter', `label=io.minato.cluster=${cluster.name}`)).toBe('');
    await expect(fetch(url)).rejects.toThrow();
    const taken = createServer().listen(node?.kubeletPort, '127.0.0.1');
    await once(taken, 'listening');
    await cluster.start().finally(() => taken.close());
    await cluster.kubectl('wait', 'pod', '-l', 'app=names', '--for=condition=Ready', '--timeout=60s');
    expect(await podsOf(cluster)).toEqual(before);
    expect(before.map(({ name }) => `${name}\n`)).toContain(await (await fetch(url)).text());
  });

  test('leaves nothing behind when it is deleted', async () => {
    const port = await nodePort(cluster);
    await finish(await cluster.manager.delete(cluster.name));
    expect(await dockerLeftovers(cluster.name)).toEqual([]);
    expect(await refuses(port)).toBe(true);
    expect(await cluster.manager.list()).toEqual([]);
  });
});

describe('a control plane that is killed', () => {
  test('finds its nodes and pods again and does not touch them', async () => {
    await using cli = await testCli(['killed']);
    const up = await cli.up('--name', 'killed');
    await cli.kubectl('run', 'steady', '--image=busybox', '--image-pull-policy=IfNotPresent', '--', 'sleep', '3600');
    await cli.kubectl('wait', 'pod/steady', '--for=condition=Ready', '--timeout=60s');
    const containers = () => docker('ps', '-q', '--no-trunc', '--filter', 'label=io.minato.cluster=killed');
    const before = await containers();
    await up.end('SIGKILL');
    expect(await containers()).toBe(before);
    const again = await cli.up('--name', 'killed');
    expect(await cli.kubectl('get', 'pod', 'steady', '--no-headers')).toMatch(/^steady +1\/1 +Running +0 /);
    expect(await cli.kubectl('logs', 'steady')).toBe('');
    expect(await containers()).toBe(before);
    expect(await again.end('SIGTERM')).toBe(0);
    expect(await containers()).toBe(before);
  }, 120_000);
});

/** `kubectl port-forward` until it is disposed of. */
async function forwardPort({ kubeconfig }: TestCluster, to: string, port: number): Promise<AsyncDisposable & { readonly port: string }> {
  const child = spawn('kubectl', ['--kubeconfig', kubeconfig, 'port-forward', to, `:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.stdout.resume();
  const own = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1] ?? '';
  return {
    port: own,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function apply(cluster: TestCluster, yaml: string): Promise<void> {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/minato-apply-');
  await writeFile(`${folder}/objects.yaml`, yaml);
  await cluster.kubectl('apply', '-f', `${folder}/objects.yaml`);
  await rm(folder, { recursive: true });
}
interface PodRow {
  readonly name: string;
  readonly ip: string;
  readonly node: string;
}
async function podsOf(cluster: TestCluster): Promise<readonly PodRow[]> {
  // Those that are being deleted are no longer of interest.
  const template =
    '{{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{.status.podIP}} {{.spec.nodeName}}{{"\\n"}}{{end}}{{end}}';
  const text = await cluster.kubectl('get', 'pods', '-l', 'app=names', '-o', `go-template=${template}`);
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ip = '', node = ''] = line.split(' ');
      return { name, ip, node };
    });
}
function nodePort(cluster: TestCluster): Promise<string> {
  return cluster.kubectl('get', 'service', 'names', '-o', 'jsonpath={.spec.ports[0].nodePort}');
}
/** Runs a command in the pod's container, through the engine. */
async function inPod(cluster: TestCluster, pod: string, command: readonly string[]): Promise<string> {
  const id = (await cluster.kubectl('get', 'pod', pod, '-o', 'jsonpath={.status.containerStatuses[0].containerID}')).replace(
    'docker://',
    '',
  );
  const output = await docker('exec', id, ...command);
  return `${output}\n`;
}
async function refuses(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1');
  return Promise.race([once(socket, 'error').then(() => true), once(socket, 'connect').then(() => false)]).finally(() => socket.destroy());
}
