/** Rules for Pods; the cases are those of upstream's TestValidatePodSpec, TestValidateContainers, TestValidateVolumes, TestValidatePodUpdate. */
import { expect, test } from 'vitest';
import { pod } from '../kinds/core/pod.ts';
import type { Json } from '../object.ts';
import { type Manifest, onCreate, onStatusUpdate, onUpdate } from './check.suite.ts';

const metadata = { name: 'abc', namespace: 'ns' };
const main = { name: 'ctr', image: 'image' };
const withSpec = (spec: Manifest): Manifest => ({ metadata, spec: { containers: [main], ...spec } });
const withContainer = (container: Manifest): Manifest => withSpec({ containers: [{ ...main, ...container }] });
const withVolume = (volume: Manifest): Manifest => withSpec({ volumes: [{ name: 'vol', ...volume }] });
const withPorts = (...ports: Json[]): Manifest => withContainer({ ports });
const withEnv = (variable: Manifest): Manifest => withContainer({ env: [{ name: 'A', ...variable }] });
const withProbe = (probe: Manifest): Manifest => withContainer({ livenessProbe: probe });

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const qualified =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const range = 'must be between 1 and 65535, inclusive';
const ip = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

const good: readonly (readonly [string, Manifest])[] = [
  ['a plain one', withSpec({})],
  [
    'everything at once',
    withSpec({
      volumes: [
        { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
        { name: 'settings', configMap: { name: 'c', items: [{ key: 'a', path: 'x/y' }] } },
        { name: 'host', hostPath: { path: '/var', type: 'Directory' } },
      ],
      initContainers: [
        { ...main, name: 'init' },
        { ...main, name: 'sidecar', restartPolicy: 'Always', livenessProbe: { exec: { command: ['x'] } } },
      ],
      containers: [
        {
          ...main,
          ports: [
            { containerPort: 80, name: 'http' },
            { containerPort: 80, protocol: 'UDP' },
          ],
          env: [
            { name: 'not.an identifier', value: 'x' },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
          envFrom: [{ prefix: 'P_', configMapRef: { name: 'c' } }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '1Gi', 'example.com/gpu': '1' } },
          volumeMounts: [
            { name: 'data', mountPath: '/data', subPath: 'x' },
            { name: 'settings', mountPath: '/etc/x' },
          ],
          readinessProbe: { httpGet: { port: 'http' }, successThreshold: 2 },
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
        },
      ],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 10 }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
          },
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } } },
          ],
        },
      },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.10'], searches: ['svc.cluster.local.', '.'] },
      hostAliases: [{ ip: '10.1.2.3', hostnames: ['a.example'] }],
      securityContext: { runAsUser: 0, fsGroup: 1000, sysctls: [{ name: 'net.ipv4.ip_forward', value: '1' }] },
    }),
  ],
  [
    'host ports that are those of the containers',
    withSpec({ hostNetwork: true, containers: [{ ...main, ports: [{ containerPort: 80 }] }] }),
  ],
];

test.each(good)('%s is accepted', (_, manifest) => {
  expect(onCreate(pod, manifest)).toEqual([]);
});

