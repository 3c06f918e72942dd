/** The uids of an object and of all that it owns, down to the pods. */
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { useSelected } from '../data/hooks.ts';
import { pods, replicaSets, type ShownKind } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';

export function useFamily({ plural }: ShownKind, { metadata: { uid } }: Live<KubeObject>): readonly string[] {
  const sets = useSelected(
    replicaSets,
    (list) => (plural === 'deployments' ? list.by('owner', uid).map(({ metadata }) => metadata.uid) : []),
    sameItems,
  );
  const owners = plural === 'replicasets' ? [uid] : sets;
  const own = useSelected(
    pods,
    (list) => owners.flatMap((owner) => list.by('owner', owner)).map(({ metadata }) => metadata.uid),
    sameItems,
  );
  return [uid, ...sets, ...own];
}
