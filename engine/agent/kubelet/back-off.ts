/** Delays that double: 10 s to 5 min, forgotten after 10 min of peace. Upstream: client-go/util/flowcontrol/backoff.go. */
export interface BackOff {
  readonly delayMs: number;
  readonly updatedAt: number;
}
export const initialDelayMs = 10_000;
export const maxDelayMs = 300_000;

const isForgotten = (entry: BackOff, eventAt: number): boolean => eventAt - entry.updatedAt > 2 * maxDelayMs;

/** When the delay that began with the event at `eventAt` is over; undefined when nothing has to be waited for. */
export function delayedUntil(entry: BackOff | undefined, eventAt: number, now: number): number | undefined {
  if (!entry || isForgotten(entry, eventAt)) return undefined;
  const until = eventAt + entry.delayMs;
  return now < until ? until : undefined;
}

/** The entry after one more try at `now`, made because of the event at `eventAt`. */
export function nextDelay(entry: BackOff | undefined, eventAt: number, now: number): BackOff {
  const delayMs = !entry || isForgotten(entry, eventAt) ? initialDelayMs : Math.min(entry.delayMs * 2, maxDelayMs);
  return { delayMs, updatedAt: now };
}

/** As Go prints a duration of whole seconds: `10s`, `1m20s`, `5m0s`. */
export function goSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
