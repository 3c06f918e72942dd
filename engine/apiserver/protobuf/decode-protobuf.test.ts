/** What a client sends in protobuf is read as the JSON it stands for. Real kubectls send it in protobuf-bodies.test.ts. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { protobufMessages } from '../../../scripts/generate-protobuf.ts';
import { ApiError } from '../../api/errors.ts';
import { kinds } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/object.ts';
import { stockKubectls } from '../../testing/kubectl.ts';
import { decodeProtobuf, hasMessage } from './decode-protobuf.ts';
import messages from './messages.gen.json' with { type: 'json' };

type Bytes = readonly number[];
const utf8 = (text: string): Bytes => [...Buffer.from(text)];
function varint(value: bigint): Bytes {
  const rest = BigInt.asUintN(64, value);
  return rest < 128n ? [Number(rest)] : [Number(rest & 127n) | 128, ...varint(rest >> 7n)];
}
const number = (field: number, value: bigint): Bytes => [...varint(BigInt(field * 8)), ...varint(value)];
const bytes = (field: number, value: Bytes): Bytes => [...varint(BigInt(field * 8 + 2)), ...varint(BigInt(value.length)), ...value];
const text = (field: number, value: string): Bytes => bytes(field, utf8(value));
const entry = (field: number, key: string, value: Bytes): Bytes => bytes(field, [...text(1, key), ...bytes(2, value)]);

function body(apiVersion: string, kind: string, content: Bytes): Buffer {
  return Buffer.from([...utf8('k8s\0'), ...bytes(1, [...text(1, apiVersion), ...text(2, kind)]), ...bytes(2, content)]);
}

const container: Bytes = [
  ...text(1, 'main'),
  ...text(2, 'nginx'),
  ...bytes(6, [...number(2, 0n), ...number(3, 80n), ...text(4, 'TCP')]),
  ...bytes(8, entry(1, 'memory', text(1, '1Gi'))),
  // A probe's handler has no name of its own in JSON.
  ...bytes(10, [...bytes(1, bytes(2, [...text(1, '/'), ...bytes(2, [...number(1, 1n), ...text(3, 'web')])])), ...number(2, -1n)]),
  ...number(16, 1n),
];
const pod: Bytes = [
  ...bytes(1, [...text(1, 'a'), ...bytes(8, []), ...entry(11, '__proto__', utf8('x')), ...entry(11, 'empty', [])]),
  ...bytes(2, [
    ...bytes(1, [...text(1, 'code'), ...bytes(2, bytes(19, bytes(1, text(1, 'settings'))))]),
    ...bytes(2, container),
    ...number(4, 30n),
    ...bytes(999, utf8('from the future')),
  ]),
];

/** Reads a body as the kind it says it is. */
function decode(apiVersion: string, kind: string, content: Bytes): JsonObject {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return decodeProtobuf(body(apiVersion, kind, content), { group, version, kind });
}

test('a pod', () => {
  expect(JSON.parse(JSON.stringify(decode('v1', 'Pod', pod)))).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', labels: JSON.parse('{"__proto__":"x","empty":""}') },
    spec: {
      volumes: [{ name: 'code', configMap: { name: 'settings' } }],
      containers: [
        {
          name: 'main',
          image: 'nginx',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          resources: { limits: { memory: '1Gi' } },
          livenessProbe: { httpGet: { path: '/', port: 'web' }, initialDelaySeconds: -1 },
          stdin: true,
        },
      ],
      terminationGracePeriodSeconds: 30,
    },
  });
});

test('times, bytes and lists under another name', () => {
  const lease = bytes(2, [...text(1, 'me'), ...bytes(4, [...number(1, 1_700_000_000n), ...number(2, 5999n)])]);
  expect(decode('coordination.k8s.io/v1', 'Lease', lease).spec).toEqual({ holderIdentity: 'me', renewTime: '2023-11-14T22:13:20.000005Z' });
  expect(decode('v1', 'Secret', entry(2, 'key', [0, 255]))).toMatchObject({ data: { key: 'AP8=' } });
  const review = bytes(2, entry(5, 'scopes', [...text(1, 'a'), ...text(1, 'b')]));
  expect(decode('authorization.k8s.io/v1', 'SubjectAccessReview', review).spec).toEqual({ extra: { scopes: ['a', 'b'] } });
  expect(decode('v1', 'PodTemplate', bytes(1, bytes(8, [...number(1, 0n), ...number(2, 0n)]))).metadata).toEqual({});
});

test('zero is left out where Go leaves it out, and kept where it says something', () => {
  const strategy = bytes(4, [...text(1, ''), ...bytes(2, bytes(1, [...number(1, 0n), ...number(2, 0n), ...text(3, '')]))]);
  const spec = bytes(2, [...number(1, 0n), ...strategy, ...number(5, 0n), ...number(6, 0n), ...number(7, 0n), ...number(9, 0n)]);
  const deployment = [
    ...bytes(1, [...text(1, 'a'), ...text(2, ''), ...number(7, 0n), ...bytes(8, [])]),
    ...spec,
    ...bytes(3, number(1, 0n)),
  ];
  expect(decode('apps/v1', 'Deployment', deployment)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { replicas: 0, revisionHistoryLimit: 0, progressDeadlineSeconds: 0, strategy: { rollingUpdate: { maxUnavailable: 0 } } },
    status: {},
  });
});

