import { isTolerated } from '../../api/tolerations.ts';
import { type Filter, reject } from '../plugin.ts';

const cordoned = reject('node(s) were unschedulable', true);
const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** `kubectl cordon`. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  prepare: ({ tolerations }) => (isTolerated(taint, tolerations) ? undefined : (node) => (node.unschedulable ? cordoned : undefined)),
  requeueOn: ['node-added', 'node-taints'],
};
