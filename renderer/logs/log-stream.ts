/** One run of a container's log, as it comes: told once per frame. A broken connection begins it anew, because the host then sends it from its start. */
import type { SubscriptionParams, WireError } from '../../engine/host/contract.ts';
import { browserFrames } from '../data/frames.ts';
import type { Host } from '../data/host-client.ts';
import type { Store } from '../data/store.ts';
import { LogBuffer, type LogLine } from './log-buffer.ts';

export interface LogState {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
  /** `ended`: nothing more will come. */
  readonly state: 'open' | 'ended' | 'failed';
  readonly error: WireError | undefined;
}

/** More than anybody reads, and little enough to search at each key. */
export const mostLines = 20_000;
const empty: LogState = { lines: [], dropped: 0, state: 'open', error: undefined };

export class LogStream implements Store<LogState> {
  readonly #begin: (stream: LogStream) => () => void;
  readonly #listeners = new Set<() => void>();
  readonly #frames = browserFrames();
  #buffer = new LogBuffer(mostLines);
  #value = empty;
  #state: LogState['state'] = 'open';
  #error: WireError | undefined;
  #end: (() => void) | undefined;

  constructor(host: Host, params: Omit<SubscriptionParams<'pods.log'>, 'timestamps' | 'tailLines'>) {
    // Times always come along: to show or to hide them is then no new request.
    const wanted = { ...params, timestamps: true, tailLines: mostLines };
    this.#begin = (stream) =>
      host.subscribe('pods.log', wanted, {
        onEvent: ({ lines }) => stream.#append(lines),
        onEnd: (error) => stream.#close(error),
      });
  }
  readonly get = (): LogState => this.#value;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#end) {
      this.#buffer = new LogBuffer(mostLines);
      this.#state = 'open';
      this.#end = this.#begin(this);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  };

  #append(lines: readonly string[]): void {
    this.#buffer.append(lines);
    this.#frames.request(this.#announce);
  }
  #close(error: WireError | undefined): void {
    this.#state = error ? 'failed' : 'ended';
    this.#error = error;
    this.#frames.request(this.#announce);
  }
  readonly #announce = (): void => {
    this.#value = { lines: this.#buffer.lines, dropped: this.#buffer.dropped, state: this.#state, error: this.#error };
    for (const listener of this.#listeners) listener();
  };
}
