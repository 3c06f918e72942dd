/**
 * What NetworkPolicies mean at present, with the addresses of the pods that they speak of: written by the control plane, read by the nodes. So a node need not
 * read every pod of the cluster.
 */
import type { IPBlock, LabelSelector } from './types.gen.ts';

/** The ConfigMap that has them, as JSON under `rules`; it is there while there are NetworkPolicies. */
export const networkRulesKey = { namespace: 'kube-system', name: 'minato-network-policies' } as const;

export interface NetworkRules {
  /** Addresses of pods; rules name them by their place. */
  readonly peers: readonly (readonly string[])[];
  readonly policies: readonly PolicyRules[];
}
export interface PolicyRules {
  readonly namespace: string;
  readonly name: string;
  /** Of the pods in its namespace that it isolates. */
  readonly podSelector: LabelSelector;
  /** What may come in; absent where it says nothing of that. */
  readonly ingress?: readonly TrafficRule[];
  readonly egress?: readonly TrafficRule[];
}
/** Allows what is from (or to) one of these, on one of these ports. */
export interface TrafficRule {
  /** Both absent: everybody. */
  readonly peers?: number;
  readonly blocks?: readonly IPBlock[];
  /** Absent: every port. A name is a port of the pod that is isolated. */
  readonly ports?: readonly PortRange[];
  /** Egress to ports that the other pod names: those pods' addresses and ports. */
  readonly targets?: readonly PodPort[];
}
export interface PortRange {
  /** `TCP` */
  readonly protocol: string;
  /** Absent: every port. */
  readonly port?: number | string;
  readonly endPort?: number;
}
export interface PodPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}
