/** From a manifest to what is asked of the engine: sandboxes, containers, and the engine's own words for them. */
import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../api/types.gen.ts';
import { containerRecipe, sandboxRecipe } from '../runtime/docker-recipes.ts';
import type { ImageInfo } from '../runtime/runtime.ts';
import { containerSpec } from './container-spec.ts';
import { hostsFile } from './hosts-file.ts';
import { normalizeImage } from './image-reference.ts';
import { mountedResolvConf, resolvConf, sandboxSpec } from './sandbox-spec.ts';

const config = { nodeIp: '10.244.255.10', dnsIp: '10.96.0.10', dnsDomain: 'cluster.local' };
const nodeResolvConf = '# made by the engine\nnameserver 127.0.0.11\nsearch lan\noptions ndots:0\n';
const recipes = { cluster: 'c', node: 'n1', networkName: 'minato-c', sandboxImage: 'minato/node:1', nodeContainer: 'node-id' };
const pod = (spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}): Pod => ({
  metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
  spec: { containers: [{ name: 'a', image: 'nginx' }], ...spec },
  status,
});

describe('a sandbox', () => {
  const sandbox = (each: Pod, ip: string | undefined = '10.244.0.5') =>
    sandboxSpec({ pod: each, attempt: 1, ip, config, nodeResolvConf, memoryVolumes: [] });
  test('has the pod’s name, address and way to the node', () => {
    const spec = sandbox(pod());
    expect(spec).toMatchObject({
      hostname: 'web',
      environment: { POD_ROUTER: '10.244.255.10' },
    });
    const { name, body } = sandboxRecipe(spec, recipes);
    expect(name).toBe('k8s_POD_web_shop_u1_1');
    expect(body).toMatchObject({
      Image: 'minato/node:1',
      Hostname: 'web',
      HostConfig: { NetworkMode: 'minato-c', IpcMode: 'shareable', CapDrop: ['ALL'], CapAdd: ['NET_ADMIN'], RestartPolicy: { Name: 'no' } },
      NetworkingConfig: { EndpointsConfig: { 'minato-c': { IPAMConfig: { IPv4Address: '10.244.0.5' } } } },
      Labels: {
        'io.minato.cluster': 'c',
        'io.minato.node': 'n1',
        'io.minato.role': 'sandbox',
        'io.minato.pod-ip': '10.244.0.5',
        'io.minato.attempt': '1',
      },
    });
  });
  test('with the node’s network has no capability and no name of its own', () => {
    const { body } = sandboxRecipe(
      sandboxSpec({ pod: pod({ hostNetwork: true }), attempt: 0, ip: undefined, config, nodeResolvConf, memoryVolumes: [] }),
      recipes,
    );
    expect(body).toMatchObject({ Env: [], HostConfig: { NetworkMode: 'container:node-id', CapDrop: ['ALL'] } });
    expect(JSON.stringify(body)).not.toMatch(/Hostname|CapAdd|ExtraHosts/);
  });
  test.each([
    [{}, 'web', undefined],
    [{ hostname: 'db-0', subdomain: 'db' }, 'db-0', 'db.shop.svc.cluster.local'],
    [{ hostname: 'db-0', subdomain: 'db', setHostnameAsFQDN: true }, 'db-0.db.shop.svc.cluster.local', 'db.shop.svc.cluster.local'],
  ])('of a pod with %j is called %s', (spec, hostname, domainName) => {
    expect(sandbox(pod(spec))).toMatchObject({ hostname, ...(domainName ? { domainName } : {}) });
  });
  test('cuts a name that is too long, and not behind a dash', () => {
    const name = `${'a'.repeat(62)}-tail`;
    expect(sandbox({ ...pod(), metadata: { ...pod().metadata, name } }).hostname).toBe('a'.repeat(62));
  });
});

