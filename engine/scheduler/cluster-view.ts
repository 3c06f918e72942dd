/** What filters and scores may ask about the cluster. `cluster-state.ts` keeps one up to date; tests build one. */
import type { Live } from '../api/object.ts';
import type { Labels } from '../api/selector.ts';
import type { PersistentVolumeClaim } from '../api/types.gen.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodMatcher } from './pod-groups.ts';
import type { PodInfo } from './pod-info.ts';

export interface ClusterView {
  /** All nodes that exist, in a stable order. */
  readonly nodes: readonly NodeInfo[];
  /** On how many nodes an image is present. */
  imageNodes(image: string): number;
  readonly nodesWithAffinity: ReadonlySet<NodeInfo>;
  readonly nodesWithAntiAffinity: ReadonlySet<NodeInfo>;
  /** The pods that serve with this one (same Services and controller); `undefined` when it has none. */
  fellows(pod: PodInfo): PodMatcher | undefined;
  /** Remembers what was built for `term`, which must be part of a pod. */
  matcherOf(term: object, build: () => PodMatcher): PodMatcher;
  /** For namespace selectors. */
  namespaceLabels(namespace: string): Labels;
  claim(namespace: string, name: string): Live<PersistentVolumeClaim> | undefined;
}
