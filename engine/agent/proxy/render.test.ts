import { describe, expect, test } from 'vitest';
import type { NetworkRules } from '../../api/network-rules.ts';
import type { Endpoint, EndpointSlice, Node, Pod, Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';
import { hostPortRules } from './host-ports.ts';
import { podPolicies } from './pod-policies.ts';
import { renderRuleset } from './render.ts';
import { routeCommands, routesTo } from './routes.ts';
import { servicePorts } from './service-ports.ts';
import { staleFlows } from './stale-flows.ts';

const config = {
  nodeIp: '10.244.255.10',
  podCidr: '10.244.0.0/24',
  clusterCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  dnsIp: '10.96.0.10',
};

function service(name: string, spec: ServiceSpec, more: Partial<Service> = {}): Service {
  return { metadata: { name, namespace: 'default' }, ...more, spec: { clusterIP: '10.96.0.20', ...spec } };
}
function slice(
  name: string,
  endpoints: readonly Endpoint[],
  ports: EndpointSlice['ports'] = [{ port: 80, protocol: 'TCP' }],
): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': name };
  return { metadata: { name: `${name}-x`, namespace: 'default', labels }, addressType: 'IPv4', endpoints, ports };
}
const at = (ip: string, nodeName: string, conditions: Endpoint['conditions'] = { ready: true }): Endpoint => ({
  addresses: [ip],
  nodeName,
  conditions,
});
const port = (more: Partial<ServicePort> = {}): ServicePort => ({ port: 8080, protocol: 'TCP', ...more }) as ServicePort;
const both = [at('10.244.0.2', 'n1'), at('10.244.1.2', 'n2')];

function rules(services: readonly Service[], slices: readonly EndpointSlice[], apiServer?: { readonly ip: string; readonly port: number }) {
  return servicePorts({ nodeName: 'n1', ownIps: new Set([config.dnsIp]), services, slices, apiServer });
}
const ips = (targets: readonly { readonly ip: string; readonly port: number }[]) =>
  targets.map(({ ip, port: number }) => `${ip}:${number}`);
/** The targets of the only port, as inside → and outside →. */
function targetsOf(spec: ServiceSpec, endpoints: readonly Endpoint[]) {
  const [only] = rules([service('web', { ports: [port()], ...spec })], [slice('web', endpoints)]);
  return only && { internal: ips(only.internal), external: ips(only.external) };
}

describe('the targets of a Service', () => {
  const cases: readonly [string, ServiceSpec, readonly Endpoint[], readonly string[], readonly string[]][] = [
    ['ready ones, in order', {}, [...both].reverse(), ['10.244.0.2:80', '10.244.1.2:80'], ['10.244.0.2:80', '10.244.1.2:80']],
    [
      'not those that are not ready',
      {},
      [at('10.244.0.2', 'n1', { ready: false }), at('10.244.1.2', 'n2')],
      ['10.244.1.2:80'],
      ['10.244.1.2:80'],
    ],
    ['those of which nothing is known', {}, [at('10.244.0.2', 'n1', {})], ['10.244.0.2:80'], ['10.244.0.2:80']],
    [
      'those that end but serve, where no other is',
      {},
      [
        at('10.244.0.2', 'n1', { ready: false, serving: true, terminating: true }),
        at('10.244.0.3', 'n1', { ready: false, serving: false, terminating: true }),
      ],
      ['10.244.0.2:80'],
      ['10.244.0.2:80'],
    ],
    [
      'not those that end, where others are ready',
      {},
      [at('10.244.0.2', 'n1', { ready: false, serving: true, terminating: true }), at('10.244.1.2', 'n2')],
      ['10.244.1.2:80'],
      ['10.244.1.2:80'],
    ],
    [
      'local ones inside, where the policy says so',
      { internalTrafficPolicy: 'Local' },
      both,
      ['10.244.0.2:80'],
      ['10.244.0.2:80', '10.244.1.2:80'],
    ],
    [
      'local ones outside, where the policy says so',
      { externalTrafficPolicy: 'Local' },
      both,
      ['10.244.0.2:80', '10.244.1.2:80'],
      ['10.244.0.2:80'],
    ],
    ['none', {}, [], [], []],
  ];
  test.each(cases)('are %s', (_, spec, endpoints, ...expected) => {
    const [internal, external] = expected;
    expect(targetsOf(spec, endpoints)).toEqual({ internal, external });
  });

  test('have the number that the slice gives to the port of that name and protocol', () => {
    const named = service('web', {
      ports: [port({ name: 'http' }), port({ name: 'dns', port: 53, protocol: 'UDP' }), port({ name: 'gone', port: 1 })],
    });
    const slices = [
      slice(
        'web',
        [at('10.244.0.2', 'n1')],
        [
          { name: 'http', port: 8000, protocol: 'TCP' },
          { name: 'dns', port: 5353, protocol: 'UDP' },
        ],
      ),
    ];
    expect(rules([named], slices).map(({ id, internal }) => [id, ips(internal)])).toEqual([
      ['default/web/tcp/1', []],
      ['default/web/tcp/8080', ['10.244.0.2:8000']],
      ['default/web/udp/53', ['10.244.0.2:5353']],
    ]);
  });
  test('are one where two slices name the same address', () => {
    const [only] = rules(
      [service('web', { ports: [port()] })],
      [slice('web', both), { ...slice('web', both), metadata: { ...slice('web', []).metadata, name: 'y' } }],
    );
    expect(only && ips(only.internal)).toEqual(['10.244.0.2:80', '10.244.1.2:80']);
  });
  test('of default/kubernetes are the API server as this node reaches it', () => {
    const [only] = rules([service('kubernetes', { ports: [port({ port: 443 })] })], [slice('kubernetes', [at('1.2.3.4', 'x')])], {
      ip: '10.244.255.254',
      port: 6443,
    });
    expect(only && ips(only.internal)).toEqual(['10.244.255.254:6443']);
  });
});

