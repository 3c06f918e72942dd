import { matchesTerm } from '../../api/node-selector.ts';
import { type Score, scaled } from '../plugin.ts';

/** Preferred node affinity: the weights of the terms that match. */
export const preferredNodes: Score = {
  name: 'NodeAffinity',
  weight: 2,
  score(pod, nodes) {
    const terms = pod.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (terms.length === 0) return undefined;
    return scaled(
      nodes.map((node) => terms.reduce((sum, { preference, weight }) => sum + (matchesTerm(preference, node) ? weight : 0), 0)),
    );
  },
};
