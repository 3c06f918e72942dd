/** What a client sends in protobuf is read as the JSON it stands for. Real kubectls send it in kubectl.test.ts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { protobufMessages } from '../../../scripts/generate-protobuf.ts';
import { stockKubectls } from '../../testing/kubectl.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
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

test('a pod', () => {
  const decoded = decodeProtobuf(body('v1', 'Pod', pod));
  expect(JSON.parse(JSON.stringify(decoded))).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', labels: JSON.parse('{"__proto__":"x","empty":""}') },
    spec: {
      volumes: [{ name: 'code', configMap: { name: 'settings' } }],
      containers: [
        {
          name: 'main',
          image: 'nginx',
          ports: [{ hostPort: 0, containerPort: 80, protocol: 'TCP' }],
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
  const lease = bytes(2, [...text(1, 'me'), ...bytes(4, [...number(1, 1_700_000_000n), ...number(2, 5000n)])]);
  expect(decodeProtobuf(body('coordination.k8s.io/v1', 'Lease', lease)).spec).toEqual({
    holderIdentity: 'me',
    renewTime: '2023-11-14T22:13:20.000005Z',
  });
  expect(decodeProtobuf(body('v1', 'Secret', entry(2, 'key', [0, 255])))).toMatchObject({ data: { key: 'AP8=' } });
  const review = bytes(2, entry(5, 'scopes', [...text(1, 'a'), ...text(1, 'b')]));
  expect(decodeProtobuf(body('authorization.k8s.io/v1', 'SubjectAccessReview', review)).spec).toEqual({ extra: { scopes: ['a', 'b'] } });
  expect(decodeProtobuf(body('v1', 'DeleteOptions', number(1, 0n)))).toEqual({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    gracePeriodSeconds: 0,
  });
});

test('what is no message is refused as such', () => {
  const cases: readonly (readonly [Buffer, string])[] = [
    [Buffer.from('{"kind":"Pod"}'), 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    [body('v1', 'Pod', pod).subarray(0, -5), 'unexpected EOF'],
    [body('v1', 'Pod', bytes(1, [10, 200, 1])), 'unexpected EOF'],
    [body('v1', 'Pod', [0, 0]), 'proto: illegal tag 0'],
    [body('v1', 'Pod', [14, 0]), 'proto: illegal wireType 6'],
    [body('v1', 'Pod', number(1, 5n)), 'proto: wrong wireType'],
    [body('v1', 'Pot', []), 'no kind "Pot" is registered for version "v1"'],
  ];
  for (const [given, message] of cases) {
    expect(() => decodeProtobuf(given)).toThrow(expect.objectContaining({ code: 400, message }));
  }
});

const [kubectl] = stockKubectls().filter(({ minor }) => minor === 33);
test.skipIf(kubectl === undefined)('the generated table is what kubectl v1.33 carries', () => {
  expect(protobufMessages(readFileSync(kubectl?.path ?? ''))).toEqual(messages);
});
