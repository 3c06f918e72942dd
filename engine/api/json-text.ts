/**
 * Reads JSON text as Go's decoder would: says what is wrong in its words, refuses bottomless nesting, and finds the duplicate keys that
 * JSON.parse hides. The common case costs one pass over the quotes and colons of the text.
 */
import { parseExact } from './exact-json.ts';
import type { Json } from './object.ts';

export class JsonTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonTextError';
  }
}

/** Nothing in the API nests deeper, and what walks the value recurses. Upstream stops at 10000. */
const maxDepth = 1000;

const quote = 34;
const backslash = 92;

/** The index behind the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    if (end < 0) return text.length;
    let first = end;
    while (text.charCodeAt(first - 1) === backslash) first -= 1;
    if ((end - first) % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
}

/** How many members all objects of the text have. Throws when it nests too deep. */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index) - 1;
    else if (code === 58) members += 1;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > maxDepth) throw new JsonTextError('exceeded max depth');
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return members;
}

function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += countKeys(item);
  else
    for (const item of Object.values(value)) {
      count += 1;
      if (typeof item === 'object') count += countKeys(item);
    }
  return count;
}

/** Go's words for what V8 found wrong. */
function syntaxProblem(text: string, error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message);
  const token = /^Unexpected (?:token|non-whitespace character)[^']*(?:'(.)')?/su.exec(error.message);
  const at = position ? Number(position[1]) : -1;
  const character = token?.[1] ?? (at >= 0 ? text[at] : undefined);
  if (/end of JSON|Unterminated string/.test(error.message) || character === undefined) return 'unexpected end of JSON input';
  const place = /property name/.test(error.message) ? 'looking for beginning of object key string' : 'looking for beginning of value';
  return `invalid character '${character}' ${/after JSON/.test(error.message) ? 'after top-level value' : place}`;
}

export interface ParsedJson {
  readonly value: Json;
  /** Paths of members that were given more than once, in the order of the text. */
  readonly duplicates: readonly string[];
}

/** Throws a JsonTextError whose message is Go's. The last of several members with one name wins. */
export function parseJsonText(text: string): ParsedJson {
  const members = countMembers(text);
  let value: Json;
  try {
    value = parseExact(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new JsonTextError(syntaxProblem(text, error));
    throw error;
  }
  return { value, duplicates: members === countKeys(value) ? [] : findDuplicates(text) };
}

interface Frame {
  readonly path: string;
  /** Names met so far in an object; undefined in a list. */
  readonly names: Set<string> | undefined;
  /** The next string is a member's name. */
  isNameNext: boolean;
  /** Path of the value that comes next. */
  next: string;
  index: number;
}

function openFrame(path: string, token: string): Frame {
  const isObject = token === '{';
  return { path, names: isObject ? new Set() : undefined, isNameNext: isObject, next: `${path}[0]`, index: 0 };
}

/** Goes to the next member or item. */
function advance(frame: Frame): void {
  frame.isNameNext = frame.names !== undefined;
  frame.index += 1;
  if (!frame.names) frame.next = `${frame.path}[${frame.index}]`;
}

/** Takes a member's name; gives its path when the object has it already. */
function takeName(frame: Frame, token: string): string | undefined {
  if (!frame.isNameNext || !frame.names) return undefined;
  const name = String(JSON.parse(token));
  frame.isNameNext = false;
  frame.next = frame.path === '' ? name : `${frame.path}.${name}`;
  if (frame.names.has(name)) return frame.next;
  frame.names.add(name);
  return undefined;
}

/** `text` is known to be valid JSON. */
function findDuplicates(text: string): readonly string[] {
  const duplicates = new Set<string>();
  const frames: Frame[] = [];
  for (const [token] of text.matchAll(/[{}[\],]|"[^"\\]*(?:\\.[^"\\]*)*"/g)) {
    const frame = frames.at(-1);
    if (token === '{' || token === '[') frames.push(openFrame(frame?.next ?? '', token));
    else if (token === '}' || token === ']') frames.pop();
    else if (frame && token === ',') advance(frame);
    else if (frame) {
      const duplicate = takeName(frame, token);
      if (duplicate !== undefined) duplicates.add(duplicate);
    }
  }
  return [...duplicates];
}
