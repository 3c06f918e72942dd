/** The agent as a whole: the node image with this checkout's agent on the machine's real engine, against a real API server. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap } from '../api/kinds/core/config-map.ts';
import { event } from '../api/kinds/core/event.ts';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { secret } from '../api/kinds/core/secret.ts';
import { service } from '../api/kinds/core/service.ts';
import { endpointSlice } from '../api/kinds/discovery/endpoint-slice.ts';
import type { ContainerStatus, Pod } from '../api/types.gen.ts';
import { openTunnel } from '../cluster/ports/tunnel.ts';
import { queryDns } from '../cluster/steps/dns-probe.ts';
import { docker } from '../testing/docker.ts';
import { type TestNode, type TestPod, testNode } from '../testing/test-node.ts';

/** Runs `command` until it is asked to end; a shell as the first process takes notice of SIGTERM only when it says so. */
const serve = (command: string): string => `trap "exit 0" TERM; ${command} & wait`;
const signal = new AbortController().signal;

let node: TestNode;
beforeAll(async () => {
  node = await testNode();
}, 300_000);
afterAll(() => node[Symbol.asyncDispose]());

const main = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.[0];
const isReady = (pod: Pod): boolean => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const idOf = (pod: Pod): string => main(pod)?.containerID?.replace('docker://', '') ?? '';
const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
async function ready(pod: TestPod): Promise<Pod> {
  await node.run(pod);
  return node.podWhen(pod.name, isReady);
}
async function over(pod: TestPod): Promise<Pod> {
  await node.run({ ...pod, spec: { restartPolicy: 'Never', ...pod.spec } });
  return node.podWhen(pod.name, isOver);
}
const remove = (name: string): Promise<void> => node.api.client.delete(podKind, { namespace: 'default', name });
async function eventsOf(name: string): Promise<readonly string[]> {
  const { items } = await node.api.client.list(event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` });
  return items.map(({ reason, message }) => `${reason}: ${message}`);
}
async function kubelet(path: string, options: RequestOptions = {}): Promise<{ readonly status: number; readonly body: string }> {
  const { host, port, serverName: servername, caPem: ca, certificatePem: cert, keyPem: key } = node.endpoint;
  return new Promise((resolve, reject) => {
    request({ host, port, servername, ca, cert, key, path, agent: false, ...options }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
const logs = async (name: string, query = ''): Promise<string> => (await kubelet(`/containerLogs/default/${name}/main?${query}`)).body;

test('the node says what it is and that it is ready', async () => {
  await expect
    .poll(async () => {
      const { status } = await node.api.client.get(nodeKind, { name: node.name });
      return status?.conditions?.find(({ type }) => type === 'Ready');
    })
    .toMatchObject({ status: 'True', reason: 'KubeletReady' });
  const { status, spec } = await node.api.client.get(nodeKind, { name: node.name });
  expect(spec.podCIDR).toBe(node.config.podCidr);
  expect(status?.addresses).toContainEqual({ type: 'InternalIP', address: node.config.nodeIp });
  expect(status?.images?.flatMap(({ names }) => names)).toContain('minato-test-busybox:1');
});

describe('a pod', () => {
  test('runs with an address of the node’s range, its environment, and its volumes, which follow their objects', async () => {
    const { client } = node.api;
    const settings = { metadata: { name: 'settings', namespace: 'default' }, data: { color: 'blue', 'a.conf': 'one' } };
    await client.create(configMap, settings);
    await client.create(secret, {
      metadata: { name: 'keys', namespace: 'default' },
      data: { token: Buffer.from('s3cret').toString('base64') },
    });
    const pod = await ready({
      name: 'configured',
      script: `echo $COLOR $TOKEN $ME $IP; cat /etc/settings/a.conf /etc/keys/token; ls -l /etc/keys/..data/token; ${serve('sleep infinity')}`,
      metadata: { labels: { tier: 'front' } },
      container: {
        env: [
          { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'ME', value: 'I am $(NAME)' },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/settings' },
          { name: 'keys', mountPath: '/etc/keys', readOnly: true },
        ],
      },
      spec: {
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
        ],
      },
    });
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: node.config.nodeIp, qosClass: 'BestEffort' });
    expect(pod.status?.podIP).toMatch(new RegExp(`^${node.config.podCidr.replace('.0/24', '')}\\.`));
    expect(main(pod)).toMatchObject({ ready: true, started: true, restartCount: 0, image: 'minato-test-busybox:1' });
    // It is Ready as soon as it has been started, which may be before it has written all of this.
    await expect.poll(() => logs('configured')).toMatch(/-r-------- .* \/etc\/keys/);
    expect(await logs('configured')).toContain(`blue s3cret I am configured ${pod.status?.podIP}\nones3cret`);
    await client.update(configMap, { ...settings, data: { 'a.conf': 'two' } });
    await expect.poll(() => docker('exec', idOf(pod), 'cat', '/etc/settings/a.conf'), { timeout: 10_000 }).toBe('two');
  });

  test('that refers to what is not there waits, and says for what', async () => {
    await node.run({ name: 'missing', container: { envFrom: [{ configMapRef: { name: 'nowhere' } }] } });
    const pod = await node.podWhen('missing', (each) => main(each)?.state?.waiting?.reason === 'CreateContainerConfigError');
    expect(main(pod)?.state?.waiting?.message).toBe('configmap "nowhere" not found');
    expect(await kubelet('/containerLogs/default/missing/main')).toEqual({
      status: 400,
      body: 'container "main" in pod "missing" is waiting to start: CreateContainerConfigError',
    });
    await node.run({ name: 'unmounted', spec: { volumes: [{ name: 'v', secret: { secretName: 'nowhere' } }] } });
    await expect
      .poll(() => eventsOf('unmounted'))
      .toContain('FailedMount: MountVolume.SetUp failed for volume "v" : secret "nowhere" not found');
    // The sandbox that was made beside the volumes has been given back.
    expect((await node.podWhen('unmounted', () => true)).status?.podIP).toBeUndefined();
    await node.api.client.create(secret, { metadata: { name: 'nowhere', namespace: 'default' } });
    await node.podWhen('unmounted', ({ status }) => status?.phase === 'Running' && status.podIP !== undefined);
  });

  test('that fails again and again is held back, and shows why', async () => {
    await node.run({ name: 'crashing', script: 'echo run; echo last words >/dev/termination-log; exit 3' });
    const pod = await node.podWhen('crashing', (each) => main(each)?.state?.waiting?.reason === 'CrashLoopBackOff');
    const uid = pod.metadata.uid;
    expect(main(pod)).toMatchObject({
      restartCount: 1,
      ready: false,
      state: { waiting: { message: `back-off 10s restarting failed container=main pod=crashing_default(${uid})` } },
      lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'last words\n' } },
    });
    expect(pod.status?.phase).toBe('Running');
    expect(await logs('crashing', 'previous=true')).toBe('run\n');
    await expect
      .poll(() => eventsOf('crashing'))
      .toContain(`BackOff: Back-off restarting failed container main in pod crashing_default(${uid})`);
  });

  test.each([
    ['succeeds', 'exit 0', 'Succeeded', 'Completed'],
    ['fails', 'exit 5', 'Failed', 'Error'],
  ])('that %s and shall not be restarted is over', async (name, script, phase, reason) => {
    const pod = await over({ name, script });
    expect(pod.status).toMatchObject({ phase, containerStatuses: [{ restartCount: 0, state: { terminated: { reason } } }] });
  });

  test('runs its init containers first, one after the other', async () => {
    const init = (name: string, script: string) => ({ name, image: 'minato-test-busybox:1', command: ['sh', '-c', script] });
    const mount = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] };
    const pod = await over({
      name: 'initialised',
      script: 'cat /shared/file',
      container: mount,
      spec: {
        initContainers: [
          { ...init('first', 'echo 1 >/shared/file'), ...mount },
          { ...init('second', 'echo 2 >>/shared/file'), ...mount },
        ],
        volumes: [{ name: 'shared', emptyDir: {} }],
      },
    });
    expect(pod.status?.phase).toBe('Succeeded');
    expect(await logs('initialised')).toBe('1\n2\n');
  });

  test('ends when it is asked to: preStop hook, SIGTERM, and nothing is left on the engine', async () => {
    const pod = await ready({
      name: 'polite',
      script: 'trap "echo ended; sleep 0.1; exit 7" TERM; touch /trapped; while :; do sleep 0.05; done',
      container: {
        lifecycle: {
          // Before its trap is set, a first process has no action for SIGTERM, and the kernel drops it.
          preStop: { exec: { command: ['sh', '-c', 'until [ -e /trapped ]; do sleep 0.05; done; echo hook >/proc/1/fd/1'] } },
        },
      },
      spec: { terminationGracePeriodSeconds: 20 },
    });
    const following = logs('polite', 'follow=true');
    await remove('polite');
    expect(await following).toBe('hook\nended\n');
    await node.podGone('polite');
    await expect.poll(() => docker('ps', '-aq', '--filter', `label=io.kubernetes.pod.uid=${pod.metadata.uid}`)).toBe('');
    expect(await docker('exec', node.containerName, 'ls', '/var/lib/minato/pods')).not.toContain(pod.metadata.uid);
    await expect.poll(() => eventsOf('polite')).toContain('Killing: Stopping container main');
  });

  const hostAliases = [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }];
  const aliasesAdded = '\n# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.local\n';
  test('has the kubelet’s /etc/hosts, or its own', async () => {
    await over({ name: 'named', script: 'cat /etc/hosts', spec: { hostAliases } });
    const text = await logs('named');
    expect(text).toMatch(/^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/);
    // Its own address is not looked up: its sandbox may be gone by now, as the pod has ended.
    const address = /\n([\d.]+)\tnamed\n/.exec(text)?.[1] ?? '';
    expect(address).toMatch(/^10\.\d+\.\d+\.\d+$/);
    expect(text.endsWith(`\n${address}\tnamed\n${aliasesAdded}`)).toBe(true);
    await node.api.client.create(configMap, { metadata: { name: 'hosts', namespace: 'default' }, data: { hosts: 'mine\n' } });
    await over({
      name: 'own-hosts',
      script: 'cat /etc/hosts',
      container: { volumeMounts: [{ name: 'hosts', mountPath: '/etc/hosts', subPath: 'hosts' }] },
      spec: { volumes: [{ name: 'hosts', configMap: { name: 'hosts' } }] },
    });
    expect(await logs('own-hosts')).toBe('mine\n');
  });

  test('mounts what a node has, its logs included, and is told what it has not', async () => {
    const types = ['/tmp', '/var/log', '/var/lib', '/etc', '/opt', '/mnt', '/srv', '/home'].map((path) => [path, 'Directory'] as const);
    const wanted = [...types, ['/etc/machine-id', 'File'], ['/var/lib/docker/containers', '']] as const;
    const volumes = wanted.map(([path, type], index) => ({ name: `v${index}`, hostPath: { path, type } }));
    const pod = await over({
      name: 'on-node',
      script:
        'echo spoken; cat /node/etc/os-release /node/etc/machine-id; until grep spoken /node/var/log/pods/default_on-node_*/main/0.log >/dev/termination-log; do :; done',
      container: {
        volumeMounts: [
          ...wanted.map(([path], index) => ({ name: `v${index}`, mountPath: `/node${path}` })).slice(0, -2),
          { name: `v${wanted.length - 1}`, mountPath: '/var/lib/docker/containers', readOnly: true },
        ],
      },
      spec: { volumes },
    });
    const { status } = await node.api.client.get(nodeKind, { name: node.name });
    expect(await logs('on-node')).toMatch(new RegExp(`^spoken\\nPRETTY_NAME="Debian[^]*\\n${status?.nodeInfo?.machineID}\\n$`));
    expect(main(pod)?.state?.terminated?.message).toContain('"log":"spoken\\n"');
    const folder = '/var/lib/minato/hostpath/var/log/';
    expect(await docker('exec', node.containerName, 'ls', `${folder}containers`)).toContain(`on-node_default_main-${idOf(pod)}.log`);
    await remove('on-node');
    await node.podGone('on-node');
    await expect.poll(() => docker('exec', node.containerName, 'ls', `${folder}pods`, `${folder}containers`)).not.toContain('on-node');
    await node.run({ name: 'not-on-node', spec: { volumes: [{ name: 'v', hostPath: { path: '/nowhere', type: 'Directory' } }] } });
    await expect
      .poll(() => eventsOf('not-on-node'))
      .toContain('FailedMount: MountVolume.SetUp failed for volume "v" : hostPath type check failed: /nowhere is not a directory');
    await remove('not-on-node');
  });

  test('with the node’s network has the node’s address', async () => {
    const spec = { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', hostAliases };
    const pod = await over({ name: 'on-host', script: 'hostname; ip -4 -o addr show eth0; cat /etc/resolv.conf /etc/hosts', spec });
    const nodeHosts = await docker('exec', node.containerName, 'cat', '/etc/hosts');
    expect(await logs('on-host')).toContain(`# Kubernetes-managed hosts file (host network).\n${nodeHosts.trim()}\n${aliasesAdded}`);
    expect(pod.status?.podIP).toBe(node.config.nodeIp);
    expect(await logs('on-host')).toContain(`${node.name}\n`);
    expect(await logs('on-host')).toContain(node.config.nodeIp);
    expect(await logs('on-host')).toContain(`nameserver ${node.config.dnsIp}\n`);
  });
});

