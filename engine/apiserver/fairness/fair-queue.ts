/**
 * A number of seats shared among flows: who asks for more than there is waits, and who has least is let in first. Upstream: apiserver's
 * flowcontrol/fairqueuing, which sorts flows into queues by shuffle sharding; flows are few here, so each has its own.
 */

export interface FairQueueOptions {
  readonly seats: number;
  /** What one flow may hold, so that it cannot keep all others out. */
  readonly flowSeats: number;
  /** How many of one flow may wait. */
  readonly flowWaiting: number;
}
export interface Waiting {
  /** Called once it has a seat. */
  readonly enter: (release: () => void) => void;
}
interface Flow {
  held: number;
  readonly waiting: Set<Waiting>;
}

export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #flows = new Map<string, Flow>();
  #held = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** Enters now, later, or (false) not at all. */
  offer(name: string, waiting: Waiting): boolean {
    const flow = this.#flows.get(name) ?? { held: 0, waiting: new Set() };
    this.#flows.set(name, flow);
    if (this.#hasSeat(flow)) this.#seat(name, flow, waiting);
    else if (flow.waiting.size < this.#options.flowWaiting) flow.waiting.add(waiting);
    else return false;
    return true;
  }

  /** Waits no longer. False if it did not wait. */
  withdraw(name: string, waiting: Waiting): boolean {
    const flow = this.#flows.get(name);
    const did = flow?.waiting.delete(waiting) ?? false;
    this.#forget(name);
    return did;
  }

  #hasSeat({ held }: Flow): boolean {
    return this.#held < this.#options.seats && held < this.#options.flowSeats;
  }

  #seat(name: string, flow: Flow, waiting: Waiting): void {
    this.#held++;
    flow.held++;
    let isHeld = true;
    waiting.enter(() => {
      if (!isHeld) return;
      isHeld = false;
      this.#held--;
      flow.held--;
      this.#forget(name);
      this.#next();
    });
  }

  #next(): void {
    let least: { readonly name: string; readonly flow: Flow } | undefined;
    for (const [name, flow] of this.#flows)
      if (flow.waiting.size > 0 && this.#hasSeat(flow) && flow.held < (least?.flow.held ?? Number.POSITIVE_INFINITY))
        least = { name, flow };
    const [first] = least?.flow.waiting ?? [];
    if (!least || !first) return;
    least.flow.waiting.delete(first);
    // Of those that hold as much, the others come first next time.
    this.#flows.delete(least.name);
    this.#flows.set(least.name, least.flow);
    this.#seat(least.name, least.flow, first);
  }

  #forget(name: string): void {
    const flow = this.#flows.get(name);
    if (flow?.held === 0 && flow.waiting.size === 0) this.#flows.delete(name);
  }
}
