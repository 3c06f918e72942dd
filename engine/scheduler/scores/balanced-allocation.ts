import type { NodeInfo } from '../node-info.ts';
import { maxScore, type Score } from '../plugin.ts';
import type { PodInfo } from '../pod-info.ts';

/** CPU and memory should run out together. Worked example: 50 % and 30 % used → deviation 0.1 → 90. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score(pod, nodes) {
    if (pod.requests.milliCpu === 0 && pod.requests.memoryBytes === 0) return undefined;
    return nodes.map((node) => scoreNode(pod, node));
  },
};

function scoreNode({ requests }: PodInfo, { allocatable, requested }: NodeInfo): number {
  if (allocatable.milliCpu === 0 || allocatable.memoryBytes === 0) return maxScore;
  const cpu = Math.min(1, (requested.milliCpu + requests.milliCpu) / allocatable.milliCpu);
  const memory = Math.min(1, (requested.memoryBytes + requests.memoryBytes) / allocatable.memoryBytes);
  // The standard deviation of two numbers is half their distance.
  return Math.trunc((1 - Math.abs(cpu - memory) / 2) * maxScore);
}
