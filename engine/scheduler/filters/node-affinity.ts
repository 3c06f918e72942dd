import { namedNodes, requiredNodes } from '../../api/node-selector.ts';
import { type Filter, reject } from '../plugin.ts';

const mismatch = reject("node(s) didn't match Pod's node affinity/selector", true);

export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  prepare(pod) {
    const matches = requiredNodes(pod.spec);
    return matches && ((node) => (matches(node) ? undefined : mismatch));
  },
  candidates: ({ spec }) => namedNodes(spec),
  requeueOn: ['node-added', 'node-labels'],
};
