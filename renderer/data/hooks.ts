/** How components read what the window knows. Each hook re-renders its component only when what it returns has changed. */
import { createContext, use, useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import { type KubeObject, keyString, type Live, type ObjectKey } from '../../engine/api/object.ts';
import type { ClusterSummary, Settings, WireError } from '../../engine/host/contract.ts';
import type { Host } from './host-client.ts';
import type { IndexName, ShownKind } from './kinds.ts';
import type { ListState, LiveList } from './live-list.ts';
import type { Ports, PortsStore } from './ports-store.ts';
import type { Store } from './store.ts';
import type { WindowData } from './window-data.ts';

export const WindowDataContext = createContext<WindowData | undefined>(undefined);
/** The cluster of the page; set by the route. */
export const ClusterContext = createContext<string>('');

export function useWindowData(): WindowData {
  const data = use(WindowDataContext);
  if (!data) throw new Error('outside of WindowDataContext');
  return data;
}
export function useHost(): Host {
  return useWindowData().host;
}
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
export function useClusterName(): string {
  return use(ClusterContext);
}
export function useClusters(): readonly ClusterSummary[] | undefined {
  return useStore(useWindowData().clusters);
}
export function useCluster(name: string): ClusterSummary | undefined {
  return useClusters()?.find((cluster) => cluster.name === name);
}
/** Simulated pods run no programs: nothing answers on their ports, and nothing is wrong with that. */
export function useIsSimulated(): boolean {
  return useCluster(useClusterName())?.driver === 'simulated';
}
export function useSettings(): Settings {
  return useStore(useWindowData().settings);
}
export function usePorts(): { readonly ports: Ports; readonly store: PortsStore } {
  const store = useWindowData().ports(useClusterName());
  return { ports: useStore(store), store };
}

export interface Listing<T extends KubeObject> {
  readonly state: ListState;
  readonly objects: readonly Live<T>[];
  readonly error: WireError | undefined;
  readonly retry: () => void;
}
/** All objects of the kind, or those of one namespace, or those found under an index. */
export function useObjects<T extends KubeObject>(
  kind: ShownKind<T>,
  found?: { readonly by: IndexName; readonly value: string | undefined },
): Listing<T> {
  const list = useLiveList(kind);
  useSyncExternalStore(list.subscribe, list.snapshot);
  const retry = useCallback(() => list.restart(), [list]);
  // The table holds objects of the kind that was asked for; the wire does not carry their type.
  const objects = (
    found === undefined ? list.list() : found.value === undefined ? none : list.by(found.by, found.value)
  ) as readonly Live<T>[];
  const { state, error } = list;
  return useMemo(() => ({ state, objects, error, retry }), [state, objects, error, retry]);
}
const none: readonly never[] = [];

/** One object, and a re-render only when it has changed. */
export function useObject<T extends KubeObject>(
  kind: ShownKind<T>,
  key: ObjectKey,
): { readonly object: Live<T> | undefined; readonly state: ListState; readonly error: WireError | undefined } {
  const list = useLiveList(kind);
  const id = keyString(key);
  const object = useSyncExternalStore(list.subscribe, () => list.get(id)) as Live<T> | undefined;
  const state = useSyncExternalStore(list.subscribe, () => list.state);
  return { object, state, error: list.error };
}

/** A value computed from a list; the component re-renders only when `isEqual` says that it differs. */
export function useSelected<T extends KubeObject, S>(
  kind: ShownKind<T>,
  select: (list: TypedList<T>) => S,
  isEqual: (one: S, other: S) => boolean = Object.is,
): S {
  const list = useLiveList(kind);
  const last = useRef<{ readonly version: number; readonly select: unknown; readonly value: S } | undefined>(undefined);
  return useSyncExternalStore(list.subscribe, () => {
    const before = last.current;
    if (before && before.version === list.version && before.select === select) return before.value;
    const next = select(list as unknown as TypedList<T>);
    const value = before && isEqual(before.value, next) ? before.value : next;
    last.current = { version: list.version, select, value };
    return value;
  });
}
export interface TypedList<T extends KubeObject> {
  readonly state: ListState;
  get(key: string): Live<T> | undefined;
  list(): readonly Live<T>[];
  by(index: IndexName, value: string): readonly Live<T>[];
}

function useLiveList(kind: ShownKind): LiveList {
  return useWindowData().list(useClusterName(), kind);
}
