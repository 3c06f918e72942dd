/** All scores, with the weights of upstream's default profile. */
import type { Score } from './plugin.ts';
import { balancedAllocation } from './scores/balanced-allocation.ts';
import { imageLocality } from './scores/image-locality.ts';
import { leastAllocated } from './scores/least-allocated.ts';
import { preferredNodes } from './scores/preferred-nodes.ts';
import { preferredPods } from './scores/preferred-pods.ts';
import { preferredTaints } from './scores/preferred-taints.ts';
import { spreading } from './scores/spreading.ts';

export const scores: readonly Score[] = [
  preferredTaints,
  preferredNodes,
  leastAllocated,
  spreading,
  preferredPods,
  balancedAllocation,
  imageLocality,
];
