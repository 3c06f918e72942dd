/** All filters. Order matters: a node's first rejection is the one that is reported; it is upstream's default profile's. */
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName } from './filters/node-name.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeUnschedulable } from './filters/node-unschedulable.ts';
import { podAffinity } from './filters/pod-affinity.ts';
import { resourceFit } from './filters/resource-fit.ts';
import { taints } from './filters/taints.ts';
import { topologySpread } from './filters/topology-spread.ts';
import { volumeBinding } from './filters/volume-binding.ts';
import type { Filter } from './plugin.ts';

export const filters: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taints,
  nodeAffinity,
  nodePorts,
  resourceFit,
  volumeBinding,
  topologySpread,
  podAffinity,
];
