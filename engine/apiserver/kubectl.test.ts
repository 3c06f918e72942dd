/**
 * Every stock kubectl from 1.31 on that this machine has, against the API server with the real controllers behind it. Nodes are objects
 * only, and Pods run because the test says so. Manifests, columns and words are those of the user's notes.
 */
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { type StockKubectl, stockKubectls } from '../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../testing/kubectl-server.ts';
import type { SecureApiServer } from '../testing/test-api-server.ts';

interface Bench extends KubectlServer {
  /** Makes all Pods of the namespace `default` run. */
  run(): Promise<void>;
}

async function bench(kubectl: StockKubectl): Promise<Bench> {
  const server = await kubectlServer(kubectl);
  return { ...server, run: () => runPods(server.api) };
}

async function runPods({ client }: SecureApiServer): Promise<void> {
  const { items } = await client.list(podKind, { namespace: 'default' });
  const now = new Date().toISOString().replace(/\.\d+/, '');
  for (const pod of items.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Pending')) {
    const conditions = ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    }));
    const containerStatuses = pod.spec.containers.map(({ name, image = '' }) => ({
      ...{ name, image, imageID: '', ready: true, started: true, restartCount: 0 },
      state: { running: { startedAt: now } },
    }));
    const status = { ...pod.status, phase: 'Running', podIP: '10.244.0.4', startTime: now, conditions, containerStatuses };
    await client.update(podKind, { ...pod, status }, { subresource: 'status' });
  }
}

/** Lines of columns, with what differs from run to run replaced. */
function rows(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .map((cell) =>
          cell
            .replace(/^\d+m?\d*s$/, '<age>')
            .replace(/^10\.96\.\d+\.\d+$/, '<ip>')
            .replace(/-[0-9a-f]{8,10}-[a-z0-9]{5}$/, '-<hash>-<id>')
            .replace(/-[0-9a-f]{8,10}$/, '-<hash>')
            .replace(/^(myapp-\w+)-[a-z0-9]{5}$/, '$1-<id>')
            .replace(/:3[0-2]\d{3}\//, ':<nodePort>/'),
        ),
    );
}

/** Asks again until the controllers have got there. */
async function until(look: () => Promise<boolean>): Promise<void> {
  await expect.poll(look, { interval: 50, timeout: 15_000 }).toBe(true);
}

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: nginx
  labels:
    app: nginx
    type: frontend
spec:
  containers:
    - name: nginx
      image: nginx
`;
const misspelt = `apiVersion: v1
kind: Pod
metaData:
  name: myapp-pod
  labls:
    app: myapp
    type: front-end
spec:
  containers:
    - name: nginx-container
      image: nginx
`;
const controller = `apiVersion: v1
kind: ReplicationController
metadata:
  name: myapp-rc
  labels:
    app: myapp
    type: front-end
spec:
  template:
    metadata:
      name: nginx
      labels:
        app: nginx-rc
        type: frontend
    spec:
      containers:
        - name: nginx-container
          image: nginx
  replicas: 3
`;
const replicaSet = `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: myapp-rs
spec:
  template:
    metadata:
      name: myapp-pod
      labels:
        app: myapp-rs
        type: front-end
    spec:
      containers:
        - name: nginx-container
          image: nginx
  replicas: 3
  selector:
    matchLabels:
      type: front-end
`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: myapp-deployment
  labels:
    tier: frontend
    app: nginx
spec:
  selector:
    matchLabels:
      app: myapp
  replicas: 3
  template:
    metadata:
      name: nginx-2
      labels:
        app: myapp
    spec:
      containers:
        - name: nginx
          image: nginx
`;
const service = `apiVersion: v1
kind: Service
metadata:
  name: myapp-service
spec:
  type: ClusterIP
  ports:
    - targetPort: 80
      port: 80
  selector:
    app: myapp
    type: backend
`;

