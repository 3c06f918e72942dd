/** Labels of everything the agent creates on the engine; the same keys as `engine/nodes/labels.ts`, by which nodes and clusters are removed. */
export const label = {
  cluster: 'io.minato.cluster',
  node: 'io.minato.node',
  /** `node`, `sandbox` or `container`. */
  role: 'io.minato.role',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  /** How often the container (or sandbox) had been made before: becomes restartCount. */
  attempt: 'io.minato.attempt',
  /** Of a sandbox: the pod's address, readable while the sandbox is down. */
  podIp: 'io.minato.pod-ip',
  /** Of a container: the sandbox it was made for. */
  sandbox: 'io.minato.sandbox',
  /** Of a container: the image as the manifest names it. A change means a new container. */
  image: 'io.minato.image',
} as const;
