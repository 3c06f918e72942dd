/** What a rule may cost: every step counts, so that no rule holds up the server. Upstream: apiserver/pkg/apis/cel/config.go and cel-go's interpreter/runtimecost.go. */

/** Of one expression. */
const perCallLimit = 1_000_000;
/** Of all rules of one object. */
export const perObjectBudget = 10_000_000;

export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
    this.name = 'CostExceeded';
  }
}

export class Meter {
  readonly #limit: number;
  #spent = 0;
  constructor(limit = perCallLimit) {
    this.#limit = limit;
  }
  get spent(): number {
    return this.#spent;
  }
  /** Throws CostExceeded. */
  charge(units: number): void {
    this.#spent += units;
    if (this.#spent > this.#limit) throw new CostExceeded();
  }
  /** A tenth for every character that is walked. */
  chargeText(length: number): void {
    this.charge(Math.ceil(length * textFactor));
  }
}
export const textFactor = 0.1;
