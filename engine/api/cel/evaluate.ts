/** Runs a rule. Every step is counted; errors end it, unless `&&` or `||` can do without what failed. Upstream: cel-go's interpreter. */
import { compareNumbers, isEqual } from './compare.ts';
import { functionNamed } from './functions/all.ts';
import { overloadFor } from './functions/overload.ts';
import type { Meter } from './meter.ts';
import { called, calledOn, child, children, type Loop, macroOf, type Node, pairs, selected } from './syntax.ts';
import { CelError, CelMap, CelObject, List, listOf, noOverload, Optional, TypeValue, Uint, type Value } from './values.ts';

export interface Scope {
  get(name: string): Value | undefined;
}
export function scopeOf(values: Readonly<Record<string, Value | undefined>>): Scope {
  return { get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined) };
}
function within(outer: Scope, name: string, value: Value): Scope {
  return { get: (asked) => (asked === name ? value : outer.get(asked)) };
}

/** Throws CelError or CostExceeded. */
export function evaluate(node: Node, scope: Scope, meter: Meter): Value {
  return new Run(meter).value(node, scope);
}

const typeNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint', 'optional_type'].map((name) => [name, name]),
  ),
};

class Run {
  readonly #meter: Meter;
  constructor(meter: Meter) {
    this.#meter = meter;
  }

  value(node: Node, scope: Scope): Value {
    switch (node.op) {
      case 'value':
        return literal(node.args);
      case 'id':
        return this.#name(node.args as string, scope);
      case '.':
        return this.#select(node, scope);
      case '.?':
        return this.#optionalSelect(node, scope);
      case '[]':
        return this.#index(node, scope);
      case '[?]':
        return this.#optionalIndex(node, scope);
      case 'list':
        this.#meter.charge(10);
        return listOf(children(node).map((item) => this.value(item, scope)));
      case 'map':
        return this.#map(node, scope);
      case 'call':
      case 'rcall':
        return this.#call(node, scope);
      default:
        return this.#operator(node, scope);
    }
  }

  #operator(node: Node, scope: Scope): Value {
    switch (node.op) {
      case '&&':
        return this.#junction(node, scope, false);
      case '||':
        return this.#junction(node, scope, true);
      case '?:': {
        const [condition, yes, no] = children(node) as [Node, Node, Node];
        return this.value(this.#test(condition, scope) ? yes : no, scope);
      }
      case '!_':
      case '-_':
        if (node.op === '-_' && child(node).op === 'value' && child(node).args === 2n ** 63n) return -(2n ** 63n);
        return this.#apply(node.op, [this.value(child(node), scope)], false);
      case '==':
      case '!=': {
        const [left, right] = children(node) as [Node, Node];
        return isEqual(this.value(left, scope), this.value(right, scope), this.#meter) === (node.op === '==');
      }
      case 'in': {
        const [left, right] = children(node) as [Node, Node];
        return this.#isIn(this.value(left, scope), this.value(right, scope));
      }
      default:
        return this.#apply(
          node.op,
          children(node).map((one) => this.value(one, scope)),
          false,
        );
    }
  }

