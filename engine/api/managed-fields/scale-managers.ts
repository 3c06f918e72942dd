/** Who owns the replicas of an object, as managers of its Scale, and back. Upstream: apimachinery's util/managedfields/scalehandler.go. */
import type { ManagedFieldsEntry } from '../types.gen.ts';
import { differenceOf, hasPath, isEmpty, setOf } from './field-set.ts';
import { identityOf, type Manager, readManagers, writeManagers } from './managers.ts';
import type { PathElement } from './path-element.ts';

const scaleVersion = 'autoscaling/v1';
const replicasOfScale: readonly PathElement[] = ['f:spec', 'f:replicas'];

export interface ScaledParent {
  readonly entries: readonly ManagedFieldsEntry[] | undefined;
  readonly apiVersion: string;
  /** Where a version has its replicas; undefined for versions that are not served. */
  readonly replicasPath: (apiVersion: string) => readonly PathElement[] | undefined;
}

function managersOf({ entries = [] }: ScaledParent): readonly Manager[] {
  return [...readManagers(entries, entries).values()];
}
function ownsReplicas({ replicasPath }: ScaledParent, { apiVersion, fields }: Manager): boolean {
  const path = replicasPath(apiVersion);
  return path !== undefined && hasPath(fields, path);
}
const asScale = (manager: Manager): Manager => ({ ...manager, apiVersion: scaleVersion, fields: setOf(replicasOfScale) });
const byIdentity = (managers: readonly Manager[]): Map<string, Manager> =>
  new Map(managers.map((manager) => [identityOf(manager), manager]));

/** The entries of the Scale. */
export function toScale(parent: ScaledParent): readonly ManagedFieldsEntry[] | undefined {
  const owners = managersOf(parent).filter((manager) => ownsReplicas(parent, manager));
  return writeManagers(byIdentity(owners.map(asScale)));
}

/** The entries of the object after its Scale was written. */
export function fromScale(
  parent: ScaledParent,
  scaleEntries: readonly ManagedFieldsEntry[] | undefined,
): readonly ManagedFieldsEntry[] | undefined {
  const left = byIdentity([...readManagers(scaleEntries ?? []).values()]);
  const kept = managersOf(parent).flatMap((manager): readonly Manager[] => {
    const path = parent.replicasPath(manager.apiVersion);
    if (!path) return [];
    if (!hasPath(manager.fields, path) || left.delete(identityOf(asScale(manager)))) return [manager];
    const fields = differenceOf(manager.fields, setOf(path));
    return isEmpty(fields) ? [] : [{ ...manager, fields }];
  });
  const own = parent.replicasPath(parent.apiVersion);
  const gained = [...left.values()].flatMap((manager): readonly Manager[] =>
    own && hasPath(manager.fields, replicasOfScale)
      ? [{ ...manager, apiVersion: parent.apiVersion, time: undefined, fields: setOf(own) }]
      : [],
  );
  return writeManagers(byIdentity([...kept, ...gained]));
}