describe('resolv.conf', () => {
  const cluster = 'nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5';
  test.each([
    ['asks the cluster', {}, cluster],
    ['is the node’s', { dnsPolicy: 'Default' }, 'nameserver 127.0.0.11\nsearch lan\noptions ndots:0'],
    ['is the pod’s own', { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'] } }, 'nameserver 1.1.1.1\nsearch x'],
    [
      'is both, the pod’s options first',
      { dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } },
      'nameserver 10.96.0.10\nnameserver 1.1.1.1\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:2 edns0',
    ],
  ])('%s', (_, spec, expected) => {
    expect(resolvConf(pod(spec), { config, nodeResolvConf })).toBe(expected);
  });
  test.each([
    [{}, undefined],
    [{ hostNetwork: true }, undefined],
    [{ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, `${cluster}\n`],
    [{ hostNetwork: true, dnsConfig: { searches: ['x'] } }, 'nameserver 127.0.0.11\nsearch lan x\noptions ndots:0\n'],
  ])('of a pod with %j is mounted: %j', (spec, expected) => {
    expect(mountedResolvConf(pod(spec), { config, nodeResolvConf })).toBe(expected);
  });
});

describe('/etc/hosts', () => {
  const hosts = (spec: Partial<Pod['spec']>, podIp?: string): string =>
    hostsFile({ pod: pod(spec), podIp, nodeHosts: '127.0.0.1\tlocalhost\n10.244.255.10\tnode\n', dnsDomain: 'cluster.local' });
  const head = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;
  const hostAliases = [
    { ip: '10.1.2.3', hostnames: ['db', 'db.local'] },
    { ip: '10.1.2.4', hostnames: ['cache'] },
  ];
  const added = '\n# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.local\n10.1.2.4\tcache\n';
  test.each([
    ['the pod last', {}, `${head}10.244.0.5\tweb\n`],
    ['its full name first', { hostname: 'db-0', subdomain: 'db' }, `${head}10.244.0.5\tdb-0.db.shop.svc.cluster.local\tdb-0\n`],
    ['one line an alias, all its names on it', { hostAliases }, `${head}10.244.0.5\tweb\n${added}`],
  ])('has %s', (_, spec, expected) => {
    expect(hosts(spec, '10.244.0.5')).toBe(expected);
  });
  test('with the node’s network is the node’s, the aliases behind', () => {
    const own = '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n10.244.255.10\tnode\n';
    expect(hosts({ hostNetwork: true })).toBe(own);
    expect(hosts({ hostNetwork: true, hostAliases })).toBe(own + added);
  });
});

const image: ImageInfo = { id: 'sha256:1', tags: ['nginx:latest'], digests: [], sizeBytes: 1, user: '' };
interface Extra {
  readonly spec?: Partial<Pod['spec']>;
  readonly status?: Pod['status'];
  readonly user?: string;
}
function container(over: Partial<Container>, { spec, status, user = '' }: Extra = {}) {
  const environment = new Map([['NAME', 'web']]);
  const main: Container = { name: 'a', image: 'nginx', ...over };
  return containerSpec({
    pod: pod(spec, status),
    container: main,
    attempt: 0,
    sandboxId: 'box',
    image: { ...image, user },
    environment,
    mounts: [],
    nodeMemoryBytes: 4 * 1024 ** 3,
  });
}
const body = (over: Partial<Container>, extra?: Extra) => containerRecipe(container(over, extra), recipes).body;

describe('a container', () => {
  test('joins its sandbox and takes the image as it was pulled', () => {
    expect(body({})).toMatchObject({
      Image: 'sha256:1',
      Env: ['NAME=web'],
      Healthcheck: { Test: ['NONE'] },
      HostConfig: { NetworkMode: 'container:box', IpcMode: 'container:box', RestartPolicy: { Name: 'no' } },
      Labels: { 'io.minato.sandbox': 'box', 'io.minato.image': 'nginx', 'io.kubernetes.container.name': 'a' },
    });
    expect(Object.keys(body({}))).not.toEqual(expect.arrayContaining(['Entrypoint', 'Cmd', 'User']));
  });
  test.each([
    [{ command: ['run', '$(NAME)'] }, { Entrypoint: ['run', 'web'], Cmd: [] }],
    [{ args: ['$(NAME)', '$(OTHER)'] }, { Cmd: ['web', '$(OTHER)'] }],
    [
      { command: ['run'], args: ['x'] },
      { Entrypoint: ['run'], Cmd: ['x'] },
    ],
    [
      { workingDir: '/w', tty: true, stdin: true },
      { WorkingDir: '/w', Tty: true, OpenStdin: true },
    ],
  ])('with %j', (over, expected) => {
    expect(body(over)).toMatchObject(expected);
  });
  test.each([
    [{}, {}, { cpuShares: 2, oomScoreAdjust: 1000 }],
    [{ requests: { cpu: '500m', memory: '1Gi' } }, { qosClass: 'Burstable' }, { cpuShares: 512, oomScoreAdjust: 750 }],
    [
      { limits: { cpu: '1500m', memory: '256Mi' } },
      { qosClass: 'Guaranteed' },
      { cpuShares: 1536, cpuQuota: 150_000, memoryBytes: 256 * 1024 ** 2, oomScoreAdjust: 0 },
    ],
    [{ limits: { cpu: '1m' } }, {}, { cpuShares: 2, cpuQuota: 1000, oomScoreAdjust: 1000 }],
  ])('asking for %j (%j) gets %j', (resources, status, expected) => {
    expect(container({ resources }, { status }).resources).toEqual(expected);
  });
  test.each([
    [{ runAsUser: 1000 }, {}, { user: '1000' }],
    [{ runAsGroup: 2000 }, {}, { user: '0:2000' }],
    [{ runAsUser: 1000 }, { runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000] }, { user: '1000:2000', groups: ['3000', '4000'] }],
    [{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true }, {}, { noNewPrivileges: true, readOnlyRoot: true }],
    [{ capabilities: { add: ['SYS_TIME'], drop: ['ALL'] } }, {}, { addCapabilities: ['SYS_TIME'], dropCapabilities: ['ALL'] }],
  ])('secured by %j and %j', (securityContext, podWide, expected) => {
    expect(container({ securityContext }, { spec: { securityContext: podWide } }).security).toMatchObject(expected);
  });
  test.each([
    [{ runAsUser: 0 }, '', "container's runAsUser breaks non-root policy"],
    [{}, '', 'container has runAsNonRoot and image will run as root'],
    [{}, 'postgres', 'container has runAsNonRoot and image has non-numeric user (postgres), cannot verify user is non-root'],
  ])('that must not be root and is (%j, image %j) is refused', (securityContext, user, message) => {
    const where = ' (pod: "web_shop(u1)", container: a)';
    expect(() => container({ securityContext: { runAsNonRoot: true, ...securityContext } }, { user })).toThrow(message + where);
  });
});

test.each([
  ['nginx', 'nginx:latest'],
  ['nginx:1.27', 'nginx:1.27'],
  ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
  [`nginx@sha256:${'a'.repeat(64)}`, `nginx@sha256:${'a'.repeat(64)}`],
  ['Nginx', undefined],
  ['nginx:', undefined],
  ['a b', undefined],
  ['', undefined],
])('the image %j means %j', (text, expected) => {
  expect(normalizeImage(text)).toBe(expected);
});