  #name(name: string, scope: Scope): Value {
    this.#meter.charge(1);
    const value = scope.get(name);
    if (value !== undefined) return value;
    if (Object.hasOwn(typeNames, name)) return new TypeValue(typeNames[name] ?? name);
    throw new CelError(`no such attribute(s): ${name}`);
  }

  #test(node: Node, scope: Scope): boolean {
    const value = this.value(node, scope);
    if (typeof value !== 'boolean') throw noOverload();
    return value;
  }

  /** Either side decides, whichever fails. */
  #junction(node: Node, scope: Scope, decisive: boolean): boolean {
    this.#meter.charge(1);
    const [left, right] = children(node) as [Node, Node];
    let failure: unknown;
    try {
      if (this.#test(left, scope) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failure = error;
    }
    if (this.#test(right, scope) === decisive) return decisive;
    if (failure !== undefined) throw failure;
    return !decisive;
  }

  #select(node: Node, scope: Scope): Value {
    const [operand, name] = selected(node);
    const typeName = qualified(node);
    if (
      typeName !== undefined &&
      /^(?:google\.protobuf\.\w+|net\.\w+|kubernetes\.\w+)$/.test(typeName) &&
      scope.get(typeName.split('.')[0] ?? '') === undefined
    )
      return new TypeValue(typeName);
    const value = this.value(operand, scope);
    this.#meter.charge(1);
    if (value instanceof Optional) return value.value === undefined ? value : new Optional(memberOf(value.value, name));
    const member = memberOf(value, name);
    if (member === undefined) throw new CelError(`no such key: ${name}`);
    return member;
  }
  #optionalSelect(node: Node, scope: Scope): Value {
    const [operand, name] = selected(node);
    const value = this.value(operand, scope);
    this.#meter.charge(1);
    const inner = value instanceof Optional ? value.value : value;
    return new Optional(inner === undefined || inner === null ? undefined : memberOf(inner, name));
  }

  #index(node: Node, scope: Scope): Value {
    const [operand, key] = children(node) as [Node, Node];
    const [value, at] = [this.value(operand, scope), this.value(key, scope)];
    this.#meter.charge(1);
    if (value instanceof Optional) return value.value === undefined ? value : new Optional(itemAt(value.value, at));
    const item = itemAt(value, at);
    if (item !== undefined) return item;
    throw new CelError(value instanceof List ? `index out of bounds: ${String(at)}` : `no such key: ${String(at)}`);
  }
  #optionalIndex(node: Node, scope: Scope): Value {
    const [operand, key] = children(node) as [Node, Node];
    const [value, at] = [this.value(operand, scope), this.value(key, scope)];
    this.#meter.charge(1);
    const inner = value instanceof Optional ? value.value : value;
    return new Optional(inner === undefined ? undefined : itemAt(inner, at));
  }

  #map(node: Node, scope: Scope): Value {
    this.#meter.charge(30);
    const entries = pairs(node).map(([key, value]): [Value, Value] => [this.value(key, scope), this.value(value, scope)]);
    const map = new CelMap(entries);
    if (map.size < entries.length) throw new CelError('Failed with repeated key');
    return map;
  }

  #isIn(value: Value, container: Value): boolean {
    if (container instanceof List) return container.items().some((item) => isEqual(item, value, this.#meter));
    this.#meter.charge(1);
    if (container instanceof CelMap) return container.get(value) !== undefined;
    if (container instanceof CelObject && typeof value === 'string') return container.get(value) !== undefined;
    throw noOverload();
  }

  #call(node: Node, scope: Scope): Value {
    const macro = macroOf(node);
    if (macro) {
      switch (macro.type) {
        case 'has':
          return this.#has(macro.operand, macro.field, scope);
        case 'bind':
          return this.value(macro.body, within(scope, macro.name, this.value(macro.value, scope)));
        case 'loop':
          return new LoopRun(this, this.#meter).run(macro.loop, scope);
        default: {
          const operand = this.value(macro.operand, scope);
          if (!(operand instanceof Optional)) throw noOverload();
          if (operand.value === undefined) return operand;
          const mapped = this.value(macro.body, within(scope, macro.name, operand.value));
          return macro.type === 'optMap' ? new Optional(mapped) : mapped;
        }
      }
    }
    if (node.op === 'call') {
      const [name, args] = called(node);
      return this.#apply(
        name,
        args.map((one) => this.value(one, scope)),
        false,
      );
    }
    const [name, target, args] = calledOn(node);
    const space = qualified(target);
    const values = (): Value[] => args.map((one) => this.value(one, scope));
    if (space !== undefined && scope.get(space.split('.')[0] ?? '') === undefined && functionNamed(`${space}.${name}`))
      return this.#apply(`${space}.${name}`, values(), false);
    return this.#apply(name, [this.value(target, scope), ...values()], true);
  }

  #has(operand: Node, field: string, scope: Scope): boolean {
    const value = this.value(operand, scope);
    const inner = value instanceof Optional ? value.value : value;
    if (inner === undefined) return false;
    return memberOf(inner, field) !== undefined;
  }

  #apply(name: string, args: readonly Value[], isMember: boolean): Value {
    this.#meter.charge(1);
    const overload = overloadFor(functionNamed(name) ?? [], args, isMember);
    if (!overload) throw noOverload();
    // The overload was chosen by the types of these values.
    return overload.call(args as readonly never[], this.#meter);
  }
}