describe('an image', () => {
  test('that cannot be pulled is told in the engine’s words, then held back', async () => {
    const image = 'localhost:1/nothing:1';
    await node.run({ name: 'unpulled', container: { image } });
    const failed = await node.podWhen('unpulled', (each) => main(each)?.state?.waiting?.reason === 'ErrImagePull');
    const reason = main(failed)?.state?.waiting?.message ?? '';
    expect(reason).toMatch(/^Error response from daemon: .*connection refused/);
    const held = await node.podWhen('unpulled', (each) => main(each)?.state?.waiting?.reason === 'ImagePullBackOff');
    expect(main(held)?.state?.waiting?.message).toBe(`Back-off pulling image "${image}": ErrImagePull: ${reason}`);
    expect(await logs('unpulled')).toBe('container "main" in pod "unpulled" is waiting to start: trying and failing to pull image');
    await expect.poll(() => eventsOf('unpulled')).toContain(`Failed: Failed to pull image "${image}": ${reason}`);
    await remove('unpulled');
    await node.podGone('unpulled');
  });

  test('that shall never be pulled and is not there is told so', async () => {
    await node.run({ name: 'never', container: { image: 'minato-test-nothing:1', imagePullPolicy: 'Never' } });
    const pod = await node.podWhen('never', (each) => main(each)?.state?.waiting?.reason === 'ErrImageNeverPull');
    expect(main(pod)?.state?.waiting?.message).toBe('Container image "minato-test-nothing:1" is not present with pull policy of Never');
  });
});

