/** Rules for the smaller kinds; the cases are upstream's own, from the tests of the validators that each rule's file names. */
import { describe, expect, test } from 'vitest';
import { lease } from '../kinds/coordination/lease.ts';
import { configMap } from '../kinds/core/config-map.ts';
import { endpoints } from '../kinds/core/endpoints.ts';
import { event } from '../kinds/core/event.ts';
import { limitRange } from '../kinds/core/limit-range.ts';
import { namespace } from '../kinds/core/namespace.ts';
import { node } from '../kinds/core/node.ts';
import { persistentVolume } from '../kinds/core/persistent-volume.ts';
import { persistentVolumeClaim } from '../kinds/core/persistent-volume-claim.ts';
import { resourceQuota } from '../kinds/core/resource-quota.ts';
import { secret } from '../kinds/core/secret.ts';
import { serviceAccount } from '../kinds/core/service-account.ts';
import { endpointSlice } from '../kinds/discovery/endpoint-slice.ts';
import { eventsEvent } from '../kinds/events/event.ts';
import { clusterRole } from '../kinds/rbac/cluster-role.ts';
import { clusterRoleBinding } from '../kinds/rbac/cluster-role-binding.ts';
import { role } from '../kinds/rbac/role.ts';
import { roleBinding } from '../kinds/rbac/role-binding.ts';
import { priorityClass } from '../kinds/scheduling/priority-class.ts';
import { type Manifest, onCreate, onStatusUpdate, onUpdate } from './check.suite.ts';

const metadata = { name: 'abc', namespace: 'default' };
const global = { name: 'abc' };
const group = 'rbac.authorization.k8s.io';
const ip = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
type Case = readonly [name: string, actual: () => readonly string[], expected: readonly string[]];

function check(cases: readonly Case[]): void {
  test.each(cases)('%s', (_, actual, expected) => {
    expect(actual()).toEqual(expected);
  });
}

const key =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const large = 'x'.repeat(1024 * 1024);
const sealed = { metadata, immutable: true, data: { a: 'eA==' } };

