/** Discovery: which groups, versions and resources there are, in the legacy form and in one aggregated document. Upstream: apiserver's endpoints/discovery. */
import { createHash } from 'node:crypto';
import { legacyResources, type Served } from './resources.ts';

export interface Discovery {
  /** `/api`, `/apis`, `/apis/<group>`, `/api/v1`, `/apis/<group>/<version>`; undefined for any other path. */
  legacy(path: string): object | undefined;
  /** Of `/api` or `/apis`; `version` is that of `apidiscovery.k8s.io`. */
  aggregated(path: string, version: 'v2' | 'v2beta1'): object | undefined;
  readonly etag: string;
  readonly paths: readonly string[];
}

interface Group {
  readonly name: string;
  readonly versions: readonly (readonly [version: string, resources: readonly Served[]])[];
}

/** Of what is served at the time of asking: made anew when `version` has risen. */
export function liveDiscovery(registry: { readonly version: number }, served: () => readonly Served[]): Discovery {
  let made: { readonly version: number; readonly discovery: Discovery } | undefined;
  const current = (): Discovery => {
    if (made?.version !== registry.version) made = { version: registry.version, discovery: createDiscovery(served()) };
    return made.discovery;
  };
  return {
    legacy: (path) => current().legacy(path),
    aggregated: (path, version) => current().aggregated(path, version),
    get etag() {
      return current().etag;
    },
    get paths() {
      return current().paths;
    },
  };
}

function createDiscovery(served: readonly Served[]): Discovery {
  const groups = [...Map.groupBy(served, ({ group }) => group)].map(([name, all]): Group => {
    return { name, versions: [...Map.groupBy(all, ({ version }) => version)] };
  });
  const named = groups.filter(({ name }) => name !== '');
  const core = groups.find(({ name }) => name === '');
  const documents = new Map<string, object>([
    ['/api', coreVersions(core)],
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupOf) }],
    ...named.map((group): [string, object] => [`/apis/${group.name}`, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }]),
    ...groups.flatMap(({ name, versions }) =>
      versions.map(([version, resources]): [string, object] => [
        name === '' ? `/api/${version}` : `/apis/${name}/${version}`,
        { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(name, version), resources: legacyResources(resources) },
      ]),
    ),
  ]);
  const etag = JSON.stringify(
    createHash('sha256')
      .update(JSON.stringify([...documents]))
      .digest('hex')
      .toUpperCase(),
  );
  return {
    etag,
    paths: [...documents.keys()],
    legacy: (path) => documents.get(path === '/' ? path : path.replace(/\/$/, '')),
    aggregated(asked, version) {
      const path = asked.replace(/\/$/, '');
      const items = path === '/api' ? (core ? [core] : []) : path === '/apis' ? named : undefined;
      return (
        items && {
          kind: 'APIGroupDiscoveryList',
          apiVersion: `apidiscovery.k8s.io/${version}`,
          metadata: {},
          items: items.map(aggregatedGroup),
        }
      );
    },
  };
}

function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

function coreVersions(core: Group | undefined): object {
  return {
    kind: 'APIVersions',
    versions: (core?.versions ?? []).map(([version]) => version),
    serverAddressByClientCIDRs: [],
  };
}

function groupOf({ name, versions }: Group): { readonly name: string } {
  const all = versions.map(([version]) => ({ groupVersion: groupVersion(name, version), version }));
  const group = { name, versions: all, preferredVersion: all[0] };
  return group;
}

function aggregatedGroup({ name, versions }: Group): object {
  return {
    metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
    versions: versions.map(([version, resources]) => ({ version, resources: resources.map(aggregatedResource), freshness: 'Current' })),
  };
}

function aggregatedResource({ group, version, kind, plural, singular, namespaced, shortNames, categories, verbs, parts }: Served): object {
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(parts.length > 0
      ? {
          subresources: parts.map(({ name, shape, verbs: partVerbs }) => ({
            subresource: name,
            responseKind: { group: shape.group, version: shape.version, kind: shape.kind },
            verbs: partVerbs,
          })),
        }
      : {}),
  };
}
