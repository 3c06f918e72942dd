import { isTolerated } from '../../api/tolerations.ts';
import type { Taint } from '../../api/types.gen.ts';
import { type Filter, reject } from '../plugin.ts';

/** Names the first taint in the way. */
export const taints: Filter = {
  name: 'TaintToleration',
  prepare({ tolerations }) {
    const repels = (taint: Taint): boolean => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, tolerations);
    return (node) => {
      const taint = node.taints.length === 0 ? undefined : node.taints.find(repels);
      return taint && reject(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, true);
    };
  },
  requeueOn: ['node-added', 'node-taints'],
};
