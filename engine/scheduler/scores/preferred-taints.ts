import { isTolerated } from '../../api/tolerations.ts';
import type { Taint } from '../../api/types.gen.ts';
import { type Score, scaledReverse } from '../plugin.ts';

/** The fewer taints of effect PreferNoSchedule the pod does not tolerate, the better. */
export const preferredTaints: Score = {
  name: 'TaintToleration',
  weight: 3,
  score({ tolerations }, nodes) {
    const isSoft = ({ effect }: { readonly effect?: string | undefined }): boolean => effect === 'PreferNoSchedule';
    if (!nodes.some(({ taints }) => taints.length > 0 && taints.some(isSoft))) return undefined;
    const soft = tolerations.filter((toleration) => !toleration.effect || isSoft(toleration));
    const bothers = (taint: Taint): boolean => isSoft(taint) && !isTolerated(taint, soft);
    return scaledReverse(nodes.map(({ taints }) => taints.filter(bothers).length));
  },
};
