/**
 * Kubernetes' protobuf as JSON: newer kubectls send what they create in it. The answer to them is JSON, which all of them accept.
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf; the field tables are generated from its messages.
 */
import { cannotBeHandled, unrecognized } from '../../api/decode-body.ts';
import { apiVersionOf } from '../../api/kind.ts';
import type { JsonObject } from '../../api/object.ts';
import { asBytes, isMessage, readMessage } from './read-message.ts';
import { WireError, wireFields } from './wire.ts';

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

const magic = Buffer.from('k8s\0');
const meta = 'k8s.io.apimachinery.pkg.apis.meta.v1';
const typeMeta = 'k8s.io.apimachinery.pkg.runtime.TypeMeta';
const nothing = new Uint8Array();

interface Wanted {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * The body of a request as the JSON it stands for. Throws a BadRequest where it cannot be read. Of a kind that is not the wanted one only
 * `apiVersion` and `kind` are told, so that it is refused as the same body in JSON would be.
 */
export function decodeProtobuf(body: Uint8Array, wanted: Wanted): JsonObject {
  const { apiVersion, kind, raw } = readEnvelope(body, wanted);
  const type = messageOf(wanted);
  // Options are of the machinery, whatever the group they are sent to.
  const isWanted = kind === wanted.kind && (apiVersion === apiVersionOf(wanted) || type.startsWith(meta));
  if (!isWanted) return { apiVersion, kind };
  try {
    return { apiVersion, kind, ...readMessage(type, raw) };
  } catch (error) {
    if (error instanceof WireError) throw cannotBeHandled(wanted, wanted, error.message);
    throw error;
  }
}

/** `rbac.authorization.k8s.io/v1`, `Role` → `k8s.io.api.rbac.v1.Role` */
function messageOf({ group, version, kind }: Wanted): string {
  const own = `k8s.io.api.${group.split('.')[0] || 'core'}.${version}.${kind}`;
  return isMessage(own) ? own : `${meta}.${kind}`;
}

/** CustomResourceDefinitions, and what they define, travel as JSON only: their messages are not among those that kubectl carries. */
export function hasMessage(wanted: Wanted): boolean {
  return isMessage(messageOf(wanted));
}

interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** Upstream: runtime.Unknown behind four bytes that are no JSON and no YAML. What it does not say is as the URL says. */
function readEnvelope(body: Uint8Array, wanted: Wanted): Envelope {
  const refuse = (problem: string) => unrecognized(wanted, problem, Buffer.from(body).toString('latin1'));
  if (!magic.equals(body.subarray(0, magic.length)))
    throw refuse('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const fields = new Map([...wireFields(body.subarray(magic.length))].map(({ number, value }) => [number, value]));
    const { apiVersion, kind } = readMessage(typeMeta, asBytes(fields.get(1) ?? nothing, 'typeMeta'));
    const raw = asBytes(fields.get(2) ?? nothing, 'raw');
    return { apiVersion: String(apiVersion ?? apiVersionOf(wanted)), kind: String(kind ?? wanted.kind), raw };
  } catch (error) {
    if (error instanceof WireError) throw refuse(error.message);
    throw error;
  }
}