test.each([
  ['headless', { clusterIP: 'None' }],
  ['ExternalName', { type: 'ExternalName', externalName: 'example.com', clusterIP: '' }],
  ['without an address yet', { clusterIP: '' }],
  ['of the cluster DNS', { clusterIP: config.dnsIp }],
])('a Service that is %s has no rules', (_, spec) => {
  expect(rules([service('web', { ports: [port()], ...spec })], [slice('web', both)])).toEqual([]);
});

describe('the ruleset', () => {
  const render = (services: readonly Service[], slices: readonly EndpointSlice[]) =>
    renderRuleset({ config, ports: rules(services, slices), routed: ['10.244.1.0/24', '10.244.255.11'] });

  test('of a cluster with a bit of everything', () => {
    const services = [
      service('vote', { type: 'NodePort', ports: [port({ nodePort: 31000 })] }),
      service('sticky', { clusterIP: '10.96.0.21', sessionAffinity: 'ClientIP', ports: [port({ port: 80 })] }),
      service(
        'edge',
        { type: 'LoadBalancer', clusterIP: '10.96.0.22', externalTrafficPolicy: 'Local', ports: [port({ port: 80, nodePort: 31001 })] },
        {
          status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }, { ip: '203.0.113.8', ipMode: 'Proxy' }] } },
        },
      ),
      service('empty', { clusterIP: '10.96.0.23', externalIPs: ['203.0.113.9'], ports: [port({ nodePort: 31002 })] }),
      service('dns', { clusterIP: '10.96.0.24', ports: [port({ port: 53, protocol: 'UDP' })] }),
    ];
    const slices = [
      slice('vote', both),
      slice('sticky', both),
      slice('edge', both),
      slice('dns', [at('10.244.1.2', 'n2')], [{ port: 53, protocol: 'UDP' }]),
    ];
    expect(render(services, slices)).toMatchSnapshot();
  });

  test('does not depend on the order of what it is made of', () => {
    const services = [service('a', { ports: [port()] }), service('b', { clusterIP: '10.96.0.21', ports: [port()] })];
    const slices = [slice('a', both), slice('b', [...both].reverse())];
    expect(render([...services].reverse(), [...slices].reverse())).toBe(render(services, slices));
  });

  test('names an address that two Services claim once', () => {
    const services = ['a', 'b'].map((name, index) =>
      service(name, { clusterIP: `10.96.0.${index + 30}`, externalIPs: ['203.0.113.9'], ports: [port()] }),
    );
    expect(render(services, [slice('a', both), slice('b', both)]).match(/203\.0\.113\.9 \. tcp \. 8080 : /g)).toHaveLength(1);
  });
});

