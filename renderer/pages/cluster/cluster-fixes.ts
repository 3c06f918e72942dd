/** The advice on failed cluster operations that is a press away. Retry and Delete have buttons of their own; the rest is only said. */
import type { FixId } from '../../../engine/explain/catalogue.ts';

export const clusterFixes = ['use-simulated', 'reload'] as const satisfies readonly FixId[];
export type ClusterFix = (typeof clusterFixes)[number];
export function isClusterFix(fix: FixId): fix is ClusterFix {
  return clusterFixes.some((known) => known === fix);
}
