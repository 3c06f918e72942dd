/** Strings and regular expressions. Upstream: cel-go's ext/strings (version 2) and apiserver's cel/library/regex.go. */
import { compilePattern } from '../../custom/pattern.ts';
import { messageOf } from '../../message-of.ts';
import type { Meter } from '../meter.ts';
import { t } from '../types.ts';
import { CelError, CelMap, Duration, List, listOf, noOverload, Timestamp, TypeValue, typeNameOf, Uint, type Value } from '../values.ts';
import { type FunctionTable, global as free, member, type Overload } from './overload.ts';
import { printDuration, printNumber, printTimestamp } from './print.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const characters = (text: string): readonly string[] => [...text];

function pattern(text: string, regexp: string, meter: Meter) {
  meter.charge(Math.ceil(text.length * 0.1 + 1) * Math.ceil(regexp.length * 0.25 + 1));
  try {
    return compilePattern(regexp).matcher(text);
  } catch (error) {
    throw new CelError(messageOf(error));
  }
}
const matches = ([text, regexp]: readonly [string, string], meter: Meter): boolean => pattern(text, regexp, meter).find();

function found(text: string, regexp: string, { limit, meter }: { readonly limit: number; readonly meter: Meter }): readonly string[] {
  const matcher = pattern(text, regexp, meter);
  const all: string[] = [];
  while ((limit < 0 || all.length < limit) && matcher.find()) all.push(matcher.group() ?? '');
  return all;
}

function indexIn(text: string, part: string, from: bigint): bigint {
  const list = characters(text);
  if (from < 0n || from > BigInt(list.length)) throw new CelError(`index out of range: ${from}`);
  const at = list.slice(Number(from)).join('').indexOf(part);
  return at < 0 ? -1n : from + BigInt(characters(list.slice(Number(from)).join('').slice(0, at)).length);
}
function lastIndexIn(text: string, part: string, from?: bigint): bigint {
  const list = characters(text);
  if (from !== undefined && (from < 0n || from > BigInt(list.length))) throw new CelError(`index out of range: ${from}`);
  const wanted = characters(part);
  for (let at = Math.min(Number(from ?? list.length), list.length - wanted.length); at >= 0; at--)
    if (wanted.every((character, index) => list[at + index] === character)) return BigInt(at);
  return -1n;
}
function part(text: string, from: bigint, to?: bigint): string {
  const list = characters(text);
  const end = to ?? BigInt(list.length);
  if (from < 0n || from > BigInt(list.length)) throw new CelError(`index out of range: ${from}`);
  if (end < 0n || end > BigInt(list.length)) throw new CelError(`index out of range: ${end}`);
  if (from > end) throw new CelError(`invalid substring range. start: ${from}, end: ${end}`);
  return list.slice(Number(from), Number(end)).join('');
}
function split(text: string, separator: string, limit: bigint): List {
  if (limit === 0n) return listOf([]);
  const parts = separator === '' ? [...characters(text)] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return listOf(parts);
  const first = parts.slice(0, Number(limit) - 1);
  return listOf([...first, parts.slice(first.length).join(separator)]);
}
function replaced(text: string, [from, to]: readonly [string, string], limit: bigint): string {
  if (limit < 0n) return text.split(from).join(to);
  const parts = text.split(from);
  const count = Number(limit < BigInt(parts.length) ? limit : parts.length);
  return (
    parts.slice(0, count + 1).join(to) +
    parts
      .slice(count + 1)
      .map((rest) => from + rest)
      .join('')
  );
}
function joined(list: List, separator: string, meter: Meter): string {
  const texts = list.items().map((item) => {
    if (typeof item !== 'string') throw noOverload();
    meter.chargeText(item.length);
    return item;
  });
  return texts.join(separator);
}
const ascii = (text: string, pick: RegExp, change: (letter: string) => string): string => text.replace(pick, change);

