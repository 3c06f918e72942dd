/** What makes a pod of a StatefulSet that one and no other: its number, names and claims. Upstream: pkg/controller/statefulset/stateful_set_utils.go. */
import type { Kind } from '../../api/kind.ts';
import { statefulSet as setKind } from '../../api/kinds/apps/stateful-set.ts';
import type { Live } from '../../api/object.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from '../../api/types.gen.ts';
import { controllerReference } from '../../client/owner-references.ts';

/** The name of the ControllerRevision that a pod was made of. */
export const revisionLabel = 'controller-revision-hash';
export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const indexLabel = 'apps.kubernetes.io/pod-index';

export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

/** Undefined for a pod that no set of this name can have made. */
export function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const [, parent, digits] = /^(.*)-([0-9]+)$/.exec(pod.metadata.name ?? '') ?? [];
  return parent === metadata.name && digits !== undefined ? Number(digits) : undefined;
}
export function startOf({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0;
}
export function replicasOf({ spec }: StatefulSet): number {
  return spec.replicas ?? 1;
}
export function isInRange(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(set, pod);
  return ordinal !== undefined && ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set);
}
export function podNameOf({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}

export function podOf(set: Live<StatefulSet>, ordinal: number, { name: revision, template }: Revision): Pod {
  const { metadata = {}, spec = { containers: [] } } = template;
  const name = podNameOf(set, ordinal);
  const labels = { ...metadata.labels, ...identityLabels(name, ordinal), [revisionLabel]: revision };
  const { annotations = {}, finalizers = [] } = metadata;
  const ownerReferences = [controllerReference(setKind as unknown as Kind, set)];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: set.metadata.namespace, labels, annotations, finalizers, ownerReferences },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      volumes: volumesOf(set, ordinal, spec.volumes),
    },
  };
}
function identityLabels(name: string, ordinal: number): Readonly<Record<string, string>> {
  return { [podNameLabel]: name, [indexLabel]: String(ordinal) };
}
/** The claims' volumes take the place of the template's of the same name. */
function volumesOf(set: StatefulSet, ordinal: number, volumes: readonly Volume[] = []): readonly Volume[] {
  const claimed = claimsOf(set, ordinal).map(({ volume, claim }) => ({
    name: volume,
    persistentVolumeClaim: { claimName: claim.metadata.name ?? '' },
  }));
  return [...claimed, ...volumes.filter(({ name }) => !claimed.some((one) => one.name === name))];
}

export interface PodClaim {
  /** The volume's name, and the template's. */
  readonly volume: string;
  readonly claim: PersistentVolumeClaim;
}
export function claimsOf({ metadata: { name, namespace }, spec }: StatefulSet, ordinal: number): readonly PodClaim[] {
  return (spec.volumeClaimTemplates ?? []).map((template) => {
    const volume = template.metadata.name ?? '';
    const labels = { ...template.metadata.labels, ...spec.selector.matchLabels };
    const { status: _, ...claim } = template;
    return { volume, claim: { ...claim, metadata: { ...template.metadata, name: `${volume}-${name}-${ordinal}`, namespace, labels } } };
  });
}

/** The pod as it would be were its names and volumes right; the same pod where they are. Of a pod's spec only what may change is compared. */
export function withIdentity(set: StatefulSet, pod: Live<Pod>): Live<Pod> {
  const ordinal = ordinalOf(set, pod) ?? 0;
  const labels = identityLabels(pod.metadata.name, ordinal);
  if (pod.metadata.labels?.[podNameLabel] === pod.metadata.name && hasItsVolumes(set, ordinal, pod)) return pod;
  const volumes = volumesOf(set, ordinal, pod.spec.volumes);
  return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...labels } }, spec: { ...pod.spec, volumes } };
}
function hasItsVolumes(set: StatefulSet, ordinal: number, { spec }: Pod): boolean {
  return claimsOf(set, ordinal).every(({ volume, claim }) =>
    spec.volumes?.some(({ name, persistentVolumeClaim }) => name === volume && persistentVolumeClaim?.claimName === claim.metadata.name),
  );
}
