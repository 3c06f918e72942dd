/** Rules for Services; the cases are those of upstream's TestValidateServiceCreate and TestValidateServiceUpdate. */
import { expect, test } from 'vitest';
import { service } from '../kinds/core/service.ts';
import { type Manifest, onCreate, onUpdate } from './check.suite.ts';

const metadata = { name: 'web', namespace: 'default' };
const port = { port: 80 };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { ports: [port], ...spec } });
const withPorts = (...ports: Manifest[]): Manifest => withSpec({ ports });

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const range = 'must be between 1 and 65535, inclusive';
const ip = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const cidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

const cases: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['one port', withSpec({}), []],
  ['several named ports of one number', withPorts({ ...port, name: 'a' }, { ...port, name: 'b', protocol: 'UDP' }), []],
  ['a node port', withSpec({ type: 'NodePort', ports: [{ port: 80, nodePort: 30008, targetPort: 'http' }] }), []],
  ['no address', withSpec({ clusterIP: 'None', ports: [] }), []],
  ['another name', withSpec({ type: 'ExternalName', externalName: 'my.database.example.com.', ports: [] }), []],
  ['clients that stay', withSpec({ sessionAffinity: 'ClientIP' }), []],
  ['ranges of clients', withSpec({ type: 'LoadBalancer', loadBalancerSourceRanges: ['1.2.3.4/8', ' 5.6.7.8/16'] }), []],
  ['no ports', withSpec({ ports: [] }), ['spec.ports: Required value']],
  [
    'a name that begins with a digit',
    { metadata: { ...metadata, name: '1a' }, spec: { ports: [port] } },
    [
      "metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  ['several ports, one without name', withPorts({ ...port, name: 'a' }, { port: 81 }), ['spec.ports[1].name: Required value']],
  [
    'port names that are taken, or none',
    withPorts({ ...port, name: 'a' }, { port: 81, name: 'a' }, { port: 82, name: 'A' }),
    ['spec.ports[1].name: Duplicate value: "a"', `spec.ports[2].name: Invalid value: "A": ${label}`],
  ],
  [
    'a port of 0',
    withPorts({}),
    [`spec.ports[0].port: Invalid value: 0: ${range}`, `spec.ports[0].targetPort: Invalid value: 0: ${range}`],
  ],
  ['a target out of range', withPorts({ ...port, targetPort: 65536 }), [`spec.ports[0].targetPort: Invalid value: 65536: ${range}`]],
  [
    'a target with a name that is none',
    withPorts({ ...port, targetPort: 'a_b' }),
    ['spec.ports[0].targetPort: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  ],
  [
    'one port twice',
    withPorts({ ...port, name: 'a' }, { ...port, name: 'b' }),
    ['spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}'],
  ],
  [
    'an unknown protocol',
    withPorts({ ...port, protocol: 'tcp' }),
    ['spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
  ],
  [
    'an unknown type',
    withSpec({ type: 'Loadbalancer' }),
    [
      'spec.type: Unsupported value: "Loadbalancer": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      'spec.internalTrafficPolicy: Required value',
    ],
  ],
  [
    'a node port where there is none',
    withPorts({ ...port, nodePort: 30000 }),
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  [
    'a node port twice',
    withSpec({
      type: 'NodePort',
      ports: [
        { port: 1, name: 'a', nodePort: 30000 },
        { port: 2, name: 'b', nodePort: 30000 },
      ],
    }),
    ['spec.ports[1].nodePort: Duplicate value: 30000'],
  ],
  [
    'a node port but no address',
    withSpec({ type: 'NodePort', clusterIP: 'None' }),
    ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
  ],
  ['an address that is none', withSpec({ clusterIP: '1.2.3' }), [`spec.clusterIPs[0]: Invalid value: "1.2.3": ${ip}`]],
  [
    'addresses that disagree',
    withSpec({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] }),
    ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
  ],
  [
    'two addresses of one family',
    withSpec({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] }),
    ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family'],
  ],
  [
    'families that are none',
    withSpec({ ipFamilies: ['IPv5', 'IPv5'], ipFamilyPolicy: 'x' }),
    [
      'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
      'spec.ipFamilies[1]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
      'spec.ipFamilies[1]: Duplicate value: "IPv5"',
      'spec.ipFamilyPolicy: Unsupported value: "x": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    ],
  ],
  ['another name that is none', withSpec({ type: 'ExternalName', ports: [] }), ['spec.externalName: Required value']],
  [
    'another name and an address',
    withSpec({ type: 'ExternalName', externalName: 'a.b', clusterIP: '10.0.0.1' }),
    ['spec.clusterIPs: Forbidden: may not be set for ExternalName services'],
  ],
  [
    'an unknown affinity',
    withSpec({ sessionAffinity: 'Always' }),
    ['spec.sessionAffinity: Unsupported value: "Always": supported values: "ClientIP", "None"'],
  ],
  [
    'clients that stay too long',
    withSpec({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } } }),
    ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400'],
  ],
  [
    'external addresses that are nobody else',
    withSpec({ externalIPs: ['127.0.0.1', '0.0.0.0', 'x'] }),
    [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      `spec.externalIPs[2]: Invalid value: "x": ${ip}`,
    ],
  ],
  [
    'ranges of clients that are none, and nobody to use them',
    withSpec({ loadBalancerSourceRanges: ['1.2.3.4/33'] }),
    [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      `spec.LoadBalancerSourceRanges[0]: Invalid value: "1.2.3.4/33": ${cidr}`,
    ],
  ],
  [
    'a policy for traffic that does not come',
    withSpec({ externalTrafficPolicy: 'Local', internalTrafficPolicy: 'x' }),
    [
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      'spec.internalTrafficPolicy: Unsupported value: "x": supported values: "Cluster", "Local"',
    ],
  ],
];

test.each(cases)('a Service with %s', (_, manifest, lines) => {
  expect(onCreate(service, manifest)).toEqual(lines);
});

const stored = withSpec({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });

const updates: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['that leaves out the address', withSpec({}), []],
  ['of the selector', withSpec({ selector: { a: 'b' } }), []],
  ['to a node port', withSpec({ type: 'NodePort' }), []],
  ['to another name', withSpec({ type: 'ExternalName', externalName: 'a.b', ports: [] }), []],
  ['of the address', withSpec({ clusterIP: '10.0.0.2' }), ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set']],
  ['to no address', withSpec({ clusterIP: 'None' }), ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set']],
];

test.each(updates)('an update %s', (_, next, lines) => {
  expect(onUpdate(service, next, stored)).toEqual(lines);
});