describe('probes', () => {
  test('decide whether a container is ready, and whether it lives', async () => {
    await node.run({
      name: 'probed',
      script: `touch /alive; ${serve('sleep infinity')}`,
      container: {
        readinessProbe: { exec: { command: ['cat', '/ready'] }, periodSeconds: 1 },
        livenessProbe: { exec: { command: ['cat', '/alive'] }, periodSeconds: 1, failureThreshold: 1 },
      },
    });
    const running = await node.podWhen('probed', (each) => main(each)?.state?.running !== undefined);
    await expect
      .poll(() => eventsOf('probed'), { timeout: 10_000 })
      .toContainEqual(expect.stringMatching(/^Unhealthy: Readiness probe failed: cat: .*\/ready/));
    expect(isReady(await node.podWhen('probed', () => true))).toBe(false);
    await docker('exec', idOf(running), 'touch', '/ready');
    await node.podWhen('probed', isReady);
    await docker('exec', idOf(running), 'rm', '/alive');
    const restarted = await node.podWhen('probed', (each) => (main(each)?.restartCount ?? 0) > 0);
    expect(idOf(restarted)).not.toBe(idOf(running));
    await expect.poll(() => eventsOf('probed')).toContain('Killing: Container main failed liveness probe, will be restarted');
  });
});

