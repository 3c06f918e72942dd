/** The first user's notes from a beginners' course, command by command, with a stock kubectl on a real node: what they show is what must come out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, testCli } from '../testing/cli.ts';

const timeout = '--timeout=60s';
let cli: Cli;
let folder: string;
const kubectl = (...words: readonly string[]): Promise<string> => cli.kubectl(...words);
async function manifest(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
/** Rows of a table without its ages and generated names, which differ each time. */
function rows(table: string, hidden: RegExp = /\d+[smh](\d+[smh])?$/): readonly string[] {
  const lines = table.trimEnd().split('\n');
  return lines.map((line) => line.trimEnd().replace(hidden, '<age>').replaceAll(/ {2,}/g, ' | '));
}

/** The status of the first answer: a container runs a moment before its program listens. */
async function answered(url: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return (await fetch(url)).status;
    } catch (error) {
      if (tries === 50) throw error;
      await delay(100);
    }
  }
}

const nginx = (kind: string, spec: string): string => `${kind}
spec:
  template:
    metadata:
      name: myapp-pod
      labels: { app: myapp, type: front-end }
    spec:
      containers:
        - name: nginx-container
          image: nginx
${spec}`;
const deployment = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: myapp-deployment
  labels: { tier: frontend, app: nginx }
spec:
  selector:
    matchLabels: { app: myapp }
  replicas: 6
  template:
    metadata:
      name: nginx-2
      labels: { app: myapp }
    spec:
      containers:
        - name: nginx
          image: ${image}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minato-notes-'));
  cli = await testCli(['minato']);
  await cli.up();
}, 300_000);
afterAll(async () => {
  await cli?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('the notes of the course', { timeout: 180_000 }, () => {
  test('the cluster and its node', async () => {
    expect(await kubectl('cluster-info')).toContain('Kubernetes control plane');
    expect(rows(await kubectl('get', 'nodes'), /\d+s +v1/)).toEqual([
      'NAME | STATUS | ROLES | AGE | VERSION',
      'minato | Ready | control-plane | <age>.33.0',
    ]);
  });

  test('a Deployment of the echo server, exposed, answers on this computer', async () => {
    expect(await kubectl('create', 'deployment', 'hello-minikube', '--image=kicbase/echo-server:1.0')).toBe(
      'deployment.apps/hello-minikube created\n',
    );
    expect(await kubectl('expose', 'deployment', 'hello-minikube', '--type=NodePort', '--port=8080')).toBe(
      'service/hello-minikube exposed\n',
    );
    await kubectl('rollout', 'status', 'deployment/hello-minikube', timeout);
    const port = await kubectl('get', 'service', 'hello-minikube', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    expect(await answered(`http://127.0.0.1:${port}`)).toBe(200);
    expect(await kubectl('delete', 'service', 'hello-minikube')).toMatch(/^service "hello-minikube" deleted/);
    expect(await kubectl('delete', 'deployment', 'hello-minikube')).toMatch(/^deployment\.apps "hello-minikube" deleted/);
  });

  test('a pod by kubectl run', async () => {
    expect(await kubectl('run', 'nignx', '--image=nginx')).toBe('pod/nignx created\n');
    await kubectl('wait', 'pod/nignx', '--for=condition=Ready', timeout);
    expect(rows(await kubectl('get', 'pods', 'nignx'))).toEqual([
      'NAME | READY | STATUS | RESTARTS | AGE',
      'nignx | 1/1 | Running | 0 | <age>',
    ]);
    expect(rows(await kubectl('get', 'pods', 'nignx', '-o', 'wide'), /\d+s +10\.\d+\.0\.\d+ /)).toEqual([
      'NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES',
      expect.stringMatching(/^nignx \| 1\/1 \| Running \| 0 \| <age> +\| minato \| <none> \| <none>$|^nignx .*minato \| <none> \| <none>$/),
    ]);
    const described = await kubectl('describe', 'pod', 'nignx');
    expect(described).toMatch(/Status: +Running/);
    expect(described).toMatch(/Normal +Scheduled .* default-scheduler +Successfully assigned default\/nignx to minato/);
    expect(described).toMatch(/Normal +Started .* kubelet +Started container nignx/);
    await kubectl('delete', 'pod', 'nignx', '--now');
  });

  test('the misspelt manifest is refused, naming the field; the right one is accepted', async () => {
    const wrong = await manifest(
      'pod-defnition.yml',
      'apiVersion: v1\nkind: Pod\nmetaData:\n  name: myapp-pod\n  labls:\n    app: myapp\n    type: front-end\nspec:\n  containers:\n    - name: nginx-container\n      image: nginx\n',
    );
    await expect(kubectl('create', '-f', wrong)).rejects.toThrow(/unknown field "metaData"/);
    const half = await manifest(
      'pod-half.yml',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: myapp-pod\n  labls:\n    app: myapp\nspec:\n  containers:\n    - name: nginx-container\n      image: nginx\n',
    );
    await expect(kubectl('create', '-f', half)).rejects.toThrow(/unknown field "metadata\.labls"/);
    const right = await manifest(
      'nginx-def.yml',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx\n  labels:\n    app: nginx\n    type: frontend\nspec:\n  containers:\n    - name: nginx\n      image: nginx\n',
    );
    expect(await kubectl('apply', '-f', right)).toBe('pod/nginx created\n');
    await kubectl('wait', 'pod/nginx', '--for=condition=Ready', timeout);
    await kubectl('delete', '-f', right, '--now');
  });

  test('a ReplicationController keeps three', async () => {
    const file = await manifest(
      'rc-def.yml',
      nginx(
        'apiVersion: v1\nkind: ReplicationController\nmetadata:\n  name: myapp-rc\n  labels: { app: myapp, type: front-end }',
        '  replicas: 3\n',
      ),
    );
    expect(await kubectl('create', '-f', file)).toBe('replicationcontroller/myapp-rc created\n');
    await kubectl('wait', 'replicationcontroller/myapp-rc', '--for=jsonpath={.status.readyReplicas}=3', timeout);
    expect(rows(await kubectl('get', 'replicationcontrollers'))).toEqual([
      'NAME | DESIRED | CURRENT | READY | AGE',
      'myapp-rc | 3 | 3 | 3 | <age>',
    ]);
    expect((await kubectl('get', 'pods', '-o', 'name')).trim().split('\n')).toEqual(
      Array(3).fill(expect.stringMatching(/^pod\/myapp-rc-[a-z0-9]{5}$/)),
    );
    await kubectl('delete', 'replicationcontroller', 'myapp-rc');
    await kubectl('wait', 'pod', '-l', 'app=myapp', '--for=delete', timeout);
  });

  test('a ReplicaSet keeps three, replaces what is deleted, and is scaled to six', async () => {
    const file = await manifest(
      'rs-def.yml',
      nginx(
        'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata:\n  name: myapp-rs\n  labels: { app: myapp, type: front-end }',
        '  replicas: 3\n  selector:\n    matchLabels:\n      type: front-end\n',
      ),
    );
    await kubectl('create', '-f', file);
    const ready = (count: number) => kubectl('wait', 'replicaset/myapp-rs', `--for=jsonpath={.status.readyReplicas}=${count}`, timeout);
    await ready(3);
    expect(rows(await kubectl('get', 'replicaset'))).toEqual(['NAME | DESIRED | CURRENT | READY | AGE', 'myapp-rs | 3 | 3 | 3 | <age>']);
    const [first = ''] = (await kubectl('get', 'pods', '-o', 'name')).split('\n');
    await kubectl('delete', first, '--now');
    await ready(3);
    expect(await kubectl('scale', '--replicas=6', 'replicaset', 'myapp-rs')).toBe('replicaset.apps/myapp-rs scaled\n');
    await ready(6);
    await kubectl('delete', 'replicaset', 'myapp-rs');
    await kubectl('wait', 'pod', '-l', 'app=myapp', '--for=delete', timeout);
  });

  test('a Deployment: rollout, history with its causes, undo, and an image that does not exist', async () => {
    const file = await manifest('deployment.yml', deployment('nginx'));
    // kubectl writes down its own command line as the cause.
    expect(await kubectl('create', `--filename=${file}`, '--record')).toBe('deployment.apps/myapp-deployment created\n');
    const status = await kubectl('rollout', 'status', 'deployment.apps/myapp-deployment', timeout);
    expect(status).toMatch(/Waiting for deployment "myapp-deployment" rollout to finish: \d of 6 updated replicas are available\.\.\.\n/);
    expect(status).toMatch(/deployment "myapp-deployment" successfully rolled out\n$/);
    expect(rows(await kubectl('get', 'deployments'))).toEqual([
      'NAME | READY | UP-TO-DATE | AVAILABLE | AGE',
      'myapp-deployment | 6/6 | 6 | 6 | <age>',
    ]);
    const described = await kubectl('describe', 'deployment', 'myapp-deployment');
    expect(described).toMatch(/Replicas: +6 desired \| 6 updated \| 6 total \| 6 available \| 0 unavailable/);
    expect(described).toMatch(/RollingUpdateStrategy: +25% max unavailable, 25% max surge/);
    expect(described).toMatch(
      /Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set myapp-deployment-[a-z0-9]+ from 0 to 6/,
    );

    await kubectl('set', 'image', 'deployment/myapp-deployment', 'nginx=nginx:1.27', '--record');
    const update = await kubectl('rollout', 'status', 'deployment.apps/myapp-deployment', timeout);
    expect(update).toMatch(/Waiting for deployment "myapp-deployment" rollout to finish: \d out of 6 new replicas have been updated\.\.\./);
    const history = await kubectl('rollout', 'history', 'deployment.apps/myapp-deployment');
    expect(history).toMatch(
      /^deployment\.apps\/myapp-deployment *\nREVISION +CHANGE-CAUSE\n1 +kubectl create .*--filename=\S+deployment\.yml --record=true\n2 +kubectl set image .*--record=true\n/,
    );

    await kubectl('set', 'image', 'deployment/myapp-deployment', 'nginx=nginx:does-not-exist');
    await kubectl('wait', 'deployment/myapp-deployment', '--for=jsonpath={.status.unavailableReplicas}=3', timeout);
    const ofImage = '{.items[?(@.spec.template.spec.containers[0].image=="nginx:does-not-exist")].metadata.labels.pod-template-hash}';
    const hash = await kubectl('get', 'replicasets', '-o', `jsonpath=${ofImage}`);
    const isBackingOff = '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff';
    await kubectl('wait', 'pod', '-l', `pod-template-hash=${hash}`, isBackingOff, timeout);
    const table = rows(await kubectl('get', 'deployment', 'myapp-deployment'));
    expect(table[1]).toBe('myapp-deployment | 5/6 | 3 | 5 | <age>');
    const pods = (await kubectl('get', 'pods', '--no-headers'))
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/)[2]);
    expect(pods.filter((word) => word === 'Running')).toHaveLength(5);
    expect(pods.filter((word) => word === 'ImagePullBackOff' || word === 'ErrImagePull')).toHaveLength(3);
    expect(await kubectl('rollout', 'undo', 'deployment/myapp-deployment')).toBe('deployment.apps/myapp-deployment rolled back\n');
    await kubectl('rollout', 'status', 'deployment.apps/myapp-deployment', timeout);
    expect(await kubectl('get', 'deployment', 'myapp-deployment', '-o', 'jsonpath={..image}')).toBe('nginx:1.27');
  });

  test('a ClusterIP Service in front of it, and everything at a glance', async () => {
    const file = await manifest(
      'service.yml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: myapp-service\nspec:\n  type: ClusterIP\n  ports:\n    - targetPort: 80\n      port: 80\n  selector:\n    app: myapp\n',
    );
    expect(await kubectl('create', '-f', file)).toBe('service/myapp-service created\n');
    expect(rows(await kubectl('get', 'service', 'myapp-service'))[1]).toMatch(
      /^myapp-service \| ClusterIP \| 10\.9\d\.\d+\.\d+ \| <none> \| 80\/TCP \| <age>$/,
    );
    const all = await kubectl('get', 'all');
    for (const name of [
      'pod/myapp-deployment-',
      'service/kubernetes',
      'service/myapp-service',
      'deployment.apps/myapp-deployment',
      'replicaset.apps/myapp-deployment-',
    ])
      expect(all).toContain(name);
  });
});
