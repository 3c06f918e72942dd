/** What is served, as discovery lists it: each resource with its parts, in the order of the registry. Upstream: apiserver's endpoints/installer.go. */
import { createHash } from 'node:crypto';
import type { KindDefinition } from '../../api/kind.ts';
import type { APIResource } from '../../api/types.gen.ts';
import type { Subresource } from '../call.ts';
import type { Review } from '../pipeline.ts';

export interface ServedPart {
  readonly name: string;
  readonly shape: GroupVersionKind;
  readonly verbs: readonly string[];
}
export interface Served {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly isStored: boolean;
  readonly parts: readonly ServedPart[];
}
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const terminatingVerbs = ['delete', 'deletecollection', 'get', 'list', 'watch'];

export function servedResources(
  kinds: readonly KindDefinition[],
  subresources: readonly Subresource[],
  reviews: readonly Review[],
): readonly Served[] {
  const partsOf = (kind: KindDefinition): readonly ServedPart[] =>
    subresources
      .filter(({ isPartOf }) => isPartOf(kind))
      .map(({ name, shape = kind, verbs }) => ({ name, shape, verbs: Object.keys(verbs).toSorted() }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const stored = kinds.map((kind): Served => {
    const { group, version, plural, singular, namespaced, shortNames, categories } = kind;
    const verbs = (kind.custom?.isTerminating ? terminatingVerbs : (kind.verbs ?? allVerbs)).toSorted();
    return {
      group,
      version,
      kind: kind.kind,
      plural,
      singular,
      namespaced,
      shortNames,
      categories,
      verbs,
      isStored: true,
      parts: partsOf(kind),
    };
  });
  const asked = reviews.map(({ group, version, kind, plural, singular, namespaced }): Served => {
    return {
      group,
      version,
      kind,
      plural,
      singular,
      namespaced,
      shortNames: [],
      categories: [],
      verbs: ['create'],
      isStored: false,
      parts: [],
    };
  });
  return [...stored, ...asked];
}

/** The legacy form: `/api/v1`, `/apis/apps/v1`. Sorted by name as upstream's. */
export function legacyResources(served: readonly Served[]): readonly APIResource[] {
  return served.flatMap(legacyOf).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function legacyOf({
  group,
  version,
  kind,
  plural,
  singular,
  namespaced,
  shortNames,
  categories,
  verbs,
  isStored,
  parts,
}: Served): readonly APIResource[] {
  const own: APIResource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(isStored ? { storageVersionHash: storageHash({ group, version, kind }) } : {}),
  };
  const named = parts.map(({ name, shape, verbs: partVerbs }): APIResource => {
    const isOwnGroup = shape.group === group && shape.version === version;
    return {
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      ...(isOwnGroup ? {} : { group: shape.group, version: shape.version }),
      kind: shape.kind,
      verbs: partVerbs,
    };
  });
  return [own, ...named];
}

/** Changes when the stored form does. */
function storageHash({ group, version, kind }: GroupVersionKind): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}
