/** Which nodes a spread constraint looks at. Upstream: podtopologyspread/common.go. */

import { requiredNodes } from '../api/node-selector.ts';
import { isTolerated } from '../api/tolerations.ts';
import type { TopologySpreadConstraint } from '../api/types.gen.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** nodeAffinityPolicy (default Honor) and nodeTaintsPolicy (default Ignore). */
export function isIncluded({ nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint, pod: PodInfo): (node: NodeInfo) => boolean {
  const required = nodeAffinityPolicy === 'Ignore' ? undefined : requiredNodes(pod.spec);
  return (node) => {
    if (required && !required(node)) return false;
    if (nodeTaintsPolicy !== 'Honor') return true;
    return node.taints.every((taint) => taint.effect === 'PreferNoSchedule' || isTolerated(taint, pod.tolerations));
  };
}
