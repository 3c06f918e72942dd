/**
 * Pods with the same namespace and labels are one group: selectors are asked once per group, not once per pod. Nodes count their pods
 * by group, so that spreading and affinity cost the same whether a Deployment has ten replicas or ten thousand.
 */
import { type Labels, matchesLabels, type Selector } from '../api/selector.ts';

export interface PodGroup {
  readonly namespace: string;
  readonly labels: Labels;
}

export class PodGroups {
  readonly #groups = new Map<string, { readonly group: PodGroup; uses: number }>();

  /** The one group of these pods; must be given back with `release`. */
  acquire(namespace: string, labels: Labels): PodGroup {
    const key = keyOf(namespace, labels);
    const known = this.#groups.get(key) ?? { group: { namespace, labels }, uses: 0 };
    known.uses++;
    this.#groups.set(key, known);
    return known.group;
  }
  release(group: PodGroup): void {
    const key = keyOf(group.namespace, group.labels);
    const known = this.#groups.get(key);
    if (known && --known.uses === 0) this.#groups.delete(key);
  }
}

function keyOf(namespace: string, labels: Labels): string {
  return `${namespace}\n${JSON.stringify(labels)}`;
}

/** Which pods a term or constraint means. Answers are remembered per group. */
export class PodMatcher {
  readonly #selector: Selector;
  readonly #inNamespace: (namespace: string) => boolean;
  readonly #known = new WeakMap<PodGroup, boolean>();

  constructor(selector: Selector, inNamespace: (namespace: string) => boolean) {
    this.#selector = selector;
    this.#inNamespace = inNamespace;
  }
  matches(group: PodGroup): boolean {
    const known = this.#known.get(group);
    if (known !== undefined) return known;
    const matches = this.#inNamespace(group.namespace) && matchesLabels(this.#selector, group.labels);
    this.#known.set(group, matches);
    return matches;
  }
}
