/** How the API server reaches the nodes: the cluster knows the way, the server only the names. Upstream: pkg/kubelet/client. */
import type { ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';

export interface KubeletAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}
/** As Node takes them: a name may have several values. */
export type Headers = Readonly<Record<string, string | string[]>>;

export interface KubeletRequest {
  readonly node: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}
export interface Kubelets {
  /** GET `path` on the node's kubelet API. Rejects when the node cannot be reached. */
  get(request: { readonly node: string; readonly path: string; readonly signal: AbortSignal }): Promise<KubeletAnswer>;
  /** A request to the node's kubelet API whose body is still to be written and ended by the caller; it may become an upgrade. */
  request(request: KubeletRequest): Promise<ClientRequest>;
  /** A stream to `target` (`10.244.0.5:80`) as the node sees it. Rejects when nothing answers there. */
  dial(request: { readonly node: string; readonly target: string; readonly signal: AbortSignal }): Promise<Duplex>;
}