const bad: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['no containers', withSpec({ containers: [] }), ['spec.containers: Required value']],
  [
    'a container without name and image: both are said',
    withSpec({ containers: [{}] }),
    ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
  ],
  ['a name with capitals', withContainer({ name: 'Abc' }), [`spec.containers[0].name: Invalid value: "Abc": ${label}`]],
  ['a name with dots', withContainer({ name: 'a.b.c' }), ['spec.containers[0].name: Invalid value: "a.b.c": must not contain dots']],
  ['a name twice', withSpec({ containers: [main, main] }), ['spec.containers[1].name: Duplicate value: "ctr"']],
  ['a name that an init container has', withSpec({ initContainers: [main] }), ['spec.initContainers[0].name: Duplicate value: "ctr"']],
  [
    'an image with space around it',
    withContainer({ image: ' nginx ' }),
    ['spec.containers[0].image: Invalid value: " nginx ": must not have leading or trailing whitespace'],
  ],
  [
    'an unknown pull policy',
    withContainer({ imagePullPolicy: 'Sometimes' }),
    ['spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'],
  ],
  [
    'an unknown message policy',
    withContainer({ terminationMessagePolicy: 'x' }),
    ['spec.containers[0].terminationMessagePolicy: Unsupported value: "x": supported values: "File", "FallbackToLogsOnError"'],
  ],
  [
    'a probe on an init container',
    withSpec({ initContainers: [{ ...main, name: 'i', livenessProbe: { tcpSocket: { port: 1 } } }] }),
    ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
  ],
  [
    'a restart policy on a container that is not for initialization',
    withContainer({ restartPolicy: 'Always' }),
    ['spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers'],
  ],
  ['a port of 0', withPorts({ name: 'a' }), ['spec.containers[0].ports[0].containerPort: Required value']],
  [
    'a port out of range',
    withPorts({ containerPort: 65536 }),
    [`spec.containers[0].ports[0].containerPort: Invalid value: 65536: ${range}`],
  ],
  [
    'a host port out of range',
    withPorts({ containerPort: 1, hostPort: -1 }),
    [`spec.containers[0].ports[0].hostPort: Invalid value: -1: ${range}`],
  ],
  [
    'an unknown protocol, in capitals only',
    withPorts({ containerPort: 80, protocol: 'tcp' }),
    ['spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
  ],
  [
    'a port name too long',
    withPorts({ containerPort: 80, name: 'abcdefghijklmnop' }),
    ['spec.containers[0].ports[0].name: Invalid value: "abcdefghijklmnop": must be no more than 15 bytes'],
  ],
  [
    'port names that are taken, or none',
    withPorts({ containerPort: 80, name: 'a' }, { containerPort: 81, name: 'a' }, { containerPort: 82, name: 'a.b' }),
    [
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
      'spec.containers[0].ports[2].name: Invalid value: "a.b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
  ],
  [
    'a host port twice',
    withPorts({ containerPort: 80, hostPort: 90 }, { containerPort: 81, hostPort: 90 }),
    ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//90"'],
  ],
  [
    "a host port that differs, on the host's network",
    withSpec({ hostNetwork: true, containers: [{ ...main, ports: [{ containerPort: 80, hostPort: 81 }] }] }),
    ['spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true'],
  ],
  ['a variable without name', withEnv({ name: '' }), ['spec.containers[0].env[0].name: Required value']],
  [
    'a variable with = in its name',
    withEnv({ name: 'a=b' }),
    [
      'spec.containers[0].env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
  ],
  [
    'a variable from nowhere',
    withEnv({ valueFrom: {} }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
    ],
  ],
  [
    'a variable with a value and a source',
    withEnv({ value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
    ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
  ],
  [
    'a variable with two sources',
    withEnv({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 'a', key: 'b' } } }),
    ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time'],
  ],
  [
    'a field that may not be asked for',
    withEnv({ valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  [
    'a field that is none',
    withEnv({ valueFrom: { fieldRef: { fieldPath: 'metadata.whoops' } } }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.whoops": error converting fieldPath: field label not supported: metadata.whoops',
    ],
  ],
  [
    'a divisor that makes no sense',
    withEnv({ valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  ],
  [
    'a source of variables that is none',
    withContainer({ envFrom: [{}] }),
    ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
  ],
  [
    'a request above its limit',
    withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1500m' } } }),
    ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m'],
  ],
  [
    'a negative amount',
    withContainer({ resources: { limits: { memory: '-1Gi' } } }),
    [
      'spec.containers[0].resources.limits[memory]: Invalid value: "-1Gi": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1Gi": must be greater than or equal to 0',
    ],
  ],
  [
    'a resource that does not exist',
    withContainer({ resources: { requests: { foo: '1' } } }),
    [
      'spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource for containers',
    ],
  ],
  [
    'half a device',
    withContainer({ resources: { limits: { 'example.com/gpu': '500m' } } }),
    [
      'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
    ],
  ],
  [
    'a device without limit',
    withContainer({ resources: { requests: { 'example.com/gpu': '1' } } }),
    ['spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources'],
  ],
  ['a probe that asks nothing', withProbe({}), ['spec.containers[0].livenessProbe: Required value: must specify a handler type']],
  [
    'a probe that asks two things',
    withProbe({ tcpSocket: { port: 80 }, httpGet: { port: 80 } }),
    ['spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
  ],
  [
    'a probe with negative numbers',
    withProbe({ tcpSocket: { port: 80 }, periodSeconds: -1, timeoutSeconds: -2 }),
    [
      'spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: -2: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'a liveness probe that wants two successes',
    withProbe({ tcpSocket: { port: 80 }, successThreshold: 2 }),
    ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
  ],
  [
    'a probe of a port that is none',
    withProbe({ httpGet: { port: 0, scheme: 'FTP', httpHeaders: [{ name: 'X Y', value: '1' }] } }),
    [
      `spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: ${range}`,
      'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
      `spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "X Y": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')`,
    ],
  ],
  [
    'a sleep longer than the Pod may take to end',
    withContainer({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
    [
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
  ],
  [
    'a volume that two sources make',
    withVolume({ emptyDir: {}, hostPath: { path: '/x' } }),
    ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    'a volume name that is none',
    withSpec({ volumes: [{ name: 'a_b', emptyDir: {} }] }),
    [`spec.volumes[0].name: Invalid value: "a_b": ${label}`],
  ],
  [
    'a volume name twice',
    withSpec({
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'a', emptyDir: {} },
      ],
    }),
    ['spec.volumes[1].name: Duplicate value: "a"'],
  ],
  [
    'a host path that climbs',
    withVolume({ hostPath: { path: '/a/../b' } }),
    ['spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
  ],
  [
    'a host path of an unknown kind',
    withVolume({ hostPath: { path: '/x', type: 'Dir' } }),
    [
      'spec.volumes[0].hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [
    'files of a ConfigMap in places that are none',
    withVolume({
      configMap: {
        name: 'c',
        defaultMode: 512,
        items: [
          { key: 'a', path: '/abs' },
          { key: '', path: '..x' },
        ],
      },
    }),
    [
      'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].configMap.items[0].path: Invalid value: "/abs": must be a relative path',
      'spec.volumes[0].configMap.items[1].key: Required value',
      'spec.volumes[0].configMap.items[1].path: Invalid value: "..x": must not start with \'..\'',
    ],
  ],
  [
    'volumes that say too little',
    withSpec({
      volumes: [
        { name: 'a', secret: {} },
        { name: 'b', configMap: {} },
        { name: 'c', persistentVolumeClaim: {} },
        { name: 'd', projected: { sources: [{}] } },
      ],
    }),
    [
      'spec.volumes[0].secret.secretName: Required value',
      'spec.volumes[1].configMap.name: Required value',
      'spec.volumes[2].persistentVolumeClaim.claimName: Required value',
      'spec.volumes[3].projected.sources[0]: Required value: must specify a volume type',
    ],
  ],
  [
    'a mount of no volume',
    withContainer({ volumeMounts: [{ name: 'gone', mountPath: '/a' }] }),
    ['spec.containers[0].volumeMounts[0].name: Not found: "gone"'],
  ],
  [
    'two mounts at one place',
    withSpec({
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        {
          ...main,
          volumeMounts: [
            { name: 'v', mountPath: '/a' },
            { name: 'v', mountPath: '/a', subPath: '../x' },
          ],
        },
      ],
    }),
    [
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      'spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain \'..\'',
    ],
  ],
  [
    'unknown policies',
    withSpec({ restartPolicy: 'Maybe', dnsPolicy: 'Mine', preemptionPolicy: 'x' }),
    [
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      'spec.preemptionPolicy: Unsupported value: "x": supported values: "PreemptLowerPriority", "Never"',
    ],
  ],
  ['no DNS at all', withSpec({ dnsPolicy: 'None' }), ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None']],
  [
    'a nameserver that is none',
    withSpec({ dnsConfig: { nameservers: ['x'] } }),
    [`spec.dnsConfig.nameservers[0]: Invalid value: "x": ${ip}`],
  ],
  [
    'names that are none',
    withSpec({ hostname: 'A', subdomain: 'b.c', nodeName: '_', serviceAccountName: 'X' }),
    [
      `spec.serviceAccountName: Invalid value: "X": ${subdomain}`,
      `spec.nodeName: Invalid value: "_": ${subdomain}`,
      `spec.hostname: Invalid value: "A": ${label}`,
      'spec.subdomain: Invalid value: "b.c": must not contain dots',
    ],
  ],
  [
    'a deadline in the past',
    withSpec({ activeDeadlineSeconds: 0 }),
    ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
  ],
  ['a node selector of bad labels', withSpec({ nodeSelector: { 'a b': 'c' } }), [`spec.nodeSelector: Invalid value: "a b": ${qualified}`]],
  [
    'tolerations of everything and nothing',
    withSpec({ tolerations: [{ operator: 'Equal' }, { key: 'a', operator: 'Exists', value: 'b' }, { key: 'a', operator: 'Is' }] }),
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      'spec.tolerations[1].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
      'spec.tolerations[2].operator: Unsupported value: "Is": supported values: "Equal", "Exists"',
    ],
  ],
  [
    'tolerations for a time, of the wrong effect',
    withSpec({
      tolerations: [
        { key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 },
        { key: 'a', effect: 'Go' },
      ],
    }),
    [
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
      'spec.tolerations[1].effect: Unsupported value: "Go": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'affinity to nothing',
    withSpec({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 0, preference: { matchExpressions: [{ key: 'a', operator: 'Near' }] } },
          ],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] },
      },
    }),
    [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
      `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": ${qualified}`,
    ],
  ],
  [
    'a user that cannot be',
    withSpec({ securityContext: { runAsUser: -1, fsGroup: 4294967296, fsGroupChangePolicy: 'x' } }),
    [
      'spec.securityContext.fsGroup: Invalid value: 4294967296: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "x": supported values: "Always", "OnRootMismatch"',
    ],
  ],
  [
    'privileges given and taken',
    withContainer({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    [
      'spec.containers[0].securityContext: Invalid value: {"allowPrivilegeEscalation":false,"privileged":true}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'a file of seccomp that is not named',
    withSpec({ securityContext: { seccompProfile: { type: 'Localhost' } } }),
    ['spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
  ],
  [
    'spreading over nothing',
    withSpec({ topologySpreadConstraints: [{ maxSkew: 0, whenUnsatisfiable: 'x' }] }),
    [
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "x": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
  ],
  [
    'ephemeral containers from the start',
    withSpec({ ephemeralContainers: [{ ...main, name: 'debug' }] }),
    ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
  ],
  [
    'a name that is none, without namespace',
    { metadata: { name: 'a_b' }, spec: { containers: [main] } },
    [`metadata.name: Invalid value: "a_b": ${subdomain}`, 'metadata.namespace: Required value'],
  ],
];

test.each(bad)('%s is refused', (_, manifest, lines) => {
  expect(onCreate(pod, manifest)).toEqual(lines);
});

const stored = withSpec({ tolerations: [{ key: 'a', operator: 'Exists' }], activeDeadlineSeconds: 10 });
const changed = (spec: Manifest): Manifest => ({ ...stored, spec: { ...(stored.spec as Manifest), ...spec } });
const mayNotChange =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

const updates: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['another image', changed({ containers: [{ ...main, image: 'other' }] }), []],
  ['a shorter deadline', changed({ activeDeadlineSeconds: 5 }), []],
  [
    'one more toleration',
    changed({
      tolerations: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'Exists' },
      ],
    }),
    [],
  ],
  ['labels', { ...stored, metadata: { ...metadata, labels: { a: 'b' } } }, []],
  ['no image', changed({ containers: [{ name: 'ctr', imagePullPolicy: 'Always' }] }), ['spec.containers[0].image: Required value']],
  [
    'one more container',
    changed({ containers: [main, { ...main, name: 'b' }] }),
    ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  ],
  [
    'a longer deadline',
    changed({ activeDeadlineSeconds: 11 }),
    ['spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value'],
  ],
  [
    'no deadline any more',
    { ...stored, spec: { containers: [main], tolerations: [{ key: 'a', operator: 'Exists' }] } },
    ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
  ],
  [
    'one toleration less',
    changed({ tolerations: [] }),
    ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
  ],
  [
    'anything else',
    changed({ hostname: 'x', containers: [{ ...main, ports: [{ containerPort: 80 }] }] }),
    [`${mayNotChange}+ containers[0].ports: [{"containerPort":80,"protocol":"TCP"}]\n+ hostname: "x"`],
  ],
  ['another name', { ...stored, metadata: { ...metadata, name: 'b' } }, ['metadata.name: Invalid value: "b": field is immutable']],
];

test.each(updates)('an update with %s', (_, next, lines) => {
  expect(onUpdate(pod, next, stored)).toEqual(lines);
});

test('statuses must be addresses, and the class of service stays', () => {
  const old = { ...stored, status: { qosClass: 'BestEffort' } };
  const next = { ...stored, status: { qosClass: 'Burstable', podIPs: [{ ip: '1.2.3' }], hostIPs: [{ ip: '1.2.3.4' }], hostIP: '1.2.3.5' } };
  expect(onStatusUpdate(pod, next, old)).toEqual([
    'status.qosClass: Invalid value: "Burstable": field is immutable',
    `status.podIPs[0]: Invalid value: "1.2.3": ${ip}`,
    'status.hostIPs[0].ip: Invalid value: "1.2.3.4": must be equal to `hostIP`',
  ]);
});
