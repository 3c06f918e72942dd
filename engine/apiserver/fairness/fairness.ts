/**
 * How many requests are answered at the same time, and who waits when there are more: one greedy client costs its own time. Refuses with 429 and when
 * to come again. Upstream: API Priority and Fairness (apiserver's server/filters/priority-and-fairness.go), without lending between levels.
 */
import type { Clock } from '../../api/clock.ts';
import { tooManyRequests } from '../../api/errors.ts';
import type { User } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import { classify, type LevelName, shares } from './levels.ts';

export interface FairnessOptions {
  /** Requests at a time, of all levels. Upstream: --max-requests-inflight and --max-mutating-requests-inflight together. */
  readonly seats?: number;
  /** How many of one flow may wait. Upstream: a flow's hand of 6 queues with 50 each. */
  readonly flowWaiting?: number;
}
export interface Fairness {
  /** Resolves when the request may begin, with what is to be called when it is over (more than once does no harm). Throws TooManyRequests. */
  enter(user: User, info: RequestInfo, signal: AbortSignal): Promise<() => void>;
}

const defaultSeats = 600;
const defaultFlowWaiting = 300;
/** Of a level's seats. */
const flowShare = 0.75;
/** A quarter of the time that an answer may take. */
const waitMs = 15_000;

const noSeat = (): void => {};

export function createFairness(clock: Clock, { seats = defaultSeats, flowWaiting = defaultFlowWaiting }: FairnessOptions = {}): Fairness {
  const whole = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const queues = new Map<LevelName, FairQueue>();
  const queueOf = (level: LevelName): FairQueue => {
    const known = queues.get(level);
    if (known) return known;
    const own = Math.ceil((seats * shares[level]) / whole);
    const made = new FairQueue({ seats: own, flowSeats: Math.max(1, Math.floor(own * flowShare)), flowWaiting });
    queues.set(level, made);
    return made;
  };
  return {
    async enter(user, info, signal) {
      const place = classify(user, info);
      if (!place) return noSeat;
      const queue = queueOf(place.level);
      let release: (() => void) | undefined;
      let settled = (): void => {};
      const waiting: Waiting = {
        enter(given) {
          release = given;
          settled();
        },
      };
      if (!queue.offer(place.flow, waiting)) throw tooManyRequests();
      if (release) return release;
      const seat = new Promise<void>((resolve) => {
        settled = resolve;
      });
      const giveUp = (): void => {
        if (queue.withdraw(place.flow, waiting)) settled();
      };
      const cancel = clock.timer(waitMs, giveUp);
      signal.addEventListener('abort', giveUp, { once: true });
      await seat;
      cancel();
      signal.removeEventListener('abort', giveUp);
      if (!release) throw tooManyRequests();
      return release;
    },
  };
}
