/**
 * The API as the program's own parts see it: controllers, scheduler, agent and host use this interface and nothing below it.
 * `local.ts` calls the API server in the same process, `https.ts` calls it over the network; both end in the same pipeline.
 */
import type { Kind } from '../api/kind.ts';
import type { KubeObject, Live, ObjectKey } from '../api/object.ts';

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}
export interface ListResult<T extends KubeObject> {
  readonly items: readonly Live<T>[];
  readonly resourceVersion: string;
  readonly continue?: string;
}
export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Live<T> }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };
export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Deliver what came after this. */
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}
export interface WriteOptions {
  readonly subresource?: 'status' | 'scale' | 'binding' | 'eviction' | 'token' | 'finalize';
  readonly dryRun?: boolean;
}
export type Patch =
  | {
      readonly type: 'json';
      readonly patch: readonly { readonly op: string; readonly path: string; readonly value?: unknown; readonly from?: string }[];
    }
  | { readonly type: 'merge' | 'strategic'; readonly patch: object };
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Every method rejects with `ApiError`; a transport failure is an `ApiError` of reason ServiceUnavailable with its cause. */
export interface Client {
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<Live<T>>;
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ListResult<T>>;
  /** Creates `object` in `object.metadata.namespace`. `path` names the parent for subresources that are created (`binding`, `token`, `eviction`). */
  create<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<Live<T>>;
  /** Replaces; conflicts when `metadata.resourceVersion` is set and stale. */
  update<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<Live<T>>;
  patch<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<Live<T>>;
  delete<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** Ends when `signal` aborts or the server closes; throws `ApiError` reason Expired when `resourceVersion` is too old. */
  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** Anything else: `POST /api/v1/namespaces/x/pods/y/binding` and the like. Returns the decoded JSON body. */
  request(request: { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: string; readonly body?: object }): Promise<unknown>;
}
