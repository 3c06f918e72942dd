/** The kinds that can own, be owned, and fill a namespace: all that are stored under their own name, without Events, which go by themselves. */
import type { KindDefinition } from '../api/kind.ts';
import { kinds } from '../api/kinds.ts';

export function allKinds(): readonly KindDefinition[] {
  return kinds.filter((kind) => kind.storage === undefined && kind.kind !== 'Event');
}
