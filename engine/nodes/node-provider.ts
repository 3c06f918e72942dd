/**
 * Where nodes come from. One provider per driver: `docker.ts`, `simulated.ts`, later `ssh.ts`. Every `ensure…` can be called again after a
 * crash at any point and finishes what is missing; nothing that is healthy is touched. All Docker objects carry the labels of `labels.ts`.
 */
import type { AgentConfig } from '../agent/config.ts';
import type { StepDetail } from '../api/step-detail.ts';

export interface EngineInfo {
  /** `docker` or `simulated`, and what the user sees: `Docker 20.10.24 (linux/amd64)`. */
  readonly driver: string;
  readonly title: string;
  /** Node.js style: `x64`, `arm64`. */
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** The addresses a cluster owns. Chosen once, kept in the cluster's state, never learnt again. */
export interface NetworkPlan {
  readonly networkName: string;
  readonly clusterCidr: string;
  readonly gatewayIp: string;
  readonly serviceCidr: string;
  readonly dnsIp: string;
}

export interface NodePlan {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  /** Port on 127.0.0.1 of this computer that reaches the agent's kubelet API. */
  readonly kubeletPort: number;
  /** Other nodes' routes are refreshed by the agent itself from the Node objects. */
  readonly agent: AgentConfig;
}

export interface Progress {
  /** What the step is doing right now. */
  detail(said: string | StepDetail): void;
  log(line: string): void;
}
export interface NodeCall {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What of a cluster is on an engine, whoever made it. */
export interface EngineCluster {
  readonly name: string;
  /** Undefined for what an older Minato made. */
  readonly home: ClusterHome | undefined;
  readonly nodes: readonly string[];
}
/** Where the state of a cluster lies. */
export interface ClusterHome {
  readonly host: string;
  readonly directory: string;
}

export interface NodeProvider {
  readonly driver: 'docker' | 'simulated';
  /** Finds and checks the engine. Throws HostError engine-not-found, engine-unreachable, engine-permission, engine-too-old. */
  preflight(call: NodeCall): Promise<EngineInfo>;
  /** True when no network of the engine and no route of this computer overlaps the subnet. */
  isSubnetFree(cidr: string): Promise<boolean>;
  /** Builds or finds the node image; resolves to its reference. */
  ensureImage(call: NodeCall): Promise<string>;
  /**
   * An image that pods are about to use: found, pulled, or where no registry has it built from a folder of ours. Resolves to what was done, in words.
   * Throws HostError image-build-failed.
   */
  ensureSampleImage(image: { readonly reference: string; readonly directory: string }, call: NodeCall): Promise<StepDetail>;
  ensureNetwork(cluster: string, plan: NetworkPlan, call: NodeCall): Promise<void>;
  /** Creates and starts the node container with its agent; resolves when the agent's process runs (not yet Ready). */
  ensureNode(cluster: string, plan: NodePlan, call: NodeCall): Promise<void>;
  /** Stops the node's pods and then the node; keeps containers, addresses and volumes. */
  stopNode(cluster: string, node: string, call: NodeCall): Promise<void>;
  /** Removes everything that carries the cluster's label: containers, networks, volumes. */
  deleteCluster(cluster: string, call: NodeCall): Promise<void>;
  /** What of the cluster still exists in the engine, as `container minato-x-y`; empty after a delete. */
  leftovers(cluster: string): Promise<readonly string[]>;
  /** All clusters of which the engine has something. Throws as `preflight` does. */
  clusters(signal: AbortSignal): Promise<readonly EngineCluster[]>;
  /** Removes a folder of the storage that the cluster's nodes share. Absent where there is none. */
  removeStorage?(cluster: string, path: string): Promise<void>;
  /** Calls back when the engine goes away (`false`) and comes back (`true`). */
  watchEngine(signal: AbortSignal, onChange: (reachable: boolean) => void): void;
}
