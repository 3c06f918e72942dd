/** Under what controllers find objects in the shared caches. The functions are values, because one name must mean one function for all. */
import type { KubeObject, Live } from '../api/object.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import { controllerOf } from '../client/owner-references.ts';

export const byController = {
  controller: (object: Live<KubeObject>): readonly string[] => [controllerOf(object)?.uid ?? `orphans of ${object.metadata.namespace}`],
};
export const byNode = {
  node: (pod: Live<Pod>): readonly string[] => (pod.spec.nodeName ? [pod.spec.nodeName] : []),
};
export const byLabel = {
  label: ({ metadata: { namespace, labels = {} } }: Live<KubeObject>): readonly string[] =>
    Object.entries(labels).map(([key, value]) => labelKey(namespace, key, value)),
};

export function ownedBy<T extends KubeObject>(cache: Cache<T>, owner: Live<KubeObject>): readonly Live<T>[] {
  return cache.byIndex('controller', owner.metadata.uid);
}
/** What nobody controls. */
export function orphansOf<T extends KubeObject>(cache: Cache<T>, namespace: string | undefined): readonly Live<T>[] {
  return cache.byIndex('controller', `orphans of ${namespace}`);
}
export function labelKey(namespace: string | undefined, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}
