/**
 * Generates `engine/apiserver/protobuf/messages.gen.json`: numbers, names and types of the fields of Kubernetes' protobuf messages. They are
 * read out of a stock kubectl v1.33, which carries the compressed descriptors of all its messages; they are the contents of the
 * `generated.proto` files beside Kubernetes' Go types, and tell which fields are pointers in Go. Names are checked against
 * `schema.gen.json`. Run with `node scripts/generate-protobuf.ts <path of kubectl>`; a test fails when the file no longer matches.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { typeSchema } from '../engine/api/schema.ts';
import { type WireField, wireFields } from '../engine/apiserver/protobuf/wire.ts';
import { schemaNames } from './go-zeros.ts';

/**
 * `inline`: a struct that is embedded in Go and has no name in JSON. `pointer`: a number, flag or string that may be nil, whose zero value
 * says something; where it is missing, zero is the same as nothing.
 */
type Mode = 'repeated' | 'map' | 'inline' | 'pointer';
type Field = readonly [name: string, type: string, mode?: Mode];
type Messages = Record<string, Record<string, Field>>;

const wanted =
  /^k8s\.io\/(api\/(?!admission\/|apidiscovery\/)[a-z]+\/v\d+|apimachinery\/pkg\/(api\/resource|apis\/meta\/v1|runtime|util\/intstr))\/generated\.proto$/;
const scalars: Readonly<Record<number, string>> = { 3: 'int', 4: 'int', 5: 'int', 8: 'bool', 9: 'string', 12: 'bytes', 13: 'int' };
const messageType = 11;
const gzipMagic = Buffer.from([0x1f, 0x8b, 8]);
/** gogoproto's extensions of field options. */
const nullableOption = 65_001;

/** Where a message's name of a field is not the one in JSON. */
const renamed: Readonly<Record<string, string>> = {
  'k8s.io.api.admissionregistration.v1.MutatingWebhookConfiguration.Webhooks': 'webhooks',
  'k8s.io.api.admissionregistration.v1.ValidatingWebhookConfiguration.Webhooks': 'webhooks',
  'k8s.io.api.admissionregistration.v1.Validation.Expression': 'expression',
  'k8s.io.api.admissionregistration.v1.Variable.Expression': 'expression',
  'k8s.io.api.admissionregistration.v1.Variable.Name': 'name',
  'k8s.io.api.authentication.v1.BoundObjectReference.uID': 'uid',
  'k8s.io.api.networking.v1.IngressClassParametersReference.aPIGroup': 'apiGroup',
};
/** Only of use inside Kubernetes, under the name of a type of the machinery. */
const ignored = new Set(['k8s.io.api.core.v1.Preconditions']);

const text = new TextDecoder();

function grouped(bytes: Uint8Array): (number: number) => readonly WireField['value'][] {
  const fields = [...wireFields(bytes)];
  return (number) => fields.filter((field) => field.number === number).map(({ value }) => value);
}
const asText = ([value]: readonly WireField['value'][]): string => (value instanceof Uint8Array ? text.decode(value) : '');
const asNumber = ([value]: readonly WireField['value'][]): number | undefined => (typeof value === 'number' ? value : undefined);
const asMessages = (values: readonly WireField['value'][]): readonly Uint8Array[] => values.filter((value) => value instanceof Uint8Array);

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly number: number;
  readonly isRepeated: boolean;
  readonly isMessage: boolean;
  /** A pointer, slice or map in Go. */
  readonly isNullable: boolean;
}
function declared(bytes: Uint8Array): Declared {
  const of = grouped(bytes);
  const type = asNumber(of(5)) ?? 0;
  const [options] = asMessages(of(8));
  const name = asText(of(1));
  const isMessage = type === messageType;
  const typeName = isMessage ? asText(of(6)).slice(1) : scalars[type];
  if (typeName === undefined) throw new Error(`field ${name} has type ${type}, which is not provided for`);
  return {
    name,
    type: typeName,
    number: asNumber(of(3)) ?? 0,
    isRepeated: asNumber(of(4)) === 3,
    isMessage,
    isNullable: options === undefined || asNumber(grouped(options)(nullableOption)) !== 0,
  };
}

