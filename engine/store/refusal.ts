/** Whether the disk takes writes at present, for those who want to be told. */
import type { Clock } from '../api/clock.ts';
import { DiskFull } from './log.ts';

export interface RefusalOptions {
  readonly clock: Clock;
  /** The disk took no write, for this reason; undefined when it takes them again. */
  readonly onRefusal: (cause: unknown) => void;
}
/** How often a full disk is looked at. */
const lookMs = 2000;

export class Refusal implements Disposable {
  readonly #options: RefusalOptions;
  #cause: unknown;
  #cancelLook: (() => void) | undefined;

  constructor(options: RefusalOptions) {
    this.#options = options;
  }

  began(cause: unknown): void {
    this.#cause = cause;
    this.#options.onRefusal(cause);
    this.#lookLater();
  }
  /** A write went through: deletions and small ones do where others find no room. */
  look(): void {
    if (this.#cause === undefined || (this.#cause instanceof DiskFull && this.#cause.lasts())) return;
    this[Symbol.dispose]();
    this.#cause = undefined;
    this.#options.onRefusal(undefined);
  }
  #lookLater(): void {
    if (!(this.#cause instanceof DiskFull)) return;
    this.#cancelLook ??= this.#options.clock.timer(lookMs, () => {
      this.#cancelLook = undefined;
      this.look();
      this.#lookLater();
    });
  }
  [Symbol.dispose](): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }
}