describe('routes', () => {
  const node = (name: string, podCIDR?: string, address?: string): Node => ({
    metadata: { name },
    spec: podCIDR ? { podCIDR } : {},
    status: address
      ? {
          addresses: [
            { type: 'Hostname', address: name },
            { type: 'InternalIP', address },
          ],
        }
      : {},
  });
  test('lead through the other nodes that have a range and an address', () => {
    const nodes = [
      node('n3', '10.244.2.0/24', '10.244.255.12'),
      node('n1', '10.244.0.0/24', '10.244.255.10'),
      node('n2', '10.244.1.0/24', '10.244.255.11'),
      node('n4'),
      node('n5', '10.244.4.0/24'),
    ];
    expect(routesTo(nodes, 'n1')).toEqual([
      { podCidr: '10.244.1.0/24', nodeIp: '10.244.255.11' },
      { podCidr: '10.244.2.0/24', nodeIp: '10.244.255.12' },
    ]);
  });
  test('of nodes that are gone are taken away, and only those', () => {
    const shown = '10.244.1.0/24 via 10.244.255.11 dev eth0 \n10.244.7.0/24 via 10.244.255.17 dev eth0 \n';
    expect(routeCommands([{ podCidr: '10.244.1.0/24', nodeIp: '10.244.255.11' }], shown)).toEqual([
      'route del 10.244.7.0/24 proto 84',
      'route replace 10.244.1.0/24 via 10.244.255.11 proto 84',
    ]);
  });
});

describe('UDP flows', () => {
  const udp = (endpoints: readonly Endpoint[]) =>
    rules(
      [service('dns', { type: 'NodePort', ports: [port({ port: 53, protocol: 'UDP', nodePort: 30053 })] })],
      [slice('dns', endpoints, [{ port: 5353, protocol: 'UDP' }])],
    );
  const flow = (ip: string, number: number, ...more: readonly string[]) => [
    '-D',
    '-f',
    'ipv4',
    '-p',
    'udp',
    '--orig-dst',
    ip,
    '--orig-port-dst',
    String(number),
    ...more,
  ];
  test.each([
    [
      'of a target that went',
      udp(both),
      udp(both.slice(1)),
      [flow('10.96.0.20', 53, '--reply-src', '10.244.0.2'), flow(config.nodeIp, 30053, '--reply-src', '10.244.0.2')],
    ],
    [
      'of a Service that went',
      udp(both.slice(1)),
      [],
      [flow('10.96.0.20', 53, '--reply-src', '10.244.1.2'), flow(config.nodeIp, 30053, '--reply-src', '10.244.1.2')],
    ],
    ['that nobody served before', udp([]), udp(both), [flow('10.96.0.20', 53), flow(config.nodeIp, 30053)]],
    ['none, when targets only come', udp(both.slice(1)), udp(both), []],
  ])('are forgotten: %s', (_, before, now, expected) => {
    expect(staleFlows(before, now, config.nodeIp)).toEqual(expected);
  });
});