function shapeOf(field: Declared, mapValue: string | undefined): Field {
  if (mapValue !== undefined) return [field.name, mapValue, 'map'];
  if (field.isRepeated) return [field.name, field.type, 'repeated'];
  // Bytes are nil when they are empty, whatever the option says.
  if (field.isNullable && !field.isMessage && field.type !== 'bytes') return [field.name, field.type, 'pointer'];
  return [field.name, field.type];
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
      return [`${fullName}.${asText(inner(1))}`, value?.type ?? 'string'] as const;
    }),
  );
  const fields = asMessages(of(2)).map(declared);
  return Object.fromEntries(fields.map((field) => [String(field.number), shapeOf(field, entries.get(field.type))]));
}

function unpack(binary: Buffer, start: number): Buffer | undefined {
  try {
    // Without its header of ten bytes: what follows in the binary, often the next member, is then left alone.
    return inflateRawSync(binary.subarray(start + 10, start + 100_000));
  } catch {
    // Most places that look like the start of a gzip member are none.
    return undefined;
  }
}

function readMessages(binary: Buffer): Messages {
  const messages: Messages = {};
  for (let at = binary.indexOf(gzipMagic); at >= 0; at = binary.indexOf(gzipMagic, at + 3)) {
    const descriptor = unpack(binary, at);
    if (descriptor?.[0] !== 0x0a) continue;
    const of = grouped(descriptor);
    if (!wanted.test(asText(of(1)))) continue;
    for (const message of asMessages(of(4))) {
      const fullName = `${asText(of(2))}.${asText(grouped(message)(1))}`;
      messages[fullName] = messageFields(message, fullName);
    }
  }
  return messages;
}

/** The fields under their names in JSON. Throws where the message and the schema table do not tell the same. */
function inJson(messages: Messages, fullName: string, fields: Record<string, Field>): Record<string, Field> {
  const schema = schemaNames(fullName)
    .map(typeSchema)
    .find((found) => found !== undefined);
  const known = schema && new Set(Object.keys(schema));
  const named = Object.entries(fields).map(
    ([number, [name, ...rest]]) => [number, [renamed[`${fullName}.${name}`] ?? name, ...rest]] as const,
  );
  if (known === undefined) return Object.fromEntries(named);
  const missing = new Set(known);
  const result = named.map(([number, field]): readonly [string, Field] => {
    const [name, type] = field;
    if (missing.delete(name)) return [number, field];
    const inner = embedded(messages, type, known);
    if (inner.length === 0 || !inner.every((one) => missing.delete(one)))
      throw new Error(`${fullName} has a field ${name} that JSON has not`);
    return [number, [name, type, 'inline']];
  });
  // Objects carry these beside the message.
  const lacking = [...missing].filter((name) => name !== 'apiVersion' && name !== 'kind');
  if (lacking.length > 0) throw new Error(`${fullName} lacks ${lacking.join(', ')}`);
  return Object.fromEntries(result);
}

/** The fields of a struct, with those of what is embedded in it in turn. */
function embedded(messages: Messages, type: string, known: ReadonlySet<string>): readonly string[] {
  return Object.values(messages[type] ?? {}).flatMap(([name, inner]) => (known.has(name) ? [name] : embedded(messages, inner, known)));
}

export function protobufMessages(binary: Buffer): Messages {
  const messages = readMessages(binary);
  const entries = Object.entries(messages).filter(([name]) => !ignored.has(name));
  return Object.fromEntries(
    entries.map(([name, fields]) => [name, inJson(messages, name, fields)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const [path] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (path === undefined) throw new Error('usage: node scripts/generate-protobuf.ts <path of kubectl>');
  const output = fileURLToPath(new URL('../engine/apiserver/protobuf/messages.gen.json', import.meta.url));
  writeFileSync(output, `${JSON.stringify(protobufMessages(readFileSync(path)))}\n`);
}
