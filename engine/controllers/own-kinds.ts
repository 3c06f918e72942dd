import type { KindDefinition } from '../api/kind.ts';

/** The kinds that can own, be owned, and fill a namespace: all that are stored under their own name, without Events, which go by themselves. */
export function ownKinds(kinds: readonly KindDefinition[]): readonly KindDefinition[] {
  return kinds.filter((kind) => kind.storage === undefined && kind.kind !== 'Event');
}
