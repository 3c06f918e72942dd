/** All resources the API server serves, found as URLs and objects name them. */
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import { Resource } from './resource.ts';

export interface Registry {
  readonly resources: readonly Resource[];
  /** By what stands in URLs. */
  find(group: string, version: string, plural: string): Resource | undefined;
  /** For the server's own use: a kind that is known to be there. */
  need(group: string, plural: string): Resource;
  /** Whether some served kind has this apiVersion and kind. */
  knows(apiVersion: string, kind: string): boolean;
}

export function createRegistry(kinds: readonly KindDefinition[]): Registry {
  const resources = kinds.map((kind) => new Resource(kind));
  const byPath = new Map(resources.map((resource) => [`${resource.apiVersion}/${resource.kind.plural}`, resource]));
  const byResource = new Map(resources.map((resource) => [`${resource.kind.group}/${resource.kind.plural}`, resource]));
  const known = new Set(kinds.map((kind) => `${apiVersionOf(kind)}/${kind.kind}`));
  return {
    resources,
    find: (group, version, plural) => byPath.get(`${apiVersionOf({ group, version })}/${plural}`),
    need(group, plural) {
      const found = byResource.get(`${group}/${plural}`);
      if (!found) throw new Error(`${plural}.${group} is not served`);
      return found;
    },
    knows: (apiVersion, kind) => known.has(`${apiVersion}/${kind}`),
  };
}
