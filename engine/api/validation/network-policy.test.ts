/** Rules for NetworkPolicies; the cases are those of upstream's TestValidateNetworkPolicy. */
import { expect, test } from 'vitest';
import { networkPolicy } from '../kinds/networking/network-policy.ts';
import { isStrictSubset } from './addresses.ts';
import { type Manifest, onCreate } from './check.suite.ts';

const withSpec = (spec: Manifest): Manifest => ({ metadata: { name: 'abc', namespace: 'default' }, spec: { podSelector: {}, ...spec } });
const from = (peer: Manifest): Manifest => withSpec({ ingress: [{ from: [peer] }] });
const ports = (port: Manifest): Manifest => withSpec({ egress: [{ ports: [port] }] });
const peer = 'spec.ingress[0].from[0]';
const port = 'spec.egress[0].ports[0]';

const policies: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['the least that is valid', withSpec({}), []],
  ['everything closed', withSpec({ policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] }), []],
  [
    'pods of other namespaces, ports and ranges',
    withSpec({
      podSelector: { matchLabels: { a: 'b' } },
      ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }], ports: [{ protocol: 'SCTP' }, { port: 'http' }] }],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 32000, endPort: 32768 }] }],
    }),
    [],
  ],
  ['a peer that is nobody', from({}), [`${peer}: Required value: must specify a peer`]],
  [
    'a block beside pods',
    from({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }),
    [`${peer}: Forbidden: may not specify both ipBlock and another peer`],
  ],
  ['a block without addresses', from({ ipBlock: { cidr: '' } }), [`${peer}.ipBlock.cidr: Required value`]],
  [
    'an address for a block',
    from({ ipBlock: { cidr: '192.168.5.6' } }),
    [`${peer}.ipBlock.cidr: Invalid value: "192.168.5.6": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`],
  ],
  [
    'exceptions from elsewhere and of the whole',
    from({ ipBlock: { cidr: '192.168.8.0/24', except: ['192.168.9.1/24', '192.168.8.0/24', '192.168.8.8/32'] } }),
    ['192.168.9.1/24', '192.168.8.0/24'].map(
      (part, index) => `${peer}.ipBlock.except[${index}]: Invalid value: "${part}": must be a strict subset of \`cidr\``,
    ),
  ],
  [
    'a selector that is none',
    from({ namespaceSelector: { matchLabels: { Invalid$Key: 'x' } } }),
    [expect.stringMatching(/^spec\.ingress\[0\]\.from\[0\]\.namespaceSelector\.matchLabels: Invalid value: "Invalid\$Key": /)],
  ],
  [
    'another protocol',
    ports({ protocol: 'ICMP', port: 80 }),
    [`${port}.protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"`],
  ],
  ['port 0', ports({ port: 123456789 }), [`${port}.port: Invalid value: 123456789: must be between 1 and 65535, inclusive`]],
  [
    'a range without its start',
    ports({ endPort: 80 }),
    [`${port}.endPort: Invalid value: 80: may not be specified when \`port\` is not specified`],
  ],
  [
    'a range from a name',
    ports({ port: 'http', endPort: 80 }),
    [`${port}.endPort: Invalid value: 80: may not be specified when \`port\` is non-numeric`],
  ],
  [
    'a range backwards',
    ports({ port: 90, endPort: 80 }),
    [`${port}.endPort: Invalid value: 90: must be greater than or equal to \`port\``],
  ],
  [
    'a type that is none',
    withSpec({ policyTypes: ['foo', 'Egress'] }),
    ['spec.policyTypes[0]: Unsupported value: "foo": supported values: "Ingress", "Egress"'],
  ],
  [
    'three types',
    withSpec({ policyTypes: ['Ingress', 'Egress', 'Ingress'] }),
    ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes'],
  ],
];
test.each(policies)('%s', (_, manifest, errors) => {
  expect(onCreate(networkPolicy, manifest)).toEqual(errors);
});

test('types and protocols that are left out are filled in', () => {
  const specOf = (spec: object) => networkPolicy.defaults?.({ metadata: {}, spec: { podSelector: {}, ...spec } })?.spec;
  expect(specOf({})).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  expect(specOf({ egress: [{ ports: [{ port: 53 }] }] })).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
  });
  expect(specOf({ policyTypes: ['Egress'] })?.policyTypes).toEqual(['Egress']);
});

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.0.0.0/8', false],
  ['10.0.0.0/8', '10.1.0.0/16', false],
  ['11.0.0.0/16', '10.0.0.0/8', false],
  ['1.2.3.4/32', '0.0.0.0/0', true],
  ['2001:db8:1::/48', '2001:db8::/32', true],
  ['2001:db9::/48', '2001:db8::/32', false],
  ['10.1.0.0/16', '::/0', false],
] as const)('%s in %s: %s', (part, whole, is) => {
  expect(isStrictSubset(part, whole)).toBe(is);
});
