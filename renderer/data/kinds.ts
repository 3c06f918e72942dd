/** The kinds the window shows: all that the API has, read off its registry. A new kind has its list and its detail page without a line here. */
import { anyKind, type Column, type KindDefinition } from '../../engine/api/kind.ts';
import { deployment } from '../../engine/api/kinds/apps/deployment.ts';
import { replicaSet } from '../../engine/api/kinds/apps/replica-set.ts';
import { event } from '../../engine/api/kinds/core/event.ts';
import { namespace } from '../../engine/api/kinds/core/namespace.ts';
import { node } from '../../engine/api/kinds/core/node.ts';
import { pod } from '../../engine/api/kinds/core/pod.ts';
import { service } from '../../engine/api/kinds/core/service.ts';
import { endpointSlice } from '../../engine/api/kinds/discovery/endpoint-slice.ts';
import { kinds } from '../../engine/api/kinds.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { CoreEvent, Pod } from '../../engine/api/types.gen.ts';
import type { KindRef } from '../../engine/host/contract.ts';

export interface ShownKind<T extends KubeObject = KubeObject> extends KindRef {
  readonly kind: string;
  readonly namespaced: boolean;
  /** Plural as people write it (`NetworkPolicies`); never translated. */
  readonly title: string;
  /** As kubectl is told: `deployment`. */
  readonly singular: string;
  /** What kubectl prints after the name. */
  readonly columns: readonly Column<KubeObject>[];
  /** Never set: carries the type. */
  readonly type?: T;
}

/** The kind's own capitals, with the plural's ending: NetworkPolicy, networkpolicies → NetworkPolicies. */
function titleOf({ kind, plural }: KindDefinition): string {
  let same = 0;
  while (same < kind.length && kind[same]?.toLowerCase() === plural[same]) same++;
  return kind.slice(0, same) + plural.slice(same);
}
function shownAs(definition: KindDefinition): ShownKind {
  const { group, version, plural, kind, namespaced, singular, columns } = definition;
  return { group, version, plural, kind, namespaced, singular, columns, title: titleOf(definition) };
}
// A second view of another kind's objects would show them twice.
const byDefinition = new Map(kinds.filter(({ storage }) => storage === undefined).map((kind) => [kind, shownAs(kind)]));
export const shownKinds: readonly ShownKind[] = [...byDefinition.values()];

function shown<T extends KubeObject>(definition: KindDefinition<T>): ShownKind<T> {
  const found = byDefinition.get(anyKind(definition));
  if (!found) throw new Error(`${definition.plural} is not in the registry`);
  // The map forgets the object type; the definition carries it.
  return found as ShownKind<T>;
}
/** Those that have pages of their own. */
export const nodes = shown(node);
export const namespaces = shown(namespace);
export const pods = shown(pod);
export const services = shown(service);
export const events = shown(event);
export const deployments = shown(deployment);
export const replicaSets = shown(replicaSet);
export const endpointSlices = shown(endpointSlice);

export function kindByPlural(plural: string | undefined): ShownKind | undefined {
  return shownKinds.find((kind) => kind.plural === plural);
}
export function kindByName(name: string | undefined): ShownKind | undefined {
  return shownKinds.find(({ kind }) => kind === name);
}

/** What objects are found by, besides their key. */
export type IndexName = 'namespace' | 'owner' | 'node' | 'about' | 'service';
export const indexFunctions: Readonly<Record<IndexName, (object: Live<KubeObject>) => readonly string[]>> = {
  namespace: ({ metadata }) => present(metadata.namespace),
  owner: ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid),
  // The readers below ask each object for a field that only one kind has; the others answer with nothing.
  node: (object) => present((object as Partial<Pod>).spec?.nodeName),
  about: (object) => present((object as Partial<CoreEvent>).involvedObject?.uid),
  service: ({ metadata }) => {
    const service = metadata.labels?.['kubernetes.io/service-name'];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  },
};
function present(value: string | undefined): readonly string[] {
  return value ? [value] : [];
}