test('what comes twice is merged, and what a value of a map lacks is its zero', () => {
  const twice = [...bytes(1, [...text(1, 'a'), ...text(3, 'x')]), ...bytes(1, text(1, 'b')), ...bytes(2, text(1, 'k')), ...bytes(2, [])];
  expect(decode('v1', 'ConfigMap', twice)).toMatchObject({ metadata: { name: 'b', namespace: 'x' }, data: { k: '', '': '' } });
});

test('options are read whatever the group they are sent to; what the envelope does not say, the URL says', () => {
  const options = { group: '', version: 'v1', kind: 'DeleteOptions' };
  const given = [...number(1, 0n), ...text(4, 'Foreground')];
  const read = { gracePeriodSeconds: 0, propagationPolicy: 'Foreground' };
  expect(decodeProtobuf(body('apps/v1', 'DeleteOptions', given), options)).toMatchObject(read);
  expect(decodeProtobuf(body('', '', given), options)).toEqual({ apiVersion: 'v1', kind: 'DeleteOptions', ...read });
});

test('what is no message is refused as such', () => {
  const wanted = { group: '', version: 'v1', kind: 'Pod' };
  const noObject = (problem: string, shown: string) => `the object provided is unrecognized (must be of type Pod): ${problem} (${shown})`;
  const noPod = (problem: string) => `Pod in version "v1" cannot be handled as a Pod: ${problem}`;
  const cases: readonly (readonly [Buffer, string])[] = [
    [
      Buffer.from([0x7f, ...utf8('{"kind":"Pod"}')]),
      noObject('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]', '7f7b226b696e64223a22506f64227d'),
    ],
    [Buffer.from([...utf8('k8s\0'), 10, 200, 1]), noObject('unexpected EOF', '6b3873000ac801')],
    [Buffer.from([...utf8('k8s\0'), ...number(2, 1n)]), noObject('proto: wrong wireType = 0 for field Raw', '6b3873001001')],
    [body('v1', 'Pod', pod.slice(0, -5)), noPod('unexpected EOF')],
    [body('v1', 'Pod', bytes(1, [10, 200, 1])), noPod('unexpected EOF')],
    [body('v1', 'Pod', bytes(1, [10, ...varint(-1n)])), noPod('proto: negative length found during unmarshaling')],
    [body('v1', 'Pod', [0, 0]), noPod('proto: illegal tag 0 (wire type 0)')],
    [body('v1', 'Pod', [14, 0]), noPod('proto: illegal wireType 6')],
    [body('v1', 'Pod', Array(11).fill(255)), noPod('proto: integer overflow')],
    [body('v1', 'Pod', number(1, 5n)), noPod('proto: wrong wireType = 0 for field Metadata')],
    [body('v1', 'Pod', bytes(2, bytes(4, []))), noPod('proto: wrong wireType = 2 for field TerminationGracePeriodSeconds')],
    [body('v1', 'Pod', bytes(1, bytes(8, number(1, 1n << 60n)))), noPod('Time: year outside of range [1,9999]')],
    [
      body('v1', 'Pod', bytes(1, bytes(17, bytes(7, text(1, '{'))))),
      noPod("Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
    ],
  ];
  for (const [given, message] of cases) {
    expect(() => decodeProtobuf(given, wanted), message).toThrow(expect.objectContaining({ code: 400, message }));
  }
  // Another kind is refused by whoever compares the two.
  expect(decodeProtobuf(body('v1', 'Pot', [0, 0]), wanted)).toEqual({ apiVersion: 'v1', kind: 'Pot' });
});

test('every kind of the API has its message, but for the one that makes others', () => {
  expect(kinds.filter((kind) => !hasMessage(kind)).map(({ kind }) => kind)).toEqual(['CustomResourceDefinition']);
  const unread = kinds
    .filter(hasMessage)
    .filter((kind) => Object.keys(decodeProtobuf(body('', '', bytes(1, text(1, 'a'))), kind)).length !== 3);
  expect(unread.map(({ kind }) => kind)).toEqual([]);
});

test('no bytes do worse than being refused', () => {
  const wanted = kinds.filter(({ kind }) => ['Pod', 'Deployment', 'Lease', 'EndpointSlice', 'Role', 'Secret'].includes(kind));
  const whole = body('', '', pod);
  const damaged = fc
    .array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((sofar, { at, byte }) => sofar.with(at, byte), new Uint8Array(whole)));
  const random = fc.uint8Array({ maxLength: 200 }).map((content) => new Uint8Array(body('', '', [...content])));
  fc.assert(
    fc.property(fc.oneof(damaged, random), fc.constantFrom(...wanted), (given, kind) => {
      try {
        const object = decodeProtobuf(given, kind);
        return typeof object.kind === 'string' && JSON.stringify(object).length > 0;
      } catch (error) {
        return error instanceof ApiError && error.code === 400;
      }
    }),
    { numRuns: 3000 },
  );
});

const [kubectl] = stockKubectls().filter(({ minor }) => minor === 33);
test.skipIf(kubectl === undefined)('the generated table is what kubectl v1.33 carries', () => {
  expect(protobufMessages(readFileSync(kubectl?.path ?? ''))).toEqual(messages);
});
