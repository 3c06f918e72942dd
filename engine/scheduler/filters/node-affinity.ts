import { namedNodes, requiredNodes } from '../node-selector.ts';
import { type Filter, reject } from '../plugin.ts';

const mismatch = reject("node(s) didn't match Pod's node affinity/selector", true);

export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  prepare(pod) {
    const matches = requiredNodes(pod);
    return matches && ((node) => (matches(node) ? undefined : mismatch));
  },
  candidates: namedNodes,
  wakes: ['node-added', 'node-labels'],
};