/** `%s` and its like. */
function formatted(template: string, args: List, meter: Meter): string {
  let next = 0;
  const text = template.replace(/%(?:\.(\d+))?([a-zA-Z%])/g, (_, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.size) throw new CelError(`index ${next} out of range`);
    return verbText(verb, args.at(next++), precision === undefined ? 6 : Number(precision));
  });
  meter.chargeText(text.length);
  return text;
}
type Verb = (value: bigint | Value, precision: number) => string | undefined;
const isNumber = (value: bigint | Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';
/** Undefined where the verb does not take such a value. */
const verbs: Readonly<Record<string, Verb>> = {
  s: (value) => printed(value),
  d: (value) => (isNumber(value) ? String(value) : undefined),
  f: (value, precision) => (isNumber(value) ? fixed(Number(value), precision) : undefined),
  e: (value, precision) =>
    isNumber(value)
      ? Number(value)
          .toExponential(precision)
          .replace(/e([+-])(\d)$/, 'e$10$2')
      : undefined,
  b: (value) => (typeof value === 'bigint' ? value.toString(2) : typeof value === 'boolean' ? String(Number(value)) : undefined),
  o: (value) => (typeof value === 'bigint' ? value.toString(8) : undefined),
  x: (value) => hexText(value),
  X: (value) => hexText(value)?.toUpperCase(),
};
function verbText(name: string, value: Value, precision: number): string {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new CelError(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(name)}`);
  const text = verb(value instanceof Uint && name !== 's' ? value.value : value, precision);
  if (text === undefined) throw new CelError(`error during formatting: %${name} does not take a ${typeNameOf(value)}`);
  return text;
}
function hexText(value: bigint | Value): string | undefined {
  if (typeof value === 'bigint') return value.toString(16);
  const bytes = typeof value === 'string' ? encodeUtf8(value) : value;
  return bytes instanceof Uint8Array ? hexOf(bytes) : undefined;
}
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** Halves go to the even neighbour. */
function fixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return printedNumber(value);
  const scaled = value * 10 ** precision;
  const isHalf = !Number.isInteger(scaled) && Number.isInteger(scaled * 2);
  return isHalf ? ((Math.round(scaled / 2) * 2) / 10 ** precision).toFixed(precision) : value.toFixed(precision);
}
/** Here the infinities are written out. */
function printedNumber(value: number): string {
  return Number.isFinite(value) ? printNumber(value) : String(value);
}

function printed(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return printedNumber(value);
  if (value instanceof Uint8Array) return decodeUtf8(value);
  if (value instanceof TypeValue) return value.name;
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'string') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return printTimestamp(value);
  if (value instanceof Duration) return printDuration(value);
  if (value instanceof List) return `[${value.items().map(printed).join(', ')}]`;
  if (value instanceof CelMap)
    return `{${value
      .entries()
      .map(([key, item]) => `${printed(key)}: ${printed(item)}`)
      .toSorted()
      .join(', ')}}`;
  return 'text' in value ? String(value.text) : typeNameOf(value);
}

/** What Go takes for white space. */
const spaces = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const leading = new RegExp(`^${spaces}`);
const trailing = new RegExp(`${spaces}$`);
const escaped: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
function quoted(value: string): string {
  return `"${Array.from(value, (character) => escaped[character] ?? character).join('')}"`;
}

const text = t.string;
const walk = (overload: Overload): Overload => ({
  ...overload,
  growth: 'text',
  call: (args, meter) => {
    meter.chargeText(String(args[0]).length);
    return overload.call(args, meter);
  },
});
const walking = (...overloads: readonly Overload[]): readonly Overload[] => overloads.map(walk);

export const textFunctions: FunctionTable = {
  contains: walking(member([text, text], t.bool, ([a, b]) => a.includes(b))),
  startsWith: [member([text, text], t.bool, ([a, b]) => a.startsWith(b), 'text')],
  endsWith: [member([text, text], t.bool, ([a, b]) => a.endsWith(b), 'text')],
  matches: [member([text, text], t.bool, matches, 'pattern'), free([text, text], t.bool, matches, 'pattern')],
  find: [member([text, text], text, ([a, b], meter) => found(a, b, { limit: 1, meter })[0] ?? '', 'pattern')],
  findAll: [
    member([text, text], t.list(text), ([a, b], meter) => listOf(found(a, b, { limit: -1, meter })), 'pattern'),
    member([text, text, t.int], t.list(text), ([a, b, limit], meter) => listOf(found(a, b, { limit: Number(limit), meter })), 'pattern'),
  ],
  charAt: walking(member([text, t.int], text, ([a, at]) => (at === BigInt(characters(a).length) ? '' : part(a, at, at + 1n)))),
  indexOf: walking(
    member([text, text], t.int, ([a, b]) => indexIn(a, b, 0n)),
    member([text, text, t.int], t.int, ([a, b, from]) => indexIn(a, b, from)),
  ),
  lastIndexOf: walking(
    member([text, text], t.int, ([a, b]) => lastIndexIn(a, b)),
    member([text, text, t.int], t.int, ([a, b, from]) => lastIndexIn(a, b, from)),
  ),
  lowerAscii: walking(member([text], text, ([a]) => ascii(a, /[A-Z]/g, (letter) => letter.toLowerCase()))),
  upperAscii: walking(member([text], text, ([a]) => ascii(a, /[a-z]/g, (letter) => letter.toUpperCase()))),
  replace: walking(
    member([text, text, text], text, ([a, from, to]) => replaced(a, [from, to], -1n)),
    member([text, text, text, t.int], text, ([a, from, to, limit]) => replaced(a, [from, to], limit)),
  ),
  split: walking(
    member([text, text], t.list(text), ([a, b]) => split(a, b, -1n)),
    member([text, text, t.int], t.list(text), ([a, b, limit]) => split(a, b, limit)),
  ),
  substring: walking(
    member([text, t.int], text, ([a, from]) => part(a, from)),
    member([text, t.int, t.int], text, ([a, from, to]) => part(a, from, to)),
  ),
  trim: walking(member([text], text, ([a]) => a.replace(leading, '').replace(trailing, ''))),
  join: [
    member([t.list(text)], text, ([list], meter) => joined(list, '', meter), 'items'),
    member([t.list(text), text], text, ([list, separator], meter) => joined(list, separator, meter), 'items'),
  ],
  format: [member([text, t.list(t.dyn)], text, ([template, args], meter) => formatted(template, args, meter), 'text')],
  'strings.quote': walking(free([text], text, ([a]) => quoted(a))),
};
