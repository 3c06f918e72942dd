/**
 * Leader election over a Lease: of several that offer themselves one runs at a time. Upstream: client-go's tools/leaderelection, with its default times.
 */
import { type Clock, rfc3339Micro } from '../api/clock.ts';
import { isApiError } from '../api/errors.ts';
import type { Kind } from '../api/kind.ts';
import type { Live, ObjectKey } from '../api/object.ts';
import type { Lease } from '../api/types.gen.ts';
import type { Client } from './client.ts';
import { wait } from './wait.ts';

const leaseKind: Kind<Lease> = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true };
const leaseSeconds = 15;
const renewDeadlineMs = 10_000;
const retryMs = 2000;

export interface ElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly lease: ObjectKey;
  /** Unique among those who offer themselves. */
  readonly identity: string;
  /** Runs while we lead; must end when its signal aborts. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onError?: (error: unknown) => void;
}

/** Offers itself until the signal aborts; a lead that was lost is sought again. Gives the lease back at the end. */
export async function runElection(options: ElectionOptions): Promise<void> {
  const election = new Election(options);
  while (!options.signal.aborted) {
    if (await election.tryAcquire()) await election.leadWhileHeld();
    await wait(options.clock, retryMs, options.signal);
  }
}

class Election {
  readonly #options: ElectionOptions;
  /** The lease as last seen, and since when by our own clock: the clocks of others are not trusted. */
  #seen: Live<Lease> | undefined;
  #seenAtMs = 0;

  constructor(options: ElectionOptions) {
    this.#options = options;
  }

  async leadWhileHeld(): Promise<void> {
    const { clock, lead, signal } = this.#options;
    const lost = new AbortController();
    const leading = lead(AbortSignal.any([signal, lost.signal])).finally(() => lost.abort());
    let renewedAtMs = clock.now();
    while (!signal.aborted && !lost.signal.aborted) {
      await wait(clock, retryMs, AbortSignal.any([signal, lost.signal]));
      if (signal.aborted || lost.signal.aborted) break;
      if (await this.tryAcquire()) renewedAtMs = clock.now();
      else if (clock.now() - renewedAtMs >= renewDeadlineMs) lost.abort();
    }
    await leading;
    await this.#release();
  }

  /** True when the lease is ours, newly or still. */
  async tryAcquire(): Promise<boolean> {
    const { client, lease, identity, clock } = this.#options;
    try {
      const current = await this.#look();
      const now = rfc3339Micro(clock.now());
      const spec = { holderIdentity: identity, leaseDurationSeconds: leaseSeconds, renewTime: now, acquireTime: now };
      if (!current) {
        this.#note(await client.create(leaseKind, { metadata: lease, spec: { ...spec, leaseTransitions: 0 } }));
        return true;
      }
      const { holderIdentity: holder = '', acquireTime, leaseTransitions = 0, leaseDurationSeconds = leaseSeconds } = current.spec;
      if (holder !== '' && holder !== identity && clock.now() < this.#seenAtMs + leaseDurationSeconds * 1000) return false;
      const kept = holder === identity ? { ...spec, acquireTime, leaseTransitions } : { ...spec, leaseTransitions: leaseTransitions + 1 };
      this.#note(await client.update(leaseKind, { ...current, spec: kept }));
      return true;
    } catch (error) {
      // Another was faster, or the server is not there: the next round tells.
      if (!isApiError(error, 'Conflict') && !isApiError(error, 'AlreadyExists')) this.#options.onError?.(error);
      return false;
    }
  }

  async #look(): Promise<Live<Lease> | undefined> {
    try {
      const found = await this.#options.client.get(leaseKind, this.#options.lease);
      if (found.metadata.resourceVersion !== this.#seen?.metadata.resourceVersion) this.#note(found);
      return found;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  }
  #note(lease: Live<Lease>): void {
    this.#seen = lease;
    this.#seenAtMs = this.#options.clock.now();
  }

  async #release(): Promise<void> {
    const { client, identity, onError } = this.#options;
    if (this.#seen?.spec.holderIdentity !== identity) return;
    try {
      await client.update(leaseKind, { ...this.#seen, spec: { ...this.#seen.spec, holderIdentity: '', leaseDurationSeconds: 1 } });
    } catch (error) {
      // Not given back, it runs out by itself.
      onError?.(error);
    }
  }
}
