import type { NodeInfo } from '../node-info.ts';
import { maxScore, type Score } from '../plugin.ts';
import type { PodInfo } from '../pod-info.ts';

/** The more of CPU and memory stays free, the better. Worked example: 4 CPU, 1 used with this pod → 75. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  score: (pod, nodes) => nodes.map((node) => scoreNode(pod, node)),
};

function scoreNode({ weight }: PodInfo, { allocatable, weight: used }: NodeInfo): number {
  const parts = (allocatable.milliCpu > 0 ? 1 : 0) + (allocatable.memoryBytes > 0 ? 1 : 0);
  if (parts === 0) return 0;
  const cpu = free(used.milliCpu + weight.milliCpu, allocatable.milliCpu);
  return Math.trunc((cpu + free(used.memoryBytes + weight.memoryBytes, allocatable.memoryBytes)) / parts);
}

function free(used: number, allocatable: number): number {
  return allocatable === 0 || used > allocatable ? 0 : Math.trunc(((allocatable - used) * maxScore) / allocatable);
}
