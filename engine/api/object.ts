/** What every Kubernetes object has, in the three forms the program meets it. Objects are never changed in place: make a copy. */
import type { ObjectMeta } from './types.gen.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The shape that all kinds share. `apiVersion` and `kind` may be missing inside lists and in drafts. */
export interface KubeObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMeta;
}

/** Metadata of an object that the API server has stored. */
export interface LiveMeta extends ObjectMeta {
  readonly name: string;
  readonly uid: string;
  /** Opaque to clients; the store's revision in decimal. */
  readonly resourceVersion: string;
  /** RFC 3339, whole seconds, UTC. */
  readonly creationTimestamp: string;
}

/** An object as the API server returns it. */
export type Live<T extends KubeObject> = T & { readonly apiVersion: string; readonly kind: string; readonly metadata: LiveMeta };

export interface ObjectKey {
  /** Absent for kinds that are not namespaced. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or `name` for cluster-scoped objects: the key that caches and work queues use (upstream: MetaNamespaceKeyFunc). */
export function keyOf(object: { readonly metadata: ObjectMeta }): string {
  return keyString({ namespace: object.metadata.namespace, name: object.metadata.name ?? '' });
}
export function keyString({ namespace, name }: ObjectKey): string {
  return namespace ? `${namespace}/${name}` : name;
}
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
