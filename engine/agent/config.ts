/** What a node's agent is told at birth: one JSON file, `/etc/minato/agent.json` in the node container. Written by `engine/nodes`. */
export interface AgentConfig {
  readonly cluster: string;
  readonly nodeName: string;
  readonly nodeIp: string;
  /** `10.244.0.0/24`: this node's pods. The first usable addresses up to .1 are reserved. */
  readonly podCidr: string;
  /** `10.244.0.0/16`: all nodes and pods; also the Docker network's subnet. */
  readonly clusterCidr: string;
  /** The Docker bridge's own address in `clusterCidr`: what comes from it comes from outside. */
  readonly gatewayIp: string;
  /** `10.96.0.0/16` */
  readonly serviceCidr: string;
  readonly dnsIp: string;
  /** `cluster.local` */
  readonly dnsDomain: string;
  /** The Docker network all nodes and pods are on. */
  readonly networkName: string;
  /** Image of the pods' sandboxes (the node image itself). */
  readonly sandboxImage: string;
  /** Named Docker volume mounted at `stateDir`; pods' volumes lie in it. */
  readonly stateVolume: string;
  readonly stateDir: string;
  /** Named Docker volume that all nodes of the cluster mount at `storageRoot`: PersistentVolumes lie in it. */
  readonly storageVolume: string;
  /** Labels of the Node object beside the usual kubernetes.io ones. */
  readonly labels: Readonly<Record<string, string>>;
  readonly apiServer: {
    /** `https://host.docker.internal:6443` */
    readonly url: string;
    readonly caPem: string;
    /** Client certificate `system:node:<name>` in group `system:nodes`. */
    readonly certificatePem: string;
    readonly keyPem: string;
  };
  readonly server: {
    /** Where the kubelet API listens in the node's namespace: 10250. */
    readonly port: number;
    readonly certificatePem: string;
    readonly keyPem: string;
  };
}

/** The agent's output has this line once its kubelet API listens and the kernel is known to carry the service proxy: what `engine/nodes` waits for. */
export const agentStartedLine = 'the agent has started';
/** The agent's exit code where the kernel cannot do what the service proxy needs (EX_CONFIG of sysexits.h). */
export const kernelUnsupportedExitCode = 78;