/** `a.b.c`, where it is nothing but names. */
export function qualified(node: Node): string | undefined {
  if (node.op === 'id') return node.args as string;
  if (node.op !== '.') return undefined;
  const [operand, name] = selected(node);
  const space = qualified(operand);
  return space === undefined ? undefined : `${space}.${name}`;
}

function literal(value: unknown): Value {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return value as Value;
  if (typeof value === 'bigint') {
    if (value >= 2n ** 63n) throw new CelError('integer overflow');
    return value;
  }
  if (value instanceof Uint8Array) return value;
  // The grammar's own class for what ends in `u`.
  return new Uint(BigInt((value as { readonly value: bigint }).value));
}

function memberOf(value: Value, name: string): Value | undefined {
  if (value instanceof CelObject || value instanceof CelMap) return value.get(name);
  throw noOverload();
}

function itemAt(value: Value, at: Value): Value | undefined {
  if (value instanceof CelMap) return value.get(at);
  if (value instanceof CelObject && typeof at === 'string') return value.get(at);
  if (!(value instanceof List)) throw noOverload();
  const index = compareNumbers(at, 0n) === undefined ? undefined : Number(at instanceof Uint ? at.value : at);
  if (index === undefined) throw noOverload();
  return Number.isInteger(index) && index >= 0 && index < value.size ? value.at(index) : undefined;
}

/** `all`, `map` and their like: each pass costs. */
class LoopRun {
  readonly #run: Run;
  readonly #meter: Meter;
  constructor(run: Run, meter: Meter) {
    this.#run = run;
    this.#meter = meter;
  }

  run({ type, range, names, condition, body }: Loop, scope: Scope): Value {
    const passes = passesOf(this.#run.value(range, scope), names.length);
    const scopeAt = (values: readonly Value[]): Scope =>
      names.reduce((outer, name, index) => within(outer, name, values[index] ?? null), scope);
    const bodyAt = (values: readonly Value[]): Value => {
      this.#meter.charge(1);
      return this.#run.value(body, scopeAt(values));
    };
    switch (type) {
      case 'all':
        return this.#decide(passes, bodyAt, false);
      case 'exists':
        return this.#decide(passes, bodyAt, true);
      case 'existsOne':
        return passes.filter((values) => isTrue(bodyAt(values))).length === 1;
      case 'filter':
        return listOf(passes.filter((values) => isTrue(bodyAt(values))).map((values) => values[0] ?? null));
      default: {
        const taken = passes.filter((values) => !condition || isTrue(this.#run.value(condition, scopeAt(values))));
        if (type === 'transformMap') return new CelMap(taken.map((values) => [values[0] ?? null, bodyAt(values)]));
        return listOf(taken.map(bodyAt));
      }
    }
  }

  /** One that decides is enough, whatever failed before it. */
  #decide(passes: readonly (readonly Value[])[], bodyAt: (values: readonly Value[]) => Value, decisive: boolean): boolean {
    let failure: unknown;
    for (const values of passes) {
      try {
        if (isTrue(bodyAt(values)) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  }
}
function isTrue(value: Value): boolean {
  if (typeof value !== 'boolean') throw noOverload();
  return value;
}
function passesOf(range: Value, names: number): readonly (readonly Value[])[] {
  if (range instanceof List) return range.items().map((item, index) => (names === 2 ? [BigInt(index), item] : [item]));
  if (range instanceof CelMap) return range.entries().map(([key, value]) => (names === 2 ? [key, value] : [key]));
  if (range instanceof CelObject) return Object.keys(range.json).map((key) => (names === 2 ? [key, range.get(key) ?? null] : [key]));
  throw noOverload();
}
