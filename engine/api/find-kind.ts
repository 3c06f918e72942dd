/** Finds a kind's definition by what an object or an address says of it. */
import { apiVersionOf, type KindDefinition } from './kind.ts';
import { kinds } from './kinds.ts';

const byObject = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));
const byResource = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));

/** By `apiVersion` and `kind`. */
export function findKind({
  apiVersion,
  kind,
}: {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}): KindDefinition | undefined {
  return byObject.get(`${apiVersion}/${kind}`);
}

/** By what stands in URLs. */
export function findResource({
  group,
  version,
  plural,
}: {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}): KindDefinition | undefined {
  return byResource.get(`${group}/${version}/${plural}`);
}
