/** How long ago, in two or three figures, as kubectl prints it. Upstream: k8s.io/apimachinery/pkg/util/duration. */

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `3m7s`, `82m`, `2d3h`. Slightly negative durations count as now: clocks differ. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return two(seconds, [minute, 'm'], [1, 's']);
  if (seconds < 3 * hour) return one(seconds, minute, 'm');
  if (seconds < 8 * hour) return two(seconds, [hour, 'h'], [minute, 'm']);
  if (seconds < 2 * day) return one(seconds, hour, 'h');
  if (seconds < 8 * day) return two(seconds, [day, 'd'], [hour, 'h']);
  if (seconds < 2 * year) return one(seconds, day, 'd');
  if (seconds < 8 * year) return two(seconds, [year, 'y'], [day, 'd']);
  return one(seconds, year, 'y');
}

type Unit = readonly [seconds: number, letter: string];

function one(seconds: number, unit: number, letter: string): string {
  return `${Math.floor(seconds / unit)}${letter}`;
}
/** The smaller unit is left out where it would be zero. */
function two(seconds: number, [large, largeLetter]: Unit, [small, smallLetter]: Unit): string {
  const rest = Math.floor((seconds % large) / small);
  return one(seconds, large, largeLetter) + (rest === 0 ? '' : `${rest}${smallLetter}`);
}

/** One figure: `3m`, `2d`. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < minute) return `${seconds}s`;
  if (seconds < hour) return one(seconds, minute, 'm');
  if (seconds < day) return one(seconds, hour, 'h');
  return seconds < year ? one(seconds, day, 'd') : one(seconds, year, 'y');
}

/** The age of what happened at `timestamp` (RFC 3339); `<unknown>` where it did not say. */
export function ageSince(timestamp: string | undefined, nowMs: number): string {
  const then = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(then) ? '<unknown>' : humanDuration(nowMs - then);
}
