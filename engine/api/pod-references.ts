/** The objects that a Pod names, and which its node therefore needs. Pure. Upstream: VisitPodSecretNames and its like in pkg/api/v1/pod/util.go. */
import type { Container, Pod, Volume } from './types.gen.ts';

export interface PodReferences {
  readonly serviceAccount: string;
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
  /** PersistentVolumeClaims, those of ephemeral volumes included. */
  readonly claims: readonly string[];
}

export function podReferences(pod: Pod): PodReferences {
  const { spec } = pod;
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const volumes = spec.volumes ?? [];
  return {
    serviceAccount: spec.serviceAccountName ?? '',
    secrets: named([
      ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
      ...containers.flatMap(({ env, envFrom }: EnvironmentOf) => [
        ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name),
        ...(env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ]),
      ...volumes.flatMap(secretsOfVolume),
    ]),
    configMaps: named([
      ...containers.flatMap(({ env, envFrom }: EnvironmentOf) => [
        ...(envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
        ...(env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ]),
      ...volumes.flatMap(({ configMap, projected }) => [
        configMap?.name,
        ...(projected?.sources ?? []).map((source) => source.configMap?.name),
      ]),
    ]),
    claims: claimsOf(pod),
  };
}

/** The claims alone: asked for with every event of every Pod, of which few have any. */
export function claimsOf(pod: Pod): readonly string[] {
  const { volumes = [] } = pod.spec;
  if (!volumes.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral)) return none;
  return named(volumes.map((volume) => claimOf(pod, volume)));
}

type EnvironmentOf = Pick<Container, 'env' | 'envFrom'>;

/** The claim that a volume stands for; that of an ephemeral volume is named after Pod and volume. */
export function claimOf({ metadata }: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name ?? ''}-${name}` : undefined);
}

function secretsOfVolume(volume: Volume): readonly (string | undefined)[] {
  const { azureFile, cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos, csi } = volume;
  return [
    volume.secret?.secretName,
    ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
    azureFile?.secretName,
    ...[cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos].map((source) => source?.secretRef?.name),
    csi?.nodePublishSecretRef?.name,
  ];
}

function named(names: readonly (string | undefined)[]): readonly string[] {
  const found = new Set(names.filter((name) => name !== undefined && name !== ''));
  return found.size === 0 ? none : ([...found] as readonly string[]);
}
const none: readonly string[] = [];
