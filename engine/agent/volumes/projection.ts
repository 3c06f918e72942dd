/** Files out of ConfigMaps, Secrets, pod fields and tokens: shared by the kinds that are made of them. Upstream: pkg/volume/{configmap,secret,downwardapi,projected}. */
import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Secret, ServiceAccountTokenProjection } from '../../api/types.gen.ts';
import { fieldValue, resourceValue } from '../kubelet/field-values.ts';
import { uidOf } from '../kubelet/pod-view.ts';
import { type Payload, type VolumeContext, VolumeError, type VolumeFile } from './volume-kind.ts';

type Files = Map<string, VolumeFile>;

export interface KeyedSource {
  readonly name: string;
  readonly items: readonly KeyToPath[] | undefined;
  readonly optional: boolean;
  readonly mode: number;
}

export async function configMapPayload(source: KeyedSource, context: VolumeContext): Promise<Payload> {
  const namespace = context.pod.metadata.namespace ?? '';
  const map = await context.objects.configMap(namespace, source.name);
  if (!map && !source.optional) throw new VolumeError(`configmap "${source.name}" not found`);
  return {
    files: select(contentsOf(map), source, 'configmap'),
    sources: [{ kind: 'ConfigMap', name: source.name, version: map?.metadata.resourceVersion ?? '' }],
  };
}
export async function secretPayload(source: KeyedSource, context: VolumeContext): Promise<Payload> {
  const namespace = context.pod.metadata.namespace ?? '';
  const secret = await context.objects.secret(namespace, source.name);
  if (!secret && !source.optional) throw new VolumeError(`secret "${source.name}" not found`);
  return {
    files: select(decoded(secret?.data), source, 'secret'),
    sources: [{ kind: 'Secret', name: source.name, version: secret?.metadata.resourceVersion ?? '' }],
  };
}

function contentsOf(map: ConfigMap | undefined): ReadonlyMap<string, Buffer> {
  const text = Object.entries(map?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'utf8')] as const);
  return new Map([...text, ...decoded(map?.binaryData)]);
}
function decoded(data: Secret['data']): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}

function select(contents: ReadonlyMap<string, Buffer>, { name, items, optional, mode }: KeyedSource, what: string): Files {
  if (!items) return new Map([...contents].map(([key, data]) => [key, { data, mode }]));
  const files: Files = new Map();
  for (const item of items) {
    const data = contents.get(item.key);
    if (data) files.set(item.path, { data, mode: item.mode ?? mode });
    else if (!optional)
      throw new VolumeError(`${what} "${name}" references non-existent ${what === 'secret' ? 'secret' : 'config'} key: ${item.key}`);
  }
  return files;
}

export function downwardFiles(items: readonly DownwardAPIVolumeFile[], mode: number, { pod, podIp, node }: VolumeContext): Files {
  const files: Files = new Map();
  for (const item of items) {
    const { fieldRef, resourceFieldRef } = item;
    const value = fieldRef
      ? fieldValue(pod, fieldRef.fieldPath, podIp, node)
      : resourceFieldRef && resourceValue(pod, resourceFieldRef, undefined, node);
    if (value === undefined) throw new VolumeError(`${item.path}: the field it asks for is not supported`);
    files.set(item.path, { data: Buffer.from(value, 'utf8'), mode: item.mode ?? mode });
  }
  return files;
}

const defaultExpirationSeconds = 3600;
/** Upstream renews after four fifths of a token's life, and at the latest after a day. */
const renewAfter = 0.8;
const dayMs = 86_400_000;

export async function tokenPayload(source: ServiceAccountTokenProjection, mode: number, context: VolumeContext): Promise<Payload> {
  const { pod, client, clock, tokens } = context;
  const key = JSON.stringify([source, mode]);
  const fresh = tokens.get(key);
  if (fresh?.renewAt !== undefined && clock.now() < fresh.renewAt) return fresh;
  const expirationSeconds = source.expirationSeconds ?? defaultExpirationSeconds;
  const requestedAt = clock.now();
  const answer = await client.request({
    method: 'POST',
    path: `/api/v1/namespaces/${pod.metadata.namespace}/serviceaccounts/${pod.spec.serviceAccountName ?? 'default'}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: source.audience ? [source.audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: uidOf(pod) },
      },
    },
  });
  // The API server's TokenRequest.
  const { token, expirationTimestamp } = (answer as { readonly status: { readonly token: string; readonly expirationTimestamp: string } })
    .status;
  const lifeMs = Date.parse(expirationTimestamp) - requestedAt;
  const payload: Payload = {
    files: new Map([[source.path, { data: Buffer.from(token, 'utf8'), mode }]]),
    renewAt: requestedAt + Math.min(lifeMs * renewAfter, dayMs),
    sources: [],
  };
  tokens.set(key, payload);
  return payload;
}
