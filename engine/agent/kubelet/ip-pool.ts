/**
 * The addresses of one node's pods. Taken in turn, so that an address comes back as late as possible; a freed one rests for a while, because
 * connections and name caches of others still point there. Upstream counterpart: the host-local CNI plugin.
 */
import type { Clock } from '../../api/clock.ts';

const restMs = 20_000;

export class IpPool {
  readonly #first: number;
  readonly #count: number;
  readonly #clock: Clock;
  readonly #owners = new Map<number, string>();
  readonly #restingUntil = new Map<number, number>();
  #next = 0;

  /** `cidr` as `10.244.3.0/24`. The network's address, .1 and the last address are not given out. */
  constructor(cidr: string, clock: Clock) {
    const [base = '', bits = '24'] = cidr.split('/');
    this.#first = toNumber(base) + 2;
    this.#count = 2 ** (32 - Number(bits)) - 3;
    this.#clock = clock;
  }

  /** The address `owner` has, or a new one. Throws when none is left. */
  allocate(owner: string): string {
    for (const [address, holder] of this.#owners) if (holder === owner) return toText(address);
    const now = this.#clock.now();
    // Rested addresses first; under pressure the others too.
    const free = this.#find((address) => (this.#restingUntil.get(address) ?? 0) <= now) ?? this.#find(() => true);
    if (free === undefined) throw new Error('no IP addresses available in range set');
    this.#owners.set(free, owner);
    this.#next = (free - this.#first + 1) % this.#count;
    return toText(free);
  }

  /** Gives `owner` the address it is known to have, unless someone else has it. */
  reserve(owner: string, ip: string): void {
    const address = toNumber(ip);
    if (address < this.#first || address >= this.#first + this.#count || this.#owners.has(address)) return;
    for (const holder of this.#owners.values()) if (holder === owner) return;
    this.#owners.set(address, owner);
    this.#next = Math.max(this.#next, (address - this.#first + 1) % this.#count);
  }

  release(owner: string): void {
    for (const [address, holder] of this.#owners) {
      if (holder !== owner) continue;
      this.#owners.delete(address);
      this.#restingUntil.set(address, this.#clock.now() + restMs);
    }
  }

  #find(accept: (address: number) => boolean): number | undefined {
    for (let step = 0; step < this.#count; step++) {
      const address = this.#first + ((this.#next + step) % this.#count);
      if (!this.#owners.has(address) && accept(address)) return address;
    }
    return undefined;
  }
}

function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
