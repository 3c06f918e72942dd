/** How the API server reaches the kubelets: the cluster knows the way, the server only the names. Upstream: pkg/kubelet/client. */
export interface KubeletAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}
export interface Kubelets {
  /** GET `path` on the node's kubelet API. Rejects when the node cannot be reached. */
  get(request: { readonly node: string; readonly path: string; readonly signal: AbortSignal }): Promise<KubeletAnswer>;
}
