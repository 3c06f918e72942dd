/**
 * Generates `engine/apiserver/protobuf/messages.gen.json`: numbers, names and types of the fields of Kubernetes' protobuf messages. They are
 * read out of a stock kubectl v1.33, which carries the compressed descriptors of all its messages; they are the contents of the
 * `generated.proto` files beside Kubernetes' Go types. Run with `node scripts/generate-protobuf.ts <path of kubectl>`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type WireField, wireFields } from '../engine/apiserver/protobuf/wire.ts';

type Field = readonly [name: string, type: string, rule?: 'repeated' | 'map'];
type Messages = Record<string, Record<string, Field>>;

const wanted = /^k8s\.io\/(api\/[a-z]+\/v\d+|apimachinery\/pkg\/(api\/resource|apis\/meta\/v1|runtime|util\/intstr))\/generated\.proto$/;
const scalars: Readonly<Record<number, string>> = {
  1: 'double',
  3: 'int',
  4: 'int',
  5: 'int',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'int',
};
const text = new TextDecoder();

function grouped(bytes: Uint8Array): (number: number) => readonly WireField['value'][] {
  const fields = [...wireFields(bytes)];
  return (number) => fields.filter((field) => field.number === number).map(({ value }) => value);
}
const asText = ([value]: readonly WireField['value'][]): string => (value instanceof Uint8Array ? text.decode(value) : '');
const asNumber = ([value]: readonly WireField['value'][]): number => (typeof value === 'bigint' ? Number(value) : 0);
const asMessages = (values: readonly WireField['value'][]): readonly Uint8Array[] => values.filter((value) => value instanceof Uint8Array);

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly number: number;
  readonly isRepeated: boolean;
}
function declared(bytes: Uint8Array): Declared {
  const of = grouped(bytes);
  const type = asNumber(of(5));
  return { name: asText(of(1)), type: scalars[type] ?? asText(of(6)).slice(1), number: asNumber(of(3)), isRepeated: asNumber(of(4)) === 3 };
}

/** Entries of maps are nested messages with a key and a value. */
function messageFields(bytes: Uint8Array, fullName: string): Record<string, Field> {
  const of = grouped(bytes);
  const entries = new Map<string, string>(
    asMessages(of(3)).map((nested) => {
      const inner = grouped(nested);
      const value = asMessages(inner(2))
        .map(declared)
        .find(({ number }) => number === 2);
      return [`${fullName}.${asText(inner(1))}`, value?.type ?? 'string'] satisfies [string, string];
    }),
  );
  const fields = asMessages(of(2)).map((field) => {
    const { name, type, number, isRepeated } = declared(field);
    const mapValue = entries.get(type);
    const shape: Field = mapValue !== undefined ? [name, mapValue, 'map'] : isRepeated ? [name, type, 'repeated'] : [name, type];
    return [String(number), shape] as const;
  });
  return Object.fromEntries(fields);
}

function unpack(binary: Buffer, start: number): Buffer | undefined {
  try {
    // Descriptors are the whole of a gzip member; what follows in the binary is no part of it.
    return gunzipSync(binary.subarray(start, start + 100_000));
  } catch {
    // Most places that look like the start of a gzip member are none, or go on for longer.
    return undefined;
  }
}

export function protobufMessages(binary: Buffer): Messages {
  const messages: Messages = {};
  for (let at = binary.indexOf('\x1f\x8b\x08', 0, 'latin1'); at >= 0; at = binary.indexOf('\x1f\x8b\x08', at + 3, 'latin1')) {
    const descriptor = unpack(binary, at);
    if (descriptor?.[0] !== 0x0a) continue;
    const of = grouped(descriptor);
    if (!wanted.test(asText(of(1)))) continue;
    for (const message of asMessages(of(4))) {
      const fullName = `${asText(of(2))}.${asText(grouped(message)(1))}`;
      messages[fullName] = messageFields(message, fullName);
    }
  }
  return Object.fromEntries(Object.entries(messages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const [path] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (path === undefined) throw new Error('usage: node scripts/generate-protobuf.ts <path of kubectl>');
  const output = fileURLToPath(new URL('../engine/apiserver/protobuf/messages.gen.json', import.meta.url));
  writeFileSync(output, `${JSON.stringify(protobufMessages(readFileSync(path)))}\n`);
}