describe('the kubelet API', () => {
  test('gives the output as asked for', async () => {
    await over({ name: 'talkative', script: 'for i in 1 2 3; do echo line $i; done' });
    await over({ name: 'complaining', script: 'echo problem >&2' });
    expect(await logs('complaining')).toBe('problem\n');
    expect(await logs('talkative', 'tailLines=1')).toBe('line 3\n');
    expect(await logs('talkative', 'limitBytes=9')).toBe('line 1\nli');
    expect(await logs('talkative', 'timestamps=true&tailLines=3')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z line 1\n/);
    expect(await logs('talkative', `sinceTime=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toBe('');
  });

  test.each([
    ['/containerLogs/default/nobody/main', 404, 'pod "nobody" does not exist\n'],
    ['/containerLogs/default/talkative/other', 404, 'container "other" not found in pod "talkative"\n'],
    ['/containerLogs/default/talkative/main?previous=true', 400, 'previous terminated container "main" in pod "talkative" not found'],
    ['/containerLogs/default/talkative/main?tailLines=-1', 422, '{"message": "Invalid request."}'],
    ['/nothing', 404, '404: Page Not Found'],
  ])('says what is wrong with %s', async (path, status, body) => {
    expect(await kubelet(path)).toEqual({ status, body });
  });

  test('is for the control plane only', async () => {
    const other = await node.api.identity('system:node:other', 'system:nodes');
    expect((await kubelet('/pods', { cert: other.certificatePem, key: other.keyPem })).status).toBe(403);
    expect((await kubelet('/pods', { cert: undefined, key: undefined })).status).toBe(401);
    const { status, body } = await kubelet('/pods');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ kind: 'PodList' });
  });

  test('carries streams to pods, each direction ending by itself; a refusal says why', async () => {
    const pod = await ready({ name: 'echo', script: serve('nc -ll -p 7 -e cat') });
    const target = `${pod.status?.podIP}:7`;
    await expect
      .poll(async () => {
        const stream = await openTunnel(node.endpoint, target, signal);
        stream.end('there and back');
        return text(stream);
      })
      .toBe('there and back');
    await expect(openTunnel(node.endpoint, `${pod.status?.podIP}:8`, signal)).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining(`dial tcp ${pod.status?.podIP}:8: connect: connection refused`),
    });
  });
});

/** Asks again and again: a datagram may come before there is anybody to take it. */
async function askUdp(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  const again = setInterval(() => socket.send('hello', port, host), 100);
  try {
    return String((await once(socket, 'message'))[0]);
  } finally {
    clearInterval(again);
    socket.close();
  }
}

describe('a hostPort', () => {
  test('is the node’s, for pods, for the node’s own network and from outside, by TCP and UDP, and goes with its pod', async () => {
    const tcp = { containerPort: 8080, hostPort: 18080 };
    const local = { containerPort: 8080, hostPort: 18081, hostIP: '127.0.0.1' };
    await ready({ name: 'host-port', script: serve('nc -ll -p 8080 -e echo served'), container: { ports: [tcp, local] } });
    const echo = `require('dgram').createSocket('udp4').on('message',function(text,from){this.send('udp '+text,from.port,from.address)}).bind(5300)`;
    await ready({
      name: 'host-port-udp',
      container: {
        image: node.config.sandboxImage,
        command: ['/usr/local/bin/node', '-e', echo],
        ports: [{ containerPort: 5300, hostPort: 15300, protocol: 'UDP' }],
      },
    });
    const client = idOf(await ready({ name: 'host-port-client' }));
    const onHost = idOf(await ready({ name: 'host-port-on-host', spec: { hostNetwork: true } }));
    const ask = (id: string, to: string) => docker('exec', id, 'sh', '-c', `nc -w 5 ${to} </dev/null 2>&1 || true`);
    const { nodeIp } = node.config;
    await expect.poll(() => ask(client, `${nodeIp} 18080`)).toBe('served');
    expect(await ask(onHost, '127.0.0.1 18080')).toBe('served');
    expect(await ask(onHost, '127.0.0.1 18081')).toBe('served');
    expect(await ask(client, `${nodeIp} 18081`)).toContain('refused');
    const outside = connect(18080, nodeIp);
    expect(await text(outside)).toBe('served\n');
    expect(await askUdp(nodeIp, 15300)).toBe('udp hello');
    await remove('host-port');
    await expect.poll(() => ask(client, `${nodeIp} 18080`)).toContain('refused');
    for (const name of ['host-port-udp', 'host-port-client', 'host-port-on-host']) await remove(name);
  });
});

describe('services', () => {
  test('are found by name and lead to their pods; those without pods refuse at once', async () => {
    const { client } = node.api;
    const server = await ready({ name: 'server', script: serve('nc -ll -p 8080 -e echo served') });
    const client1 = await ready({ name: 'client' });
    const inDefault = (name: string) => ({ name, namespace: 'default' });
    await client.create(service, { metadata: inDefault('web'), spec: { ports: [{ port: 80, targetPort: 8080 }] } });
    await client.create(service, { metadata: inDefault('empty'), spec: { ports: [{ port: 80 }] } });
    await client.create(endpointSlice, {
      metadata: { ...inDefault('web-1'), labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ port: 8080, protocol: 'TCP' }],
      endpoints: [{ addresses: [server.status?.podIP ?? ''], nodeName: node.name, conditions: { ready: true } }],
    });
    const ip = (await client.get(service, inDefault('web'))).spec.clusterIP ?? '';
    const dns = async (): Promise<readonly string[]> =>
      queryDns(await openTunnel(node.endpoint, `${node.config.dnsIp}:53`, signal), 'web.default.svc.cluster.local');
    await expect.poll(dns).toEqual([ip]);
    const ask = (host: string): Promise<string> => docker('exec', idOf(client1), 'sh', '-c', `nc -w 5 ${host} 80 </dev/null 2>&1 || true`);
    await expect.poll(() => ask('web')).toBe('served');
    expect(await ask('empty')).toContain('Connection refused');
  });
});

describe('what runs on', () => {
  const containersOf = ({ metadata }: Pod): Promise<string> =>
    docker('ps', '-q', '--no-trunc', '--filter', `label=io.kubernetes.pod.uid=${metadata.uid}`);

  /** Readiness as the API tells it from now on, until asked for. */
  async function watchReadiness(name: string): Promise<() => Promise<readonly boolean[]>> {
    const changes: boolean[] = [];
    const watching = new AbortController();
    const { resourceVersion } = await node.api.client.list(podKind, { namespace: 'default' });
    const scope = { namespace: 'default', fieldSelector: `metadata.name=${name}`, resourceVersion, signal: watching.signal };
    const watched = (async () => {
      for await (const each of node.api.client.watch(podKind, scope)) if (each.type !== 'BOOKMARK') changes.push(isReady(each.object));
    })();
    return async () => {
      watching.abort();
      await watched;
      return changes;
    };
  }

  test('an agent that starts again, even without the API server, leaves its pods as they are', async () => {
    const pod = await ready({ name: 'lasting', container: { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } } });
    const ids = await containersOf(pod);
    const readiness = await watchReadiness('lasting');
    {
      await using _ = await node.cutOff();
      await docker('restart', node.containerName);
      await expect
        .poll(() => docker('logs', '--tail', '60', node.containerName), { timeout: 10_000 })
        .toMatch(/the agent stops(?=[\s\S]*has started)(?=[\s\S]*watch of pods ended)/);
    }
    // Only a kubelet that has taken up its work again makes this one run.
    const newcomer = await ready({ name: 'newcomer' });
    expect(newcomer.status?.podIP).not.toBe(pod.status?.podIP);
    expect(await containersOf(pod)).toBe(ids);
    expect(await readiness()).not.toContain(false);
  });

  test('a pod whose sandbox dies gets another with the same address', async () => {
    const pod = await ready({ name: 'boxed' });
    const sandbox = await docker(
      'ps',
      '-q',
      '--filter',
      `label=io.kubernetes.pod.uid=${pod.metadata.uid}`,
      '--filter',
      'label=io.minato.role=sandbox',
    );
    await docker('kill', sandbox);
    const again = await node.podWhen('boxed', (each) => isReady(each) && (main(each)?.restartCount ?? 0) > 0);
    expect(again.status?.podIP).toBe(pod.status?.podIP);
    await expect.poll(() => eventsOf('boxed')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
  });

  test('pods come back after their node was stopped, with their addresses; those that were deleted meanwhile do not', async () => {
    const [kept, gone] = [await ready({ name: 'kept' }), await ready({ name: 'gone' })];
    await node.stop();
    await node.api.client.delete(podKind, { namespace: 'default', name: 'gone' }, { gracePeriodSeconds: 0 });
    await node.start();
    const again = await node.podWhen('kept', (each) => isReady(each) && (main(each)?.restartCount ?? 0) > 0);
    expect(again.metadata.uid).toBe(kept.metadata.uid);
    expect(again.status?.podIP).toBe(kept.status?.podIP);
    await expect.poll(() => docker('ps', '-aq', '--filter', `label=io.kubernetes.pod.uid=${gone.metadata.uid}`)).toBe('');
  });
});
