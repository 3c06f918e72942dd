/** Several sources in one folder; what every pod gets at /var/run/secrets/kubernetes.io/serviceaccount is one of these. */
import type { VolumeProjection } from '../../api/types.gen.ts';
import { configMapPayload, downwardFiles, secretPayload, tokenPayload } from './projection.ts';
import { type Payload, type VolumeContext, VolumeError, type VolumeFile, type VolumeKind } from './volume-kind.ts';

export const projectedVolume: VolumeKind = {
  field: 'projected',
  folder: 'kubernetes.io~projected',
  payload: async ({ projected }, context) => {
    const mode = projected?.defaultMode ?? 0o644;
    const parts = await Promise.all((projected?.sources ?? []).map((source) => partOf(source, mode, context)));
    const renewals = parts.flatMap(({ renewAt }) => renewAt ?? []);
    return {
      files: new Map(parts.flatMap(({ files }): [string, VolumeFile][] => [...files])),
      ...(renewals.length > 0 ? { renewAt: Math.min(...renewals) } : {}),
      sources: parts.flatMap(({ sources }) => sources),
    };
  },
};

function partOf(source: VolumeProjection, mode: number, context: VolumeContext): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) {
    return configMapPayload({ name: configMap.name ?? '', items: configMap.items, optional: configMap.optional ?? false, mode }, context);
  }
  if (secret) return secretPayload({ name: secret.name ?? '', items: secret.items, optional: secret.optional ?? false, mode }, context);
  if (serviceAccountToken) return tokenPayload(serviceAccountToken, tokenMode(mode, context), context);
  if (downwardAPI) return Promise.resolve({ files: downwardFiles(downwardAPI.items ?? [], mode, context), sources: [] });
  throw new VolumeError('projected volume source is not supported');
}

/** Only the pod's group may read a token where the pod has one. */
function tokenMode(mode: number, { pod }: VolumeContext): number {
  return pod.spec.securityContext?.fsGroup === undefined ? mode : 0o600;
}
