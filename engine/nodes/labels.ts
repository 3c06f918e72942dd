/** Labels of everything Minato makes on an engine. By them, and by nothing else, things are found again and removed. */
export const labels = {
  cluster: 'io.minato.cluster',
  node: 'io.minato.node',
  /** Whose it is: `HOST:DIRECTORY`, the computer and the data folder that hold the cluster's state. */
  home: 'io.minato.home',
  /** `node`, `sandbox` or `container`. */
  role: 'io.minato.role',
  /** Of a node container: digest of what it was made from. Another digest means: make it anew. */
  plan: 'io.minato.plan',
  /** Of an image: `node`, `node-base`, `sample` or `test`. */
  image: 'io.minato.image',
  /** Of an image that was made from a folder: digest of its files. */
  digest: 'io.minato.digest',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const;

/** Name of a node's container, and of the volume with its state. */
export function nodeContainerName(cluster: string, node: string): string {
  return `minato-${cluster}-${node}`;
}

/** The engine's filter for a cluster's things, or one node's. */
export function labelFilter(cluster: string, more: Readonly<Record<string, string>> = {}): { readonly label: string[] } {
  return { label: [`${labels.cluster}=${cluster}`, ...Object.entries(more).map(([name, value]) => `${name}=${value}`)] };
}
