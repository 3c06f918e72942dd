/** Numbers per topology domain: the nodes that share a label's value. */
import type { NodeInfo } from './node-info.ts';

export class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }
  /** A node without the label is in no domain. */
  add(node: NodeInfo, topologyKey: string, amount: number): void {
    const value = node.labels[topologyKey];
    if (value === undefined || amount === 0) return;
    const domains = this.#counts.get(topologyKey) ?? new Map<string, number>();
    domains.set(value, (domains.get(value) ?? 0) + amount);
    this.#counts.set(topologyKey, domains);
  }
  get(node: NodeInfo, topologyKey: string): number {
    const value = node.labels[topologyKey];
    return value === undefined ? 0 : (this.#counts.get(topologyKey)?.get(value) ?? 0);
  }
  /** The sum over all topology keys. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const [key, domains] of this.#counts) sum += domains.get(node.labels[key] ?? '') ?? 0;
    return sum;
  }
}