describe('ConfigMaps and Secrets', () => {
  check([
    ['keys as files are named', () => onCreate(configMap, { metadata, data: { 'a.b-c_D': 'x' }, binaryData: { b: 'eA==' } }), []],
    ['a key that is no name', () => onCreate(configMap, { metadata, data: { 'a b': 'x' } }), [`data[a b]: Invalid value: "a b": ${key}`]],
    [
      'a key that climbs',
      () => onCreate(configMap, { metadata, data: { '..': 'x' } }),
      ['data[..]: Invalid value: "..": must not be \'..\''],
    ],
    [
      'a key in both bags',
      () => onCreate(configMap, { metadata, data: { a: 'x' }, binaryData: { a: 'eA==' } }),
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    ['as much as there may be', () => onCreate(configMap, { metadata, data: { a: large } }), []],
    [
      'a byte more',
      () => onCreate(configMap, { metadata, data: { a: large, b: 'x' } }),
      ['[]: Too long: may not be more than 1048576 bytes'],
    ],
    [
      'a Secret a byte too large',
      () => onCreate(secret, { metadata, stringData: { a: large, b: 'x' } }),
      ['data: Too long: may not be more than 1048576 bytes'],
    ],
    ['a Secret of a type of its own', () => onCreate(secret, { metadata, type: 'me/mine' }), []],
    [
      'a Secret of TLS',
      () => onCreate(secret, { metadata, type: 'kubernetes.io/tls' }),
      ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
    ],
    [
      'a Secret of a registry',
      () => onCreate(secret, { metadata, type: 'kubernetes.io/dockerconfigjson' }),
      ['data[.dockerconfigjson]: Required value'],
    ],
    ['a Secret of SSH', () => onCreate(secret, { metadata, type: 'kubernetes.io/ssh-auth' }), ['data[ssh-privatekey]: Required value']],
    [
      'a Secret of a user',
      () => onCreate(secret, { metadata, type: 'kubernetes.io/basic-auth' }),
      ['data[username]: Required value', 'data[password]: Required value'],
    ],
    [
      'a Secret of an account',
      () => onCreate(secret, { metadata, type: 'kubernetes.io/service-account-token' }),
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    [
      'a ConfigMap that is sealed',
      () => onUpdate(configMap, { metadata, data: { a: 'y' } }, { metadata, immutable: true, data: { a: 'x' } }),
      ['immutable: Forbidden: field is immutable when `immutable` is set', 'data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'a Secret that is sealed',
      () => onUpdate(secret, { ...sealed, data: {} }, sealed),
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'a Secret of another type',
      () => onUpdate(secret, { metadata, type: 'b/c' }, { metadata, type: 'a/b' }),
      ['type: Invalid value: "b/c": field is immutable'],
    ],
  ]);
});

const taint = { key: 'a', value: 'b', effect: 'NoSchedule' };

describe('Nodes and Namespaces', () => {
  check([
    ['a Node with taints', () => onCreate(node, { metadata: global, spec: { podCIDR: '10.1.0.0/24', taints: [taint] } }), []],
    [
      'taints that are none',
      () => onCreate(node, { metadata: global, spec: { taints: [taint, taint, { key: 'b' }, { key: 'c', effect: 'Go' }] } }),
      [
        'metadata.taints[1]: Duplicate value: {"key":"a","value":"b","effect":"NoSchedule"}: taints must be unique by key and effect pair',
        'metadata.taints[2].effect: Required value',
        'metadata.taints[3].effect: Unsupported value: "Go": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'a range that is none',
      () => onCreate(node, { metadata: global, spec: { podCIDR: '10.1.0.0' } }),
      ['spec.podCIDRs[0]: Invalid value: "10.1.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ],
    ['a range, once', () => onUpdate(node, { metadata: global, spec: { podCIDR: '10.1.0.0/24' } }, { metadata: global, spec: {} }), []],
    [
      'another range, another machine',
      () =>
        onUpdate(
          node,
          { metadata: global, spec: { podCIDR: '10.2.0.0/24', providerID: 'b' } },
          { metadata: global, spec: { podCIDR: '10.1.0.0/24', providerID: 'a' } },
        ),
      [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      ],
    ],
    [
      'an address twice',
      () => {
        const address = { type: 'InternalIP', address: '10.0.0.1' };
        return onStatusUpdate(node, { metadata: global, status: { addresses: [address, address] } }, { metadata: global });
      },
      ['status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"10.0.0.1"}'],
    ],
    [
      'a Namespace with dots',
      () => onCreate(namespace, { metadata: { name: 'a.b' } }),
      ['metadata.name: Invalid value: "a.b": must not contain dots'],
    ],
    [
      'a Namespace with a finalizer that is none',
      () => onCreate(namespace, { metadata: global, spec: { finalizers: ['mine'] } }),
      ['spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [
      'a Namespace that says it is going',
      () => onStatusUpdate(namespace, { metadata: global, status: { phase: 'Terminating' } }, { metadata: global }),
      ['status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty'],
    ],
    ['an account', () => onCreate(serviceAccount, { metadata }), []],
    ['an account in no namespace', () => onCreate(serviceAccount, { metadata: global }), ['metadata.namespace: Required value']],
  ]);
});

const address = { ip: '10.1.0.1' };
const slice = (rest: Manifest): Manifest => ({ metadata, addressType: 'IPv4', endpoints: [], ...rest });

describe('Endpoints and EndpointSlices', () => {
  check([
    ['addresses and ports', () => onCreate(endpoints, { metadata, subsets: [{ addresses: [address], ports: [{ port: 80 }] }] }), []],
    [
      'nothing in a subset',
      () => onCreate(endpoints, { metadata, subsets: [{}] }),
      ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    ],
    [
      'addresses of nobody',
      () => onCreate(endpoints, { metadata, subsets: [{ addresses: [{ ip: '127.0.0.1' }, { ip: 'x' }] }] }),
      [
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        `subsets[0].addresses[1].ip: Invalid value: "x": ${ip}`,
        'subsets[0].addresses[1].ip: Invalid value: "x": must be a valid IP address',
      ],
    ],
    [
      'ports without names',
      () => onCreate(endpoints, { metadata, subsets: [{ addresses: [address], ports: [{ port: 80 }, { port: 0, name: 'b' }] }] }),
      ['subsets[0].ports[0].name: Required value', 'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ],
    ['a slice', () => onCreate(endpointSlice, slice({ endpoints: [{ addresses: ['10.1.0.1'] }], ports: [{ port: 80 }] })), []],
    ['a slice of nothing known', () => onCreate(endpointSlice, { metadata }), ['addressType: Required value']],
    [
      'a slice of an unknown family',
      () => onCreate(endpointSlice, slice({ addressType: 'IP' })),
      ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      'endpoints without addresses, or too many',
      () =>
        onCreate(
          endpointSlice,
          slice({ endpoints: [{ addresses: [] }, { addresses: Array.from({ length: 101 }, (_, one) => `10.1.0.${one}`) }] }),
        ),
      [
        'endpoints[0].addresses: Required value: must contain at least 1 address',
        'endpoints[1].addresses: Too many: 101: must have at most 100 items',
      ],
    ],
    [
      'ports of one name',
      () => onCreate(endpointSlice, slice({ ports: [{ port: 80 }, { port: 81 }] })),
      ['ports[1].name: Duplicate value: ""'],
    ],
    [
      'a slice of another family',
      () => onUpdate(endpointSlice, slice({ addressType: 'IPv6' }), slice({})),
      ['addressType: Invalid value: "IPv6": field is immutable'],
    ],
  ]);
});

describe('Leases and Events', () => {
  const seen = { reportingController: 'a.b/c', reportingInstance: 'x', action: 'Doing', reason: 'Why', type: 'Normal' };
  check([
    ['a Lease', () => onCreate(lease, { metadata, spec: { leaseDurationSeconds: 40, leaseTransitions: 0 } }), []],
    [
      'a Lease that never was',
      () => onCreate(lease, { metadata, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }),
      [
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    ['an Event of a Node', () => onCreate(event, { metadata, involvedObject: { kind: 'Node', name: 'a' } }), []],
    [
      'an Event in another namespace',
      () => onCreate(event, { metadata, involvedObject: { kind: 'Pod', namespace: 'other', name: 'a' } }),
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    ['a newer Event', () => onCreate(eventsEvent, { metadata, eventTime: '2026-01-01T00:00:00.000000Z', ...seen }), []],
    ['a newer Event without its time', () => onCreate(eventsEvent, { metadata, ...seen }), ['eventTime: Required value']],
    [
      'a newer Event that nobody saw',
      () => onCreate(eventsEvent, { metadata, eventTime: '2026-01-01T00:00:00.000000Z', type: 'Odd' }),
      [
        'reportingController: Required value',
        'reportingInstance: Required value',
        'action: Required value',
        'reason: Required value',
        'type: Invalid value: "": has invalid value: Odd',
      ],
    ],
  ]);
});

const bound = (kind: string, rest: Manifest = {}): Manifest => ({ metadata, roleRef: { apiGroup: group, kind, name: 'r' }, ...rest });

describe('Roles and bindings', () => {
  check([
    [
      'a name with colons',
      () =>
        onCreate(role, { metadata: { ...metadata, name: 'system:a' }, rules: [{ verbs: ['*'], apiGroups: [''], resources: ['pods'] }] }),
      [],
    ],
    [
      'a name with a slash',
      () => onCreate(role, { metadata: { ...metadata, name: 'a/b' } }),
      ['metadata.name: Invalid value: "a/b": may not contain \'/\''],
    ],
    [
      'a rule that says nothing',
      () => onCreate(role, { metadata, rules: [{}] }),
      [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    ],
    [
      'paths in a namespace',
      () => onCreate(role, { metadata, rules: [{ verbs: ['get'], nonResourceURLs: ['/*'] }] }),
      ['rules[0].nonResourceURLs: Invalid value: ["/*"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      'paths and resources',
      () => onCreate(clusterRole, { metadata: global, rules: [{ verbs: ['get'], nonResourceURLs: ['/*'], resources: ['pods'] }] }),
      ['rules[0].nonResourceURLs: Invalid value: ["/*"]: rules cannot apply to both regular resources and non-resource URLs'],
    ],
    [
      'an aggregation of nothing',
      () => onCreate(clusterRole, { metadata: global, aggregationRule: {} }),
      ['aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil'],
    ],
    [
      'a binding',
      () =>
        onCreate(
          roleBinding,
          bound('ClusterRole', {
            subjects: [
              { kind: 'User', name: 'jane' },
              { kind: 'ServiceAccount', name: 'a' },
            ],
          }),
        ),
      [],
    ],
    [
      'a binding to no role',
      () => onCreate(roleBinding, { metadata, roleRef: { apiGroup: 'x', kind: 'Rolle' } }),
      [
        `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`,
        'roleRef.kind: Unsupported value: "Rolle": supported values: "Role", "ClusterRole"',
        'roleRef.name: Required value',
      ],
    ],
    [
      'subjects that are none',
      () =>
        onCreate(clusterRoleBinding, {
          ...bound('ClusterRole'),
          metadata: global,
          subjects: [{ kind: 'ServiceAccount', name: 'a' }, { kind: 'User' }, { kind: 'Robot', name: 'b' }],
        }),
      [
        'subjects[0].namespace: Required value',
        'subjects[1].name: Required value',
        'subjects[2].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
      ],
    ],
    [
      'another role',
      () => onUpdate(roleBinding, bound('ClusterRole'), bound('Role')),
      [`roleRef: Invalid value: {"apiGroup":"${group}","kind":"ClusterRole","name":"r"}: cannot change roleRef`],
    ],
  ]);
});

describe('PriorityClasses', () => {
  const named = (name: string, value: number): Manifest => ({ metadata: { name }, value });
  check([
    ['as high as users may', () => onCreate(priorityClass, named('high', 1_000_000_000)), []],
    ['the system', () => onCreate(priorityClass, named('system-node-critical', 2_000_001_000)), []],
    [
      'higher',
      () => onCreate(priorityClass, named('high', 1_000_000_001)),
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      'a name of the system',
      () => onCreate(priorityClass, named('system-mine', 1)),
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
      ],
    ],
    ['another value', () => onUpdate(priorityClass, named('a', 2), named('a', 1)), ['value: Forbidden: may not be changed in an update.']],
  ]);
});

const claim = (spec: Manifest): Manifest => ({
  metadata,
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const volume = (spec: Manifest): Manifest => ({
  metadata: global,
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, ...spec },
});
const quota = (spec: Manifest): Manifest => ({ metadata, spec });
const limits = (...items: Manifest[]): Manifest => ({ metadata, spec: { limits: items } });
const hostPath = { hostPath: { path: '/y' } };

describe('quotas, limits and storage', () => {
  check([
    ['a quota', () => onCreate(resourceQuota, quota({ hard: { pods: '10', 'requests.cpu': '2', 'limits.memory': '1Gi' } })), []],
    [
      'amounts that are none',
      () => onCreate(resourceQuota, quota({ hard: { pods: '1.5', foo: '1', cpu: '-1' } })),
      [
        'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
        'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      ],
    ],
    [
      'scopes that exclude each other',
      () => onCreate(resourceQuota, quota({ scopes: ['BestEffort', 'NotBestEffort'] })),
      ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
    ],
    [
      'other scopes',
      () => onUpdate(resourceQuota, quota({ scopes: ['BestEffort'] }), quota({})),
      ['spec.scopes: Invalid value: ["BestEffort"]: field is immutable'],
    ],
    [
      'limits',
      () => onCreate(limitRange, limits({ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' }, default: { cpu: '1' } })),
      [],
    ],
    [
      'limits out of order',
      () =>
        onCreate(
          limitRange,
          limits({ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '1' }, defaultRequest: { cpu: '2' } }),
        ),
      [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1',
        'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
      ],
    ],
    [
      'limits of a kind, twice, and of nothing',
      () =>
        onCreate(
          limitRange,
          limits({ type: 'Pod', default: { cpu: '1' } }, { type: 'Pod' }, { type: 'Thing' }, { type: 'PersistentVolumeClaim' }),
        ),
      [
        "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
        'spec.limits[1].type: Duplicate value: "Pod"',
        'spec.limits[2].type: Invalid value: "Thing": must be a standard limit type or fully qualified',
        'spec.limits[3].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
    ['a claim', () => onCreate(persistentVolumeClaim, claim({})), []],
    [
      'a claim of nothing',
      () => onCreate(persistentVolumeClaim, { metadata, spec: {} }),
      ['spec.accessModes: Required value: at least 1 access mode is required', 'spec.resources[storage]: Required value'],
    ],
    [
      'a claim of an unknown kind',
      () => onCreate(persistentVolumeClaim, claim({ accessModes: ['RWO'], volumeMode: 'x' })),
      [
        'spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.volumeMode: Unsupported value: "x": supported values: "Block", "Filesystem"',
      ],
    ],
    ['a claim that is bound', () => onUpdate(persistentVolumeClaim, claim({ volumeName: 'v' }), claim({})), []],
    [
      'a claim that changes its mind',
      () => onUpdate(persistentVolumeClaim, claim({ accessModes: ['ReadOnlyMany'] }), claim({})),
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n- accessModes[0]: "ReadWriteOnce"\n+ accessModes[0]: "ReadOnlyMany"',
      ],
    ],
    ['a volume', () => onCreate(persistentVolume, volume({})), []],
    [
      'a volume of nothing',
      () => onCreate(persistentVolume, { metadata: global, spec: {} }),
      ['spec.accessModes: Required value', 'spec.capacity: Required value', 'spec: Required value: must specify a volume type'],
    ],
    [
      'a volume of two things',
      () => onCreate(persistentVolume, volume({ nfs: { server: 's', path: 'rel' } })),
      ['spec.nfs.path: Invalid value: "rel": must be an absolute path', 'spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a volume that moves',
      () => onUpdate(persistentVolume, volume(hostPath), volume({})),
      [
        'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n- hostPath.path: "/x"\n+ hostPath.path: "/y"',
      ],
    ],
  ]);
});
