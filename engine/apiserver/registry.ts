/** All resources the API server serves, found as URLs and objects name them: the fixed ones, and those that CustomResourceDefinitions add and take away. */
import { compareVersions } from '../api/custom/definition.ts';
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import { Resource } from './resource.ts';

export interface Registry {
  /** The fixed ones first. */
  readonly resources: readonly Resource[];
  /** Rises with every change of what is served: whoever derives something from it compares it. */
  readonly version: number;
  /** By what stands in URLs. */
  find(group: string, version: string, plural: string): Resource | undefined;
  /** For the server's own use: a kind that is known to be there. */
  need(group: string, plural: string): Resource;
  /** Whether some served kind has this apiVersion and kind. */
  knows(apiVersion: string, kind: string): boolean;
  /** From now on these are the kinds of this definition. Watches on what was served under its name before end, unless it `continues`. */
  define(definition: string, kinds: readonly KindDefinition[], options?: { readonly continues: boolean }): void;
}

/** What is served at one moment. */
interface Served {
  readonly resources: readonly Resource[];
  readonly byPath: ReadonlyMap<string, Resource>;
  readonly known: ReadonlySet<string>;
}

export function createRegistry(kinds: readonly KindDefinition[]): Registry {
  const fixed = kinds.map((kind) => new Resource(kind));
  const byResource = new Map(fixed.map((resource) => [`${resource.kind.group}/${resource.kind.plural}`, resource]));
  const custom = new Map<string, readonly Resource[]>();
  let version = 0;
  /** Made when it is asked for: many definitions come at once. */
  let made: Served | undefined;
  const served = (): Served => {
    made ??= index([...fixed, ...[...custom.values()].flat().toSorted(inDiscovery)]);
    return made;
  };
  return {
    get resources() {
      return served().resources;
    },
    get version() {
      return version;
    },
    find: (group, of, plural) => served().byPath.get(`${apiVersionOf({ group, version: of })}/${plural}`),
    need(group, plural) {
      const found = byResource.get(`${group}/${plural}`);
      if (!found) throw new Error(`${plural}.${group} is not served`);
      return found;
    },
    knows: (apiVersion, kind) => served().known.has(`${apiVersion}/${kind}`),
    define(definition, next, { continues } = { continues: false }) {
      const before = custom.get(definition) ?? [];
      if (before.length === 0 && next.length === 0) return;
      const lifeOf = (kind: KindDefinition): AbortController | undefined =>
        continues ? before.find((resource) => resource.kind.version === kind.version)?.life : undefined;
      if (next.length === 0) custom.delete(definition);
      else
        custom.set(
          definition,
          next.map((kind) => new Resource(kind, lifeOf(kind))),
        );
      if (!continues) for (const { life } of before) life.abort();
      version++;
      made = undefined;
    },
  };
}

/** As upstream lists them: by group, the best version first, by name. */
function inDiscovery({ kind: a }: Resource, { kind: b }: Resource): number {
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return compareVersions(a.version, b.version) || (a.plural < b.plural ? -1 : 1);
}

function index(resources: readonly Resource[]): Served {
  return {
    resources,
    // What is fixed cannot be taken over.
    byPath: new Map(resources.toReversed().map((resource) => [`${resource.apiVersion}/${resource.kind.plural}`, resource])),
    known: new Set(resources.map(({ apiVersion, kind }) => `${apiVersion}/${kind.kind}`)),
  };
}
