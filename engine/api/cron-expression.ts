/**
 * When a CronJob runs, as it is written: five fields, or a descriptor such as `@hourly` or `@every 1h30m`. Here it is only read, and refused in the words of the
 * parser that upstream uses: github.com/robfig/cron/v3, ParseStandard.
 */
export type CronSchedule =
  | { readonly type: 'every'; readonly ms: number }
  /** Five fields of cron, without what only robfig's parser reads. */
  | { readonly type: 'cron'; readonly expression: string };

export class CronError extends Error {}

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}
const fields: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: new Map(months.map((name, index) => [name, index + 1])) },
  { min: 0, max: 6, names: new Map(days.map((name, index) => [name, index])) },
];

/** Throws CronError. */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new CronError('empty spec string');
  if (text.startsWith('@')) return parseDescriptor(text);
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) throw new CronError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  for (const [index, field] of fields.entries()) for (const part of (parts[index] ?? '').split(',')) checkRange(part, field);
  return { type: 'cron', expression: parts.map((part) => part.replaceAll('?', '*')).join(' ') };
}

function parseDescriptor(text: string): CronSchedule {
  const expression = descriptors[text];
  if (expression !== undefined) return { type: 'cron', expression };
  if (!text.startsWith('@every ')) throw new CronError(`unrecognized descriptor: ${text}`);
  const duration = text.slice('@every '.length);
  const ms = durationMs(duration);
  if (ms === undefined) throw new CronError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
  // Whole seconds, and one at least.
  return { type: 'every', ms: Math.max(1000, ms - (ms % 1000)) };
}

const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** `1h30m`; undefined when it is none. Upstream: Go's time.ParseDuration. */
function durationMs(text: string): number | undefined {
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;
  let sum = 0;
  let end = 0;
  for (const [whole, digits = '', unit = ''] of text.matchAll(part)) {
    sum += Number(digits) * (units[unit] ?? 0);
    end += whole.length;
  }
  return text !== '' && end === text.length ? sum : undefined;
}

/** `5`, `*`, `1-5`, `0/15` and so on. */
function checkRange(text: string, field: Field): void {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreEnds] = range.split('-');
  if (moreEnds.length > 0) throw new CronError(`too many hyphens: ${text}`);
  const isAll = low === '*' || low === '?';
  const first = isAll ? field.min : numberOf(low, field);
  const last = isAll ? field.max : high === undefined ? first : numberOf(high, field);
  if (moreSteps.length > 0) throw new CronError(`too many slashes: ${text}`);
  const by = step === undefined ? 1 : numberOf(step);
  const end = step !== undefined && high === undefined ? field.max : last;
  if (first < field.min) throw new CronError(`beginning of range (${first}) below minimum (${field.min}): ${text}`);
  if (end > field.max) throw new CronError(`end of range (${end}) above maximum (${field.max}): ${text}`);
  if (first > end) throw new CronError(`beginning of range (${first}) beyond end of range (${end}): ${text}`);
  if (by === 0) throw new CronError(`step of range should be a positive number: ${text}`);
}
function numberOf(text: string, { names }: Partial<Field> = {}): number {
  const named = names?.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}
