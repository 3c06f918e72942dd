/** Filters say where a pod can run, scores where it had better run. Each is a value in a list; see filters.ts and scores.ts. */
import type { ClusterView } from './cluster-view.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

export interface Rejection {
  /** In upstream's words; several only for resources. */
  readonly reasons: readonly string[];
  /** Removing pods from the node would not help (UnschedulableAndUnresolvable). */
  readonly final: boolean;
}
export type NodeCheck = (node: NodeInfo) => Rejection | undefined;

/** What happens in a cluster that can make room for a pod. */
export type ClusterEvent =
  | 'node-added'
  | 'node-resources'
  | 'node-labels'
  | 'node-taints'
  | 'pod-added'
  | 'pod-labels'
  | 'pod-shrunk'
  | 'pod-removed'
  | 'namespace-labels'
  | 'claim';

export interface Filter {
  readonly name: string;
  /** Looks at the pod and the cluster once; `undefined` when every node will do. */
  readonly prepare: (pod: PodInfo, cluster: ClusterView) => NodeCheck | undefined;
  /** Why no node will do, whatever the nodes are like; it cannot be helped by removing pods. */
  readonly refuse?: (pod: PodInfo, cluster: ClusterView) => string | undefined;
  /** The only nodes in question, when the pod names them. */
  readonly candidates?: (pod: PodInfo) => ReadonlySet<string> | undefined;
  /** Events after which a pod that was refused may be accepted. */
  readonly requeueOn: readonly ClusterEvent[];
}

export interface Score {
  readonly name: string;
  readonly weight: number;
  /** A number from 0 to 100 for each node, in order; `undefined` when all are equal. */
  readonly score: (pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView) => readonly number[] | undefined;
}

export const maxScore = 100;

export function reject(reason: string, final: boolean): Rejection {
  return { reasons: [reason], final };
}

/** Scales to 0..100 by the largest (DefaultNormalizeScore). */
export function scaled(scores: readonly number[]): readonly number[] {
  const highest = Math.max(0, ...scores);
  return highest === 0 ? scores : scores.map((score) => Math.trunc((maxScore * score) / highest));
}
/** As `scaled`, where less is better. */
export function scaledReverse(scores: readonly number[]): readonly number[] {
  return scaled(scores).map((score) => maxScore - score);
}
