/** The object of a detail page, and what is known when it is not there: still loading, gone, or never seen. */
import { useRef } from 'react';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { WireError } from '../../engine/host/contract.ts';
import type { ObjectPlace } from '../app/paths.ts';
import { useObject } from '../data/hooks.ts';
import type { ShownKind } from '../data/kinds.ts';

export type LiveObject =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: WireError | undefined }
  | { readonly state: 'missing' }
  /** `object` is the last one seen; `isDeleted` once it is gone. */
  | { readonly state: 'known'; readonly object: Live<KubeObject>; readonly isDeleted: boolean };

export function useLiveObject(kind: ShownKind, place: ObjectPlace): LiveObject {
  const { object, state, error } = useObject(kind, { namespace: kind.namespaced ? place.namespace : undefined, name: place.name });
  const last = useRef<Live<KubeObject>>(undefined);
  if (object) last.current = object;
  if (object) return { state: 'known', object, isDeleted: false };
  if (state === 'failed') return { state: 'failed', error };
  if (state === 'loading') return { state: 'loading' };
  return last.current ? { state: 'known', object: last.current, isDeleted: true } : { state: 'missing' };
}