describe('host ports', () => {
  const pod = (spec: Partial<Pod['spec']>, status: Pod['status'] = { podIP: '10.244.0.7', phase: 'Running' }): Pod => ({
    metadata: { name: 'web', namespace: 'default', uid: 'u' },
    spec: { containers: [], ...spec },
    status,
  });
  const ports = [
    { containerPort: 80, hostPort: 8080 },
    { containerPort: 53, hostPort: 5353, protocol: 'UDP', hostIP: '127.0.0.1' },
    { containerPort: 81 },
  ];
  const containers = [{ name: 'main', ports }];
  const shown = (pods: readonly Pod[]) =>
    hostPortRules(pods, config.nodeIp).map(({ protocol, port: number, externalIps, external }) => [
      `${protocol} ${externalIps.join(' ')} ${number}`,
      ...ips(external),
    ]);

  test('lead from the node’s address to the pod, with those of its sidecars', () => {
    const initContainers = [
      { name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 90, hostPort: 9090 }] },
      { name: 'init', ports: [{ containerPort: 91, hostPort: 9191 }] },
    ];
    expect(shown([pod({ containers, initContainers })])).toEqual([
      ['tcp 10.244.255.10 127.0.0.1 8080', '10.244.0.7:80'],
      ['tcp 10.244.255.10 127.0.0.1 9090', '10.244.0.7:90'],
      ['udp 127.0.0.1 5353', '10.244.0.7:53'],
    ]);
  });
  test.each([
    ['the node’s network', pod({ containers, hostNetwork: true })],
    ['no address yet', pod({ containers }, { phase: 'Pending' })],
    ['its end behind it', pod({ containers }, { phase: 'Succeeded', podIP: '10.244.0.7' })],
  ])('are none for a pod with %s', (_, each) => {
    expect(shown([each])).toEqual([]);
  });
  test('are rules beside those of Services, and flows of a UDP port that has come or gone are forgotten', () => {
    const rulesOfPod = hostPortRules([pod({ containers })], config.nodeIp);
    const text = renderRuleset({ config, ports: rulesOfPod, routed: [] });
    expect(text).toContain(`10.244.255.10 . tcp . 8080 : goto svc/host-port/default/web/tcp/8080/10.244.255.10`);
    expect(text).toContain('meta l4proto tcp dnat ip to 10.244.0.7:80');
    const flow = ['-D', '-f', 'ipv4', '-p', 'udp', '--orig-dst', '127.0.0.1', '--orig-port-dst', '5353'];
    expect(staleFlows([], rulesOfPod, config.nodeIp)).toEqual([flow]);
    expect(staleFlows(rulesOfPod, [], config.nodeIp)).toEqual([[...flow, '--reply-src', '10.244.0.7']]);
  });
});

describe('NetworkPolicies', () => {
  const local = (name: string, app: string, ip: string): { pod: Pod; ip: string } => {
    const ports = [{ name: 'http', containerPort: 8080 }];
    return { pod: { metadata: { name, namespace: 'default', labels: { app } }, spec: { containers: [{ name: 'main', ports }] } }, ip };
  };
  const rules: NetworkRules = {
    peers: [['10.244.1.2', '10.244.0.3'], [], ['10.244.1.9']],
    policies: [
      {
        namespace: 'default',
        name: 'web',
        podSelector: { matchLabels: { app: 'web' } },
        ingress: [
          { peers: 0, ports: [{ protocol: 'TCP', port: 'http' }, { protocol: 'TCP', port: 8000, endPort: 8100 }, { protocol: 'UDP' }] },
          { peers: 1, blocks: [{ cidr: '192.0.2.77/24', except: ['192.0.2.8/29', '192.0.2.9/32'] }, { cidr: '2001:db8::/32' }] },
          { ports: [{ protocol: 'TCP', port: 'metrics' }] },
        ],
      },
      {
        namespace: 'default',
        name: 'db',
        podSelector: { matchLabels: { app: 'db' } },
        egress: [
          { peers: 0, ports: [], targets: [{ ip: '10.244.1.2', protocol: 'TCP', port: 9090 }] },
          { ports: [{ protocol: 'UDP', port: 53 }] },
        ],
        ingress: [],
      },
      { namespace: 'default', name: 'open', podSelector: { matchLabels: { app: 'open' } }, ingress: [{}] },
      { namespace: 'other', name: 'closed', podSelector: {}, ingress: [], egress: [] },
    ],
  };
  const pods = [
    local('w', 'web', '10.244.0.5'),
    local('d', 'db', '10.244.0.6'),
    local('o', 'open', '10.244.0.7'),
    local('f', 'free', '10.244.0.8'),
  ];
  const render = (from: NetworkRules) =>
    renderRuleset({ config, ports: [], routed: [], policies: { peers: from.peers, pods: podPolicies(from, pods) } });

  test('isolate the pods that they select, each way by itself', () => {
    const text = render(rules);
    expect(text.slice(text.indexOf('  set peers-0'))).toMatchSnapshot();
    // Whom nobody is allowed by, and who is not named here, has no set.
    expect(text).not.toContain('peers-2');
  });
  test('leave no trace where they select no pod of the node', () => {
    expect(render({ ...rules, policies: rules.policies.slice(-1) })).toBe(renderRuleset({ config, ports: [], routed: [] }));
  });
});