const found = stockKubectls();
if (found.length === 0)
  test('no stock kubectl from 1.31 on is on this machine, so none is tested', ({ skip }) =>
    skip('put one on the PATH, or beside the one that is there'));

describe.each(found)('kubectl 1.$minor', (kubectl) => {
  let it: Bench;
  beforeAll(async () => {
    it = await bench(kubectl);
  });
  afterAll(() => it[Symbol.asyncDispose]());

  test('version, cluster-info, api-resources, explain', async () => {
    // An older client warns of the newer server.
    expect((await it.kubectl('version')).stdout).toMatch(/\nServer Version: v1\.33\.0\n/);
    // Older ones colour it for everybody.
    expect(stripVTControlCharacters(await it.out('cluster-info'))).toBe(
      `Kubernetes control plane is running at ${it.api.url}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`,
    );
    const resources = rows(await it.out('api-resources'));
    expect(resources).toEqual(
      expect.arrayContaining([
        ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'],
        ['pods', 'po', 'v1', 'true', 'Pod'],
        ['services', 'svc', 'v1', 'true', 'Service'],
        ['deployments', 'deploy', 'apps/v1', 'true', 'Deployment'],
        ['replicasets', 'rs', 'apps/v1', 'true', 'ReplicaSet'],
        ['nodes', 'no', 'v1', 'false', 'Node'],
      ]),
    );
    expect(await it.out('explain pod.spec.containers.image')).toMatch(
      /^KIND: {7}Pod\nVERSION: {4}v1\n\nFIELD: image <string>\n[\s\S]*Container image name/,
    );
    expect(await it.out('explain pod.spec')).toMatch(/\nFIELD: spec <PodSpec>\n[\s\S]*\n {2}containers\t<\[\]Container> -required-\n/);
  });

  test('the misspelt manifest is refused, by the client and by the server, naming the field', async () => {
    const path = await it.file('pod-defnition.yml', misspelt);
    const strict = await it.kubectl(`create -f ${path}`);
    expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining('strict decoding error: unknown field "metaData"\n')]);
    const warned = await it.kubectl(`create -f ${path} --validate=warn`);
    expect([warned.code, warned.stderr]).toEqual([
      1,
      'Warning: unknown field "metaData"\nThe Pod "" is invalid: metadata.name: Required value: name or generateName is required\n',
    ]);
    const unchecked = await it.kubectl(`create -f ${path} --validate=false`);
    expect([unchecked.code, unchecked.stderr]).toEqual([
      1,
      'The Pod "" is invalid: metadata.name: Required value: name or generateName is required\n',
    ]);
  });

  test('a Pod from the notes: created, shown, described, deleted', async () => {
    const path = await it.file('nginx-def.yml', pod);
    expect(await it.out(`create -f ${path} --dry-run=server`)).toBe('pod/nginx created (server dry run)\n');
    expect((await it.kubectl('get pod nginx')).stderr).toBe('Error from server (NotFound): pods "nginx" not found\n');
    expect(await it.out(`apply -f ${path}`)).toBe('pod/nginx created\n');
    expect(await it.out(`apply -f ${path}`)).toBe('pod/nginx unchanged\n');
    await it.file('nginx-def.yml', pod.replace('image: nginx', 'image: nginx:1.27'));
    expect(await it.out(`apply -f ${path}`)).toBe('pod/nginx configured\n');
    expect((await it.kubectl(`create -f ${path}`)).stderr).toMatch(
      /^Error from server \(AlreadyExists\): .*pods "nginx" already exists\n$/,
    );
    await it.run();
    expect(rows(await it.out('get pods -o wide'))).toEqual([
      ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
      ['nginx', '1/1', 'Running', '0', '<age>', '10.244.0.4', '<none>', '<none>', '<none>'],
    ]);
    expect(await it.out('describe pod nginx')).toMatch(
      /^Name: +nginx\nNamespace: +default\nPriority: +0\nService Account: +default\n[\s\S]*Labels: +app=nginx\n +type=frontend\n[\s\S]*Status: +Running\nIP: +10\.244\.0\.4\n[\s\S]*Image: +nginx:1\.27\n[\s\S]*QoS Class: +BestEffort\n/,
    );
    expect(await it.out(`get -f ${path} -o name`)).toBe('pod/nginx\n');
    expect(JSON.parse(await it.out('get pod nginx -o json')).spec.containers[0].image).toBe('nginx:1.27');
    expect(await it.out("get pods -o jsonpath='{.items[*].metadata.name}'")).toBe('nginx');
    expect(await it.out('delete pod nginx')).toMatch(/^pod "nginx" deleted(?: from default namespace)?\n$/);
    expect((await it.kubectl('get pods')).stderr).toBe('No resources found in default namespace.\n');
  });

  test('run, and what is wrong with it', async () => {
    expect(await it.out('run nignx --image=nginx')).toBe('pod/nignx created\n');
    expect((await it.kubectl('run Web --image=nginx')).stderr).toMatch(
      /^The Pod "Web" is invalid: \n?(?:\* )?metadata\.name: Invalid value: "Web": a lowercase RFC 1123 subdomain/,
    );
    const patched = await it.kubectl(`patch pod nignx -p '{"spec":{"restartPolicy":"Never"}}'`);
    expect(patched.stderr).toMatch(
      /spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,[\s\S]*- restartPolicy: "Always"\n\s*\+ restartPolicy: "Never"/,
    );
    expect(await it.out('label pod nignx tier=web')).toBe('pod/nignx labeled\n');
    expect(await it.out('annotate pod nignx note=hello')).toBe('pod/nignx annotated\n');
    expect(rows(await it.out('get pods --show-labels -l tier=web'))[1]).toEqual([
      'nignx',
      '0/1',
      'Pending',
      '0',
      '<age>',
      'run=nignx,tier=web',
    ]);
    await it.out('delete pod nignx');
  });

  test('a ReplicationController and a ReplicaSet from the notes', async () => {
    expect(await it.out('create -f -', controller)).toBe('replicationcontroller/myapp-rc created\n');
    expect(await it.out('create -f -', replicaSet)).toBe('replicaset.apps/myapp-rs created\n');
    await until(async () => (await it.out('get pods -o name')).trim().split('\n').length === 6);
    await it.run();
    await until(async () => (await it.out("get rc,rs -o jsonpath='{.items[*].status.readyReplicas}'")) === '3 3');
    expect(rows(await it.out('get replicationcontrollers'))).toEqual([
      ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'],
      ['myapp-rc', '3', '3', '3', '<age>'],
    ]);
    expect(rows(await it.out('get replicaset -o wide'))).toEqual([
      ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR'],
      ['myapp-rs', '3', '3', '3', '<age>', 'nginx-container', 'nginx', 'type=front-end'],
    ]);
    expect(await it.out('scale --replicas=6 replicaset myapp-rs')).toBe('replicaset.apps/myapp-rs scaled\n');
    expect((await it.kubectl('scale --replicas=-1 replicaset myapp-rs')).code).toBe(1);
    await until(async () => (await it.out('get pods -o name')).trim().split('\n').length === 9);
    await it.out('delete rc,rs --all');
    await until(async () => (await it.out('get pods -o name')) === '');
  });

  test('a Deployment from the notes: rolled out, scaled, edited, undone', async () => {
    const path = await it.file('deployment.yml', deployment);
    expect((await it.kubectl(`create -f ${path} --record`)).stdout).toBe('deployment.apps/myapp-deployment created\n');
    await until(async () => (await it.out('get pods -o name')).trim().split('\n').length === 3);
    await it.run();
    expect(await it.out('rollout status deployment.apps/myapp-deployment')).toMatch(
      /deployment "myapp-deployment" successfully rolled out\n$/,
    );
    expect(rows(await it.out('get deployments'))).toEqual([
      ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
      ['myapp-deployment', '3/3', '3', '3', '<age>'],
    ]);
    expect(rows(await it.out('get all'))).toEqual([
      ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
      ...Array.from({ length: 3 }, () => ['pod/myapp-deployment-<hash>-<id>', '1/1', 'Running', '0', '<age>']),
      [''],
      ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
      ['service/kubernetes', 'ClusterIP', '<ip>', '<none>', '443/TCP', '<age>'],
      [''],
      ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
      ['deployment.apps/myapp-deployment', '3/3', '3', '3', '<age>'],
      [''],
      ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'],
      ['replicaset.apps/myapp-deployment-<hash>', '3', '3', '3', '<age>'],
    ]);
    const described = await it.out('describe deployment myapp-deployment');
    const parts = [
      /^Name: {19}myapp-deployment\nNamespace: {14}default\n/,
      /\nLabels: {17}app=nginx\n {24}tier=frontend\n/,
      /\nSelector: {15}app=myapp\nReplicas: {15}3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable\nStrategyType: {11}RollingUpdate\nMinReadySeconds: {8}0\nRollingUpdateStrategy: {2}25% max unavailable, 25% max surge\n/,
      /\n {2}Type {11}Status {2}Reason\n {2}---- {11}------ {2}------\n {2}Available {6}True {4}MinimumReplicasAvailable\n {2}Progressing {4}True {4}NewReplicaSetAvailable\nOldReplicaSets: {2}<none>\nNewReplicaSet: {3}myapp-deployment-[0-9a-z]+ \(3\/3 replicas created\)\n/,
      /ScalingReplicaSet +\d+s +deployment-controller +Scaled up replica set myapp-deployment-[0-9a-z]+ from 0 to 3\n/,
    ];
    for (const part of parts) expect(described).toMatch(part);
    expect(
      rows(await it.out('get events')).some((row) =>
        row.join(' ').match(/<age> Normal ScalingReplicaSet deployment\/myapp-deployment Scaled up replica set/),
      ),
    ).toBe(true);
  });

  test('set image, edit, history, undo', async () => {
    expect(await it.out('set image deployment/myapp-deployment nginx=nginx:1.9.1')).toBe(
      'deployment.apps/myapp-deployment image updated\n',
    );
    const history = async (): Promise<readonly string[]> =>
      rows(await it.out('rollout history deployment.apps/myapp-deployment')).map((row) => row.join(' '));
    await until(async () => (await history()).length === 4);
    expect((await history())[1]).toBe('REVISION CHANGE-CAUSE');
    expect((await history())[2]).toMatch(/^1 kubectl create --filename=\S*deployment\.yml --record=true$/);
    const editor = await it.file('editor.sh', '#!/bin/sh\nsed -i "s/replicas: 3/replicas: 2/" "$1"\n');
    const edited = await it.kubectl('edit deployment myapp-deployment', { env: { EDITOR: `sh ${editor}` } });
    expect([edited.code, edited.stdout]).toEqual([0, 'deployment.apps/myapp-deployment edited\n']);
    expect(await it.out("get deployment myapp-deployment -o jsonpath='{.spec.replicas}'")).toBe('2');
    expect((await it.kubectl('rollout undo deployment/myapp-deployment')).stdout).toBe('deployment.apps/myapp-deployment rolled back\n');
    await until(async () => (await history()).some((line) => line.startsWith('3 ')));
    expect(await it.out("get deployment myapp-deployment -o jsonpath='{.spec.template.spec.containers[0].image}'")).toBe('nginx');
    expect(await it.out('scale deployment myapp-deployment --replicas=1')).toBe('deployment.apps/myapp-deployment scaled\n');
    const wrong = await it.kubectl(`patch deployment myapp-deployment -p '{"spec":{"template":{"metadata":{"labels":{"app":"x"}}}}}'`);
    expect(wrong.stderr).toBe(
      'The Deployment "myapp-deployment" is invalid: spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`\n',
    );
    expect(await it.out('delete deployment myapp-deployment')).toMatch(/^deployment\.apps "myapp-deployment" deleted/);
  });

  test('create deployment, expose, and the Service of the notes', async () => {
    expect(await it.out('create deployment hello-minikube --image=kicbase/echo-server:1.0')).toBe(
      'deployment.apps/hello-minikube created\n',
    );
    expect(await it.out('expose deployment hello-minikube --type=NodePort --port=8080')).toBe('service/hello-minikube exposed\n');
    expect(await it.out('create -f -', service)).toBe('service/myapp-service created\n');
    expect(rows(await it.out('get services -o wide'))).toEqual([
      ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE', 'SELECTOR'],
      ['hello-minikube', 'NodePort', '<ip>', '<none>', '8080:<nodePort>/TCP', '<age>', 'app=hello-minikube'],
      ['kubernetes', 'ClusterIP', '<ip>', '<none>', '443/TCP', '<age>', '<none>'],
      ['myapp-service', 'ClusterIP', '<ip>', '<none>', '80/TCP', '<age>', 'app=myapp,type=backend'],
    ]);
    await until(async () => (await it.out('get pods -o name')).includes('hello-minikube'));
    await it.run();
    await until(async () => (await it.out('get endpointslices -l kubernetes.io/service-name=hello-minikube')).includes('10.244.0.4'));
    const described = await it.out('describe service hello-minikube');
    expect(described).toMatch(
      /\nSelector: +app=hello-minikube\nType: +NodePort\nIP Family Policy: +SingleStack\nIP Families: +IPv4\nIP: +10\.96\./,
    );
    expect(described).toMatch(/\nTargetPort: +8080\/TCP\nNodePort: +<unset> {2}3\d{4}\/TCP\nEndpoints: +10\.244\.0\.4:8080\n/);
    const taken = await it.kubectl('create service nodeport other --tcp=80 --node-port=80');
    expect(taken.stderr).toMatch(
      /spec\.ports\[0\]\.nodePort: Invalid value: 80: provided port is not in the valid range\. The range of valid ports is 30000-32767/,
    );
    expect(await it.out('delete service hello-minikube')).toMatch(/^service "hello-minikube" deleted/);
    await it.out('delete deployment hello-minikube');
  });

  test('nodes', async () => {
    const now = new Date().toISOString().replace(/\.\d+/, '');
    await it.api.client.create(nodeKind, {
      metadata: { name: 'minikube', labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { podCIDR: '10.244.0.0/24' },
      status: {
        capacity: { cpu: '2', memory: '4Gi', pods: '110' },
        allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'kubelet is ready',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
        addresses: [
          { type: 'InternalIP', address: '192.168.49.2' },
          { type: 'Hostname', address: 'minikube' },
        ],
        nodeInfo: {
          ...{ architecture: 'amd64', bootID: '', kubeProxyVersion: '', machineID: '', operatingSystem: 'linux', systemUUID: '' },
          ...{ containerRuntimeVersion: 'docker://27.4.1', kernelVersion: '6.1', kubeletVersion: 'v1.33.0', osImage: 'Debian' },
        },
      },
    });
    expect(rows(await it.out('get nodes'))).toEqual([
      ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION'],
      ['minikube', 'Ready', 'control-plane', '<age>', 'v1.33.0'],
    ]);
    expect(rows(await it.out('get nodes -o wide'))[1]?.slice(5)).toEqual(['192.168.49.2', '<none>', 'Debian', '6.1', 'docker://27.4.1']);
    expect(await it.out('cordon minikube')).toBe('node/minikube cordoned\n');
    expect(rows(await it.out('get nodes'))[1]?.[1]).toBe('Ready,SchedulingDisabled');
    expect(await it.out('taint nodes minikube a=b:NoSchedule')).toBe('node/minikube tainted\n');
    expect(await it.out('describe node minikube')).toMatch(
      /^Name: +minikube\nRoles: +control-plane\n[\s\S]*Taints: +[\s\S]*a=b:NoSchedule[\s\S]*\nUnschedulable: +true\n[\s\S]*PodCIDR: +10\.244\.0\.0\/24\n/,
    );
  });

  test('rights', async () => {
    expect(await it.out('auth can-i create pods')).toBe('yes\n');
    expect(await it.kubectl('auth can-i create pods --as jane')).toMatchObject({ code: 1, stdout: 'no\n' });
    await it.out('create role reader --verb=get,list --resource=pods');
    await it.out('create rolebinding jane-reads --role=reader --user=jane');
    expect(await it.out('auth can-i list pods --as jane')).toBe('yes\n');
    expect((await it.kubectl('get deployments --as jane')).stderr).toBe(
      'Error from server (Forbidden): deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" in the namespace "default"\n',
    );
    expect(rows(await it.out('auth can-i --list --as jane'))).toEqual(expect.arrayContaining([['pods', '[]', '[]', '[get list]']]));
    expect(await it.out('create token default')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test('configuration', async () => {
    expect(await it.out('create configmap settings --from-literal=a=b')).toBe('configmap/settings created\n');
    expect(await it.out('create secret generic keys --from-literal=password=hunter2')).toBe('secret/keys created\n');
    expect(await it.out('describe secret keys')).toMatch(/\nType: {2}Opaque\n\nData\n====\npassword: {2}7 bytes\n$/);
    expect(rows(await it.out('get cm,secret'))).toEqual([
      ['NAME', 'DATA', 'AGE'],
      ['configmap/kube-root-ca.crt', '1', '<age>'],
      ['configmap/settings', '1', '<age>'],
      [''],
      ['NAME', 'TYPE', 'DATA', 'AGE'],
      ['secret/keys', 'Opaque', '1', '<age>'],
    ]);
    expect((await it.kubectl('create configmap bad --from-literal=a/b=c')).code).toBe(1);
    expect(await it.out('create namespace team')).toBe('namespace/team created\n');
    expect(await it.out('delete namespace team')).toBe('namespace "team" deleted\n');
  });

  test('watched as it happens', async () => {
    await using pods = it.follow('get pods -w --output-watch-events -l run=seen');
    await it.out('run seen --image=nginx');
    expect(rows(await pods.next())).toEqual([['EVENT', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']]);
    expect(rows(await pods.next())).toEqual([['ADDED', 'seen', '0/1', 'Pending', '0', '<age>']]);
    await it.run();
    expect(rows(await pods.next())).toEqual([['MODIFIED', 'seen', '1/1', 'Running', '0', '<age>']]);
    await it.out('delete pod seen');
    expect(rows(await pods.next())).toEqual([['DELETED', 'seen', '1/1', 'Running', '0', '<age>']]);
  });

  test('what is allowed and hardly meant is warned of', async () => {
    const tiny = pod.replace('image: nginx', 'image: nginx\n      resources: { requests: { memory: 100m } }');
    const { code, stderr } = await it.kubectl('create --dry-run=server -f -', { input: tiny });
    expect([code, stderr]).toEqual([
      0,
      'Warning: spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer\n',
    ]);
  });

  test('server-side apply creates and changes, and what client-side apply made becomes its own', async () => {
    const manifest = (image: string): string => pod.replace('image: nginx', `image: ${image}`);
    await it.out('apply -f -', manifest('nginx'));
    const first = await it.kubectl('apply --server-side -f -', { input: manifest('httpd') });
    const second = await it.kubectl('apply --server-side -f -', { input: manifest('redis') });
    expect([first.code, first.stderr, first.stdout, second.stdout]).toEqual([
      0,
      '',
      'pod/nginx serverside-applied\n',
      'pod/nginx serverside-applied\n',
    ]);
    const fields = await it.out('get pod nginx --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}');
    expect(fields.split(' ')).not.toContain('kubectl-client-side-apply');
    expect(await it.out('get pod nginx -o yaml')).not.toContain('managedFields');
  });
});
