/**
 * Kubernetes' protobuf as JSON: newer kubectls send what they create in it. The answer to them is JSON, which all of them accept.
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf; the field tables are generated from its messages.
 */
import { badRequest } from '../../api/errors.ts';
import type { Json, JsonObject } from '../../api/object.ts';
import table from './messages.gen.json' with { type: 'json' };
import { WireError, type WireField, wireFields } from './wire.ts';

type Field = readonly [name: string, type: string, rule?: 'repeated' | 'map'];
type Message = Readonly<Record<string, Field>>;
type Value = WireField['value'];

/** The generated JSON has this shape; the compiler sees only its literal keys. */
const messages = table as unknown as Readonly<Record<string, Message>>;

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

const magic = Buffer.from('k8s\0');
const meta = 'k8s.io.apimachinery.pkg.apis.meta.v1';
const envelope = 'k8s.io.apimachinery.pkg.runtime.Unknown';

/** Structs that are embedded in Go have no name in JSON: their fields are those of their owner. */
const inline = new Set([
  'ConfigMapEnvSource.localObjectReference',
  'ConfigMapKeySelector.localObjectReference',
  'ConfigMapProjection.localObjectReference',
  'ConfigMapVolumeSource.localObjectReference',
  'EphemeralContainer.ephemeralContainerCommon',
  'IngressRule.ingressRuleValue',
  'PersistentVolumeSpec.persistentVolumeSource',
  'Probe.handler',
  'SecretEnvSource.localObjectReference',
  'SecretKeySelector.localObjectReference',
  'SecretProjection.localObjectReference',
  'Volume.volumeSource',
]);
const renamed: Readonly<Record<string, string>> = { uID: 'uid', aPIGroup: 'apiGroup' };

/** The body of a request as the JSON it stands for. Throws a BadRequest. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, magic.length).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const unknown = readMessage(envelope, body.subarray(magic.length)) as Envelope;
    const { apiVersion = '', kind = '' } = unknown.typeMeta ?? {};
    const content = Buffer.from(unknown.raw ?? '', 'base64');
    return { ...readMessage(messageOf(apiVersion, kind), content), apiVersion, kind };
  } catch (error) {
    if (error instanceof WireError) throw badRequest(error.message);
    throw error;
  }
}

interface Envelope {
  readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string };
  readonly raw?: string;
}

/** `rbac.authorization.k8s.io/v1`, `Role` → `k8s.io.api.rbac.v1.Role`; options are of the machinery whatever their group. */
function messageOf(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const own = `k8s.io.api.${group.split('.')[0]}.${version}.${kind}`;
  const found = [own, `${meta}.${kind}`].find((name) => Object.hasOwn(messages, name));
  if (found === undefined) throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  return found;
}

function readMessage(type: string, bytes: Uint8Array): JsonObject {
  const message = messages[type];
  if (message === undefined) throw new WireError(`unknown message ${type}`);
  const owner = type.slice(type.lastIndexOf('.') + 1);
  const object: Record<string, Json> = {};
  for (const { number, value } of wireFields(bytes)) {
    const field = message[String(number)];
    // A newer client's field: like an unknown one in JSON, but without a name to tell.
    if (field === undefined) continue;
    const [name, fieldType] = field;
    if (inline.has(`${owner}.${name}`)) Object.assign(object, readMessage(fieldType, asBytes(value)));
    else addField(object, field, value);
  }
  return object;
}

function addField(object: Record<string, Json>, [protoName, type, rule]: Field, value: Value): void {
  const name = renamed[protoName] ?? protoName;
  if (rule === 'repeated') object[name] = [...((object[name] as readonly Json[] | undefined) ?? []), readValue(type, value)];
  else if (rule === 'map') object[name] = withEntry((object[name] ?? {}) as JsonObject, type, asBytes(value));
  else {
    const read = readValue(type, value);
    if (read !== null) object[name] = read;
  }
}

function withEntry(map: JsonObject, type: string, bytes: Uint8Array): JsonObject {
  let key = '';
  let item: Json = isScalar(type) ? '' : readValue(type, new Uint8Array());
  for (const { number, value } of wireFields(bytes)) {
    if (number === 1) key = utf8(value);
    else item = readValue(type, value);
  }
  // Not an assignment: `__proto__` is an ordinary key.
  return Object.fromEntries([...Object.entries(map), [key, item]]);
}

const scalars: Readonly<Record<string, (value: Value) => Json>> = {
  string: utf8,
  bytes: (value) => Buffer.from(asBytes(value)).toString('base64'),
  int: integer,
  bool: (value) => value === 1n,
};
const isScalar = (type: string): boolean => Object.hasOwn(scalars, type);

/** Messages that are no objects in JSON. */
const special: Readonly<Record<string, (fields: ReadonlyMap<number, Value>) => Json>> = {
  'k8s.io.apimachinery.pkg.api.resource.Quantity': (fields) => utf8(fields.get(1)) || '0',
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': (fields) =>
    integer(fields.get(1)) === 0 ? integer(fields.get(2)) : utf8(fields.get(3)),
  [`${meta}.Time`]: (fields) => time(fields, false),
  [`${meta}.MicroTime`]: (fields) => time(fields, true),
  [`${meta}.FieldsV1`]: rawJson,
  'k8s.io.apimachinery.pkg.runtime.RawExtension': rawJson,
};

function readValue(type: string, value: Value): Json {
  const scalar = scalars[type];
  if (scalar) return scalar(value);
  const bytes = asBytes(value);
  const read = special[type];
  if (read) return read(new Map([...wireFields(bytes)].map((field) => [field.number, field.value])));
  const object = readMessage(type, bytes);
  // A list under another name (`ExtraValue`, `Verbs`).
  return isListMessage(type) ? (object.items ?? []) : object;
}

function isListMessage(type: string): boolean {
  const fields = Object.values(messages[type] ?? {});
  return fields.length === 1 && fields[0]?.[0] === 'items' && fields[0][1] === 'string';
}

function asBytes(value: Value | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new WireError('proto: wrong wireType');
}
function utf8(value: Value | undefined): string {
  return value === undefined ? '' : Buffer.from(asBytes(value)).toString('utf8');
}
/** Beyond 2^53 numbers are not exact, as in JSON; no field of the API comes near. */
function integer(value: Value | undefined): number {
  if (value instanceof Uint8Array) throw new WireError('proto: wrong wireType');
  return value === undefined ? 0 : Number(BigInt.asIntN(64, value));
}

/** Null is the zero time: what creationTimestamp is before there is one. */
function time(fields: ReadonlyMap<number, Value>, isMicro: boolean): Json {
  if (fields.size === 0) return null;
  const nanos = integer(fields.get(2));
  const whole = new Date(integer(fields.get(1)) * 1000).toISOString().slice(0, -'.000Z'.length);
  return isMicro ? `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`;
}

function rawJson(fields: ReadonlyMap<number, Value>): Json {
  const text = utf8(fields.get(1));
  try {
    // What JSON.parse gives is JSON.
    return text === '' ? null : (JSON.parse(text) as Json);
  } catch (cause) {
    throw new WireError(cause instanceof Error ? cause.message : 'malformed JSON');
  }
}
