/** The ledgers of all namespaces with quotas: one for each kind that is counted there, begun when first asked for. */
import type { Clock } from '../../api/clock.ts';
import type { ResourceQuota } from '../../api/types.gen.ts';
import type { Store } from '../../store/store.ts';
import { followObjects, type Mirror } from '../mirror.ts';
import type { Resource } from '../resource.ts';
import { UsageLedger } from './usage-ledger.ts';

export interface LedgersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly quotas: Mirror<ResourceQuota>;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

interface Open {
  readonly namespace: string;
  readonly ending: AbortController;
  readonly ledger: Promise<UsageLedger>;
}

export class Ledgers {
  readonly #options: LedgersOptions;
  readonly #open = new Map<string, Open>();
  #version = -1;

  constructor(options: LedgersOptions) {
    this.#options = options;
  }

  of(resource: Resource, namespace: string): Promise<UsageLedger> {
    this.#closeUnused();
    const key = resource.prefixOf(namespace);
    const known = this.#open.get(key);
    if (known) return known.ledger;
    const ending = new AbortController();
    const ledger = this.#follow(resource, namespace, ending.signal);
    this.#open.set(key, { namespace, ending, ledger });
    // Whoever asked hears of it; the next one tries anew.
    ledger.catch(() => this.#open.delete(key));
    return ledger;
  }

  async #follow(resource: Resource, namespace: string, ending: AbortSignal): Promise<UsageLedger> {
    const { store, clock, onError, signal } = this.#options;
    const ledger = new UsageLedger(resource.kind, () => clock.now());
    await followObjects(store, resource, {
      namespace,
      onError,
      signal: AbortSignal.any([signal, ending]),
      onChange: (key, object) => ledger.set(key, object),
    });
    return ledger;
  }

  /** Namespaces whose last quota is gone. */
  #closeUnused(): void {
    const { quotas } = this.#options;
    if (quotas.version === this.#version) return;
    this.#version = quotas.version;
    const namespaces = new Set([...quotas.objects.values()].map(({ metadata }) => metadata.namespace));
    for (const [key, { namespace, ending }] of this.#open) {
      if (namespaces.has(namespace)) continue;
      ending.abort();
      this.#open.delete(key);
    }
  }
}
