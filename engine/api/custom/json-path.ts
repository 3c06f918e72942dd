/**
 * The JSONPath of printer columns, scale paths and selectable fields: what kubectl's templates understand of it, without loops.
 * Upstream: k8s.io/client-go/util/jsonpath.
 */
import type { Json } from '../object.ts';
import { isObject } from './schema.ts';

type Step =
  | { readonly type: 'field'; readonly name: string }
  | {
      readonly type: 'index';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
      readonly isOne: boolean;
    }
  | { readonly type: 'all' }
  | { readonly type: 'deep' }
  | {
      readonly type: 'filter';
      readonly path: readonly Step[];
      readonly operator: string;
      readonly value: Json | readonly Step[] | undefined;
    };

export type JsonPath = (value: Json) => readonly Json[];

export class JsonPathError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonPathError';
  }
}

/** Throws a JsonPathError where the path cannot be read. */
export function parseJsonPath(text: string): JsonPath {
  const steps = new Parser(text).steps();
  return (value) => walk([value], steps);
}

/** `.spec.replicas` as names; for paths that lead to one place. */
export function simplePath(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}
export function valueAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);
}

const nameEnd = /[.[\]()\s=<>!]/;

class Parser {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  steps(): readonly Step[] {
    const steps = this.#path();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return steps;
  }

  #path(): readonly Step[] {
    const steps: Step[] = [];
    if (this.#peek() === '$' || this.#peek() === '@') this.#at++;
    while (this.#at < this.#text.length) {
      const next = this.#peek();
      if (next === '.') steps.push(...this.#dotted());
      else if (next === '[') steps.push(this.#bracket());
      else if (steps.length === 0 && next !== undefined && !nameEnd.test(next)) steps.push({ type: 'field', name: this.#name() });
      else break;
    }
    return steps;
  }

  #dotted(): readonly Step[] {
    this.#at++;
    if (this.#peek() === '.') {
      this.#at++;
      return [{ type: 'deep' }, ...(this.#peek() === '[' ? [] : [this.#nameStep()])];
    }
    if (this.#peek() === '[' || this.#peek() === undefined) return [];
    return [this.#nameStep()];
  }
  #nameStep(): Step {
    const name = this.#name();
    return name === '*' ? { type: 'all' } : { type: 'field', name };
  }

  /** A backslash takes the next character as it is: `metadata.labels.example\.com/a`. */
  #name(): string {
    let name = '';
    for (let next = this.#peek(); next !== undefined && !nameEnd.test(next); next = this.#peek()) {
      if (next === '\\') this.#at++;
      name += this.#text[this.#at] ?? '';
      this.#at++;
    }
    if (name === '') throw this.#unexpected();
    return name;
  }

  #bracket(): Step {
    this.#at++;
    this.#space();
    const next = this.#peek();
    if (next === '?') return this.#filter();
    if (next === "'" || next === '"') {
      const name = this.#quoted();
      this.#expect(']');
      return { type: 'field', name: name.replaceAll('\\.', '.') };
    }
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0) throw new JsonPathError('unterminated array');
    const inside = this.#text.slice(this.#at, end).trim();
    this.#at = end + 1;
    if (inside === '*') return { type: 'all' };
    return indexStep(inside);
  }

  #filter(): Step {
    this.#at++;
    this.#expect('(');
    this.#space();
    const path = this.#path();
    this.#space();
    const operator = /^(?:==|!=|<=|>=|<|>)/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0] ?? 'exists';
    let value: Json | readonly Step[] | undefined;
    if (operator !== 'exists') {
      this.#at += operator.length;
      this.#space();
      value = this.#operand();
      this.#space();
    }
    this.#expect(')');
    this.#expect(']');
    return { type: 'filter', path, operator, value };
  }
  #operand(): Json | readonly Step[] {
    const next = this.#peek();
    if (next === "'" || next === '"') return this.#quoted();
    if (next === '@' || next === '$' || next === '.') return this.#path();
    const word = /^[^)\s]+/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += word.length;
    if (word === 'true' || word === 'false') return word === 'true';
    if (/^-?\d+(?:\.\d+)?$/.test(word)) return Number(word);
    throw new JsonPathError(`unrecognized identifier ${word}`);
  }

  #quoted(): string {
    const quote = this.#text[this.#at];
    let text = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === quote) {
        this.#at++;
        return text;
      }
      if (character === '\\' && this.#text[this.#at + 1] === quote) this.#at++;
      text += this.#text[this.#at] ?? '';
    }
    throw new JsonPathError('unterminated quoted string');
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }
  #space(): void {
    while (this.#peek() === ' ') this.#at++;
  }
  #expect(character: string): void {
    if (this.#peek() !== character) throw this.#unexpected();
    this.#at++;
  }
  #unexpected(): JsonPathError {
    return new JsonPathError(`unexpected ${JSON.stringify(this.#text.slice(this.#at, this.#at + 10))} in ${JSON.stringify(this.#text)}`);
  }
}

function indexStep(text: string): Step {
  const parts = /^(-?\d+)?(?:(:)(-?\d+)?(?::(-?\d+)?)?)?$/.exec(text);
  if (!parts || text === '') throw new JsonPathError(`invalid array index ${text}`);
  const number = (part: string | undefined): number | undefined => (part === undefined ? undefined : Number(part));
  return { type: 'index', from: number(parts[1]), to: number(parts[3]), step: number(parts[4]) ?? 1, isOne: parts[2] === undefined };
}

function walk(values: readonly Json[], steps: readonly Step[]): readonly Json[] {
  return steps.reduce((at, step) => at.flatMap((value) => taken(value, step)), values);
}

function taken(value: Json, step: Step): readonly Json[] {
  switch (step.type) {
    case 'field':
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name] ?? null] : [];
    case 'all':
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case 'deep':
      return deep(value);
    case 'index':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'filter':
      return (Array.isArray(value) ? value : []).filter((item) => passes(item, step));
  }
}
function deep(value: Json): readonly Json[] {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return [value, ...inner.flatMap(deep)];
}
function slice(list: readonly Json[], { from, to, step, isOne }: Step & { readonly type: 'index' }): readonly Json[] {
  const at = (index: number): number => (index < 0 ? list.length + index : index);
  const start = at(from ?? 0);
  if (isOne) return list[start] === undefined ? [] : [list[start]];
  const part = list.slice(Math.max(start, 0), to === undefined ? undefined : at(to));
  return step > 1 ? part.filter((_, index) => index % step === 0) : part;
}
function passes(item: Json, { path, operator, value }: Step & { readonly type: 'filter' }): boolean {
  const [left] = walk([item], path);
  if (left === undefined) return false;
  if (operator === 'exists') return true;
  // A list here is a path, never a value.
  const right = Array.isArray(value) ? walk([item], value as readonly Step[])[0] : (value as Json | undefined);
  if (right === undefined || right === null || left === null) return false;
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    default:
      return typeof left === typeof right && compares(left as number, right as number, operator);
  }
}
function compares(left: number, right: number, operator: string): boolean {
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}
