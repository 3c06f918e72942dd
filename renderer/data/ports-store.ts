/** The ports of this computer that lead into one cluster, and what came back from them when they were last asked. */
import type { HostPort, ProbeResult, WireError } from '../../engine/host/contract.ts';
import { type Host, wireErrorOf } from './host-client.ts';

export type Probe =
  | { readonly state: 'asking'; readonly last?: ProbeResult | undefined }
  | { readonly state: 'answered'; readonly last: ProbeResult };
export interface Ports {
  /** Undefined until the host has told. */
  readonly ports: readonly HostPort[] | undefined;
  /** By the port's id. */
  readonly probes: ReadonlyMap<string, Probe>;
  readonly error?: WireError | undefined;
}

export class PortsStore {
  readonly #host: Host;
  readonly #cluster: string;
  readonly #listeners = new Set<() => void>();
  #value: Ports = { ports: undefined, probes: new Map() };
  #end: (() => void) | undefined;

  constructor(host: Host, cluster: string) {
    this.#host = host;
    this.#cluster = cluster;
  }
  readonly get = (): Ports => this.#value;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#end) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  };
  restart(): void {
    this.#end?.();
    this.#end = undefined;
    if (this.#listeners.size > 0) this.#begin();
  }

  /** Asks the port now. Nothing asks on a timer: a probe follows a change, or a press. */
  readonly probe = async (id: string): Promise<ProbeResult> => {
    this.#setProbe(id, { state: 'asking', last: this.#value.probes.get(id)?.last });
    const started = performance.now();
    const last = await this.#host.call('ports.probe', { cluster: this.#cluster, id }).catch(
      (error: unknown): ProbeResult => ({
        ok: false,
        elapsedMs: Math.round(performance.now() - started),
        reason: 'not-listening',
        message: wireErrorOf(error).message,
      }),
    );
    this.#setProbe(id, { state: 'answered', last });
    return last;
  };

  #begin(): void {
    this.#end = this.#host.subscribe(
      'ports.watch',
      { cluster: this.#cluster },
      {
        onEvent: (ports) => this.#set({ ...this.#value, ports, error: undefined }),
        onEnd: (error) => this.#set({ ports: [], probes: new Map(), error }),
      },
    );
  }
  #setProbe(id: string, probe: Probe): void {
    this.#set({ ...this.#value, probes: new Map(this.#value.probes).set(id, probe) });
  }
  #set(value: Ports): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}
