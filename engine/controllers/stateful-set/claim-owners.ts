/**
 * Who takes a claim along when it goes, by the set's retention policy: the set, the pod that is scaled away, or nobody. Pure.
 * Upstream: isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod in pkg/controller/statefulset/stateful_set_utils.go.
 */
import type { Kind } from '../../api/kind.ts';
import { statefulSet as setKind } from '../../api/kinds/apps/stateful-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types.gen.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { isInRange } from './identity.ts';

export interface ClaimOwners {
  readonly claim: Live<PersistentVolumeClaim>;
  readonly set: Live<StatefulSet>;
  readonly pod: Live<Pod>;
}
export interface OwnerChange {
  /** Undefined: they are right, or not ours to change. */
  readonly references: readonly OwnerReference[] | undefined;
  /** Somebody else controls the claim, so that the policy cannot be followed. */
  readonly isForeign: boolean;
}

export function claimOwners({ claim, set, pod }: ClaimOwners): OwnerChange {
  const owners = claim.metadata.ownerReferences ?? [];
  const ofSet = (reference: OwnerReference): boolean => refersTo(reference, set, setKind as unknown as Kind);
  const ofPod = (reference: OwnerReference): boolean => refersTo(reference, pod, podKind as unknown as Kind);
  // Of an earlier set or pod of that name, which is about to take the claim along: left alone.
  const isStale = owners.some((one) => (ofSet(one) && one.uid !== set.metadata.uid) || (ofPod(one) && one.uid !== pod.metadata.uid));
  const isOurs = (one: OwnerReference): boolean => one.uid === set.metadata.uid || one.uid === pod.metadata.uid;
  const others = owners.filter((one) => !ofSet(one) && !ofPod(one));
  const { whenDeleted, whenScaled } = policyOf(set);
  const isForeign = (whenDeleted === 'Delete' || whenScaled === 'Delete') && others.some(({ controller }) => controller === true);
  if (isStale) return { references: undefined, isForeign };
  if (isForeign) return { references: owners.some(isOurs) ? others : undefined, isForeign };
  const owner = ownerOf(set, pod);
  const wanted = owner ? [...others, owner] : others;
  const isRight =
    owners.filter(isOurs).length === (owner ? 1 : 0) &&
    owners.some((one) => one.uid === owner?.uid && one.controller) === (owner !== undefined);
  return { references: isRight ? undefined : wanted, isForeign };
}

function ownerOf(set: Live<StatefulSet>, pod: Live<Pod>): OwnerReference | undefined {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenScaled === 'Delete' && !isInRange(set, pod)) return controllerReference(podKind as unknown as Kind, pod);
  return whenDeleted === 'Delete' ? controllerReference(setKind as unknown as Kind, set) : undefined;
}
export function policyOf({ spec }: StatefulSet): { readonly whenDeleted: string; readonly whenScaled: string } {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted, whenScaled };
}
function refersTo({ kind, name }: OwnerReference, { metadata }: Live<KubeObject>, { kind: wanted }: Kind): boolean {
  return kind === wanted && name === metadata.name;
}

/** A claim that still goes with an earlier pod of this name must be gone before the next pod is made. */
export function isStale(set: StatefulSet, podName: string, { metadata }: PersistentVolumeClaim): boolean {
  return (
    policyOf(set).whenScaled === 'Delete' && (metadata.ownerReferences ?? []).some(({ kind, name }) => kind === 'Pod' && name === podName)
  );
}
