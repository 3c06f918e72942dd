/**
 * The kinds that CustomResourceDefinitions add and take away while the controllers run, each with its cache: it is begun when the kind is served and ends
 * with it. Upstream: the garbage collector, the namespace and the quota controller ask discovery again and again.
 */
import { isTrue } from '../api/custom/definition.ts';
import { customKinds } from '../api/custom/kind-of.ts';
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import { customResourceDefinition } from '../api/kinds/apiextensions/custom-resource-definition.ts';
import type { KubeObject, Live } from '../api/object.ts';
import type { CustomResourceDefinition } from '../api/types.gen.ts';
import type { Cache, IndexFunctions } from '../cache/cache.ts';
import type { ControllerContext } from './context.ts';

export interface CustomKind {
  readonly kind: KindDefinition;
  /** All under which its objects are known; they are watched in the best one. */
  readonly apiVersions: readonly string[];
  readonly cache: Cache<KubeObject>;
}
export interface CustomKindListener {
  readonly added: (custom: CustomKind) => void;
  readonly removed: (custom: CustomKind) => void;
}

/** For the set-up of a controller, so that the definitions are there when it starts; what it gives begins to tell, and its result ends that. */
export function customKindsOf(
  { informers }: ControllerContext,
  indexes: IndexFunctions<KubeObject> = {},
): (listener: CustomKindListener) => () => void {
  const definitions = informers.cache(customResourceDefinition);
  return ({ added, removed }) => {
    const known = new Map<string, { readonly custom: CustomKind; readonly identity: string }>();
    const set = (name: string, definition: Live<CustomResourceDefinition> | undefined): void => {
      const kinds = definition && isTrue(definition, 'Established') ? customKinds(definition) : [];
      const [kind] = kinds;
      const apiVersions = kinds.map(apiVersionOf);
      const identity = kind ? [...apiVersions, kind.plural, kind.kind, kind.namespaced].join(' ') : '';
      const before = known.get(name);
      if (identity === (before?.identity ?? '')) return;
      if (before) {
        known.delete(name);
        removed(before.custom);
        informers.release(before.custom.cache);
      }
      if (!kind) return;
      const custom = { kind, apiVersions, cache: informers.cache(kind, {}, indexes) };
      known.set(name, { custom, identity });
      added(custom);
    };
    const end = definitions.subscribe(({ type, object }) => set(object.metadata.name, type === 'deleted' ? undefined : object));
    for (const definition of definitions.list()) set(definition.metadata.name, definition);
    return end;
  };
}
