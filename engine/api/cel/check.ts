/**
 * What type a rule has, and how much it may cost at most, before it ever runs: what it names must be there, and every call must have a function.
 * Upstream: cel-go's checker (types and cost).
 */

import { propertyOf, type Schema } from '../custom/schema.ts';
import { type Cost, costOf, type Estimate, loopCost, unknownSize } from './cost.ts';
import { qualified } from './evaluate.ts';
import { functionNamed } from './functions/all.ts';
import type { Overload } from './functions/overload.ts';
import { CelIssue, called, calledOn, child, children, type Loop, macroOf, type Node, pairs, parseCel, selected } from './syntax.ts';
import { accepts, asResource, bound, type CelType, joined, t, typeOfSchema, typeText, unescapedName } from './types.ts';

export interface Checked {
  readonly node: Node;
  readonly type: CelType;
  readonly cost: number;
  /** The variables that are used. */
  readonly names: ReadonlySet<string>;
}

/** Of a variable: its type, and the schema that says how large it can be. */
export interface Variable {
  readonly type: CelType;
  readonly schema: Schema | undefined;
}
export function variableOf(schema: Schema, isRoot: boolean): Variable | undefined {
  const type = isRoot ? ({ kind: 'object', schema: asResource(schema) } as const) : typeOfSchema(schema);
  return type && { type, schema };
}

/** Throws a CelIssue: what is wrong, and where. */
export function checkCel(source: string, variables: Readonly<Record<string, Variable>>): Checked {
  const node = parseCel(source);
  const checker = new Checker(source);
  const scope: Scope = new Map(
    Object.entries(variables).map(([name, { type, schema }]) => [name, { type, cost: 0, ...unknownSize, schema }]),
  );
  const { type, cost } = checker.estimate(node, scope);
  return { node, type, cost, names: checker.names };
}

type Scope = ReadonlyMap<string, Estimate>;

class Checker {
  readonly #source: string;
  readonly names = new Set<string>();
  constructor(source: string) {
    this.#source = source;
  }

  estimate(node: Node, scope: Scope): Estimate {
    switch (node.op) {
      case 'value':
        return literal(node.args);
      case 'id':
        return this.#name(node, scope);
      case '.':
      case '.?':
        return this.#select(node, scope);
      case '[]':
      case '[?]':
        return this.#index(node, scope);
      case 'list': {
        const items = children(node).map((item) => this.estimate(item, scope));
        const of = items.map(({ type }) => type).reduce(joined, items[0]?.type ?? t.dyn);
        return { type: t.list(of), cost: 10 + sum(items), size: items.length, schema: undefined };
      }
      case 'map': {
        const entries = pairs(node).map(([key, value]) => [this.estimate(key, scope), this.estimate(value, scope)] as const);
        const [first] = entries;
        const key = entries.map(([one]) => one.type).reduce(joined, first?.[0].type ?? t.dyn);
        const of = entries.map(([, one]) => one.type).reduce(joined, first?.[1].type ?? t.dyn);
        return { type: t.map(key, of), cost: 30 + sum(entries.flat()), size: entries.length, schema: undefined };
      }
      case 'call':
      case 'rcall':
        return this.#call(node, scope);
      default:
        return this.#operator(node, scope);
    }
  }

  #refuse(node: Node, problem: string): CelIssue {
    return new CelIssue(this.#source, this.#placeOf(node), problem);
  }
  /** Where cel-go points: at the dot, the bracket or the operator. */
  #placeOf(node: Node): number {
    if (node.op === '.' || node.op === '.?') return this.#source.indexOf('.', selected(node)[0].end);
    if (node.op === 'rcall') return this.#source.indexOf('(', this.#source.indexOf('.', calledOn(node)[1].end));
    if (node.op === 'call') return this.#source.indexOf('(', node.start);
    const [left] = Array.isArray(node.args) ? children(node) : [];
    if (left && typeof left.end === 'number' && node.op !== 'list') return this.#source.indexOf(node.op.charAt(0), left.end);
    return node.pos;
  }

  #name(node: Node, scope: Scope): Estimate {
    const name = node.args as string;
    const found = scope.get(name);
    if (found) {
      this.names.add(name);
      return { ...found, cost: 1 };
    }
    if (['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint', 'optional_type'].includes(name))
      return { type: t.type, cost: 1, ...unknownSize };
    throw this.#refuse(node, `undeclared reference to '${name}' (in container '')`);
  }

  #select(node: Node, scope: Scope): Estimate {
    const [operandNode, name] = selected(node);
    const space = qualified(node);
    if (
      space &&
      !scope.has(space.split('.')[0] ?? '') &&
      /^(?:google\.protobuf\.(?:Timestamp|Duration)|net\.(?:URL|IP|CIDR)|kubernetes\.\w+)$/.test(space)
    )
      return { type: t.type, cost: 1, ...unknownSize };
    const operand = this.estimate(operandNode, scope);
    const isOptional = operand.type.kind === 'optional';
    const member = this.#memberOf(node, operand.type.kind === 'optional' ? { ...operand, type: operand.type.of } : operand, name);
    const type = node.op === '.?' || isOptional ? t.optional(member.type) : member.type;
    return { ...member, type, cost: operand.cost + 1 };
  }
  #memberOf(node: Node, { type, schema }: Estimate, name: string): Estimate {
    if (type.kind === 'dyn' || type.kind === 'any') return { type: t.dyn, cost: 0, ...unknownSize };
    if (type.kind === 'map') return { type: type.of, cost: 0, size: undefined, schema: elementSchema(schema) };
    if (type.kind !== 'object') throw this.#refuse(node, `type '${typeText(type)}' does not support field selection`);
    const property = unescapedName(name, type.schema);
    const part = property === undefined ? undefined : propertyOf(type.schema, property);
    const of = typeOfSchema(part);
    if (!of) throw this.#refuse(node, `undefined field '${name}'`);
    return { type: of, cost: 0, size: undefined, schema: part };
  }

  #index(node: Node, scope: Scope): Estimate {
    const [operandNode, keyNode] = children(node) as [Node, Node];
    const [operand, key] = [this.estimate(operandNode, scope), this.estimate(keyNode, scope)];
    const isOptional = operand.type.kind === 'optional' || node.op === '[?]';
    const type = operand.type.kind === 'optional' ? operand.type.of : operand.type;
    const cost = operand.cost + key.cost + 1;
    const found = (of: CelType): Estimate => ({
      type: isOptional ? t.optional(of) : of,
      cost,
      size: undefined,
      schema: elementSchema(operand.schema),
    });
    if (type.kind === 'dyn') return found(t.dyn);
    if (type.kind === 'list' && accepts(t.int, key.type)) return found(type.of);
    if (type.kind === 'map' && accepts(type.key, key.type)) return found(type.of);
    throw this.#noOverload(node, '_[_]', [operand, key]);
  }

  #noOverload(node: Node, name: string, args: readonly Estimate[], isMember = false): CelIssue {
    const types = args.map(({ type }) => typeText(type));
    const applied = isMember ? `${types[0]}.(${types.slice(1).join(', ')})` : `(${types.join(', ')})`;
    return this.#refuse(node, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  #operator(node: Node, scope: Scope): Estimate {
    const parts = (Array.isArray(node.args) ? children(node) : [child(node)]).map((one) => this.estimate(one, scope));
    const [a, b, c] = parts as [Estimate, Estimate, Estimate];
    const cost = sum(parts);
    switch (node.op) {
      case '&&':
      case '||':
        if (!accepts(t.bool, a.type) || !accepts(t.bool, b.type)) throw this.#noOverload(node, `_${node.op}_`, parts);
        return { type: t.bool, cost: cost + 1, ...unknownSize };
      case '?:':
        if (!accepts(t.bool, a.type)) throw this.#noOverload(node, '_?_:_', parts);
        return { type: joined(b.type, c.type), cost: a.cost + Math.max(b.cost, c.cost), size: undefined, schema: b.schema ?? c.schema };
      case '==':
      case '!=':
        if (!comparable(a.type, b.type)) throw this.#noOverload(node, `_${node.op}_`, parts);
        return { type: t.bool, cost: cost + 1 + Math.min(costOf(a), costOf(b)), ...unknownSize };
      case 'in':
        if (!isIn(a.type, b.type)) throw this.#noOverload(node, '@in', parts);
        return { type: t.bool, cost: cost + 1 + (b.type.kind === 'list' ? costOf(b) : 0), ...unknownSize };
      default:
        return this.#apply(node, { name: node.op, shown: shownName(node.op), args: parts, isMember: false });
    }
  }

  #apply(
    node: Node,
    {
      name,
      shown,
      args,
      isMember,
    }: { readonly name: string; readonly shown: string; readonly args: readonly Estimate[]; readonly isMember: boolean },
  ): Estimate {
    const overloads = functionNamed(name) ?? [];
    const fitting = overloads.flatMap((one): readonly (readonly [Overload, CelType])[] => {
      if (one.isMember !== isMember || one.params.length !== args.length) return [];
      const bindings = new Map<string, CelType>();
      return one.params.every((param, index) => accepts(param, args[index]?.type ?? t.dyn, bindings))
        ? [[one, bound(one.result, bindings)]]
        : [];
    });
    const [first] = fitting;
    if (!first) {
      if (overloads.some((one) => one.isMember === isMember)) throw this.#noOverload(node, shown, args, isMember);
      throw this.#refuse(node, `undeclared reference to '${shown}' (in container '')`);
    }
    const type = fitting.length === 1 ? first[1] : fitting.map(([, result]) => result).reduce(joined);
    const calls = fitting.map(([{ growth }]) => growthOf(growth, args));
    const grown = name === '+' && args.every(({ size }) => size !== undefined) ? (args[0]?.size ?? 0) + (args[1]?.size ?? 0) : undefined;
    return {
      type,
      cost: sum(args) + 1 + Math.max(...calls),
      size: grown,
      schema: type.kind === 'string' || type.kind === 'list' ? args[0]?.schema : undefined,
    };
  }

  #call(node: Node, scope: Scope): Estimate {
    const macro = macroOf(node);
    switch (macro?.type) {
      case 'has': {
        const operand = this.estimate(macro.operand, scope);
        const inner = operand.type.kind === 'optional' ? { ...operand, type: operand.type.of } : operand;
        const [selection] = called(node)[1];
        this.#memberOf(selection ?? node, inner, macro.field);
        return { type: t.bool, cost: operand.cost, ...unknownSize };
      }
      case 'bind': {
        const value = this.estimate(macro.value, scope);
        const body = this.estimate(macro.body, extended(scope, macro.name, value));
        return { ...body, cost: value.cost + body.cost + 10 };
      }
      case 'optMap':
      case 'optFlatMap': {
        const operand = this.estimate(macro.operand, scope);
        const of = operand.type.kind === 'optional' ? operand.type.of : t.dyn;
        const body = this.estimate(macro.body, extended(scope, macro.name, { ...operand, type: of }));
        return { ...body, type: macro.type === 'optMap' ? t.optional(body.type) : body.type, cost: operand.cost + body.cost + 2 };
      }
      case 'loop':
        return this.#loop(node, macro.loop, scope);
      default:
        return this.#function(node, scope);
    }
  }
  #function(node: Node, scope: Scope): Estimate {
    if (node.op === 'call') {
      const [name, args] = called(node);
      return this.#apply(node, { name, shown: name, args: args.map((one) => this.estimate(one, scope)), isMember: false });
    }
    const [name, target, args] = calledOn(node);
    const values = (): readonly Estimate[] => args.map((one) => this.estimate(one, scope));
    const space = qualified(target);
    if (space && !scope.has(space.split('.')[0] ?? '') && functionNamed(`${space}.${name}`))
      return this.#apply(node, { name: `${space}.${name}`, shown: `${space}.${name}`, args: values(), isMember: false });
    return this.#apply(node, { name, shown: name, args: [this.estimate(target, scope), ...values()], isMember: true });
  }

  #loop(node: Node, { type, range, names, condition, body }: Loop, scope: Scope): Estimate {
    const over = this.estimate(range, scope);
    const item = this.#itemsOf(node, over, names.length);
    const inner = names.reduce(
      (sofar, name, index) => extended(sofar, name, item[index] ?? { type: t.dyn, cost: 1, ...unknownSize }),
      scope,
    );
    const test = condition ? this.estimate(condition, inner) : undefined;
    const each = this.estimate(body, inner);
    const wanted = type === 'map' || type === 'transformList' || type === 'transformMap' ? test : each;
    if (wanted && !accepts(t.bool, wanted.type)) throw this.#refuse(node, `expected type 'bool' but found '${typeText(wanted.type)}'`);
    const cost: Cost = loopCost(over, each.cost + (test?.cost ?? 0));
    const found = (result: CelType): Estimate => ({ type: result, ...cost, schema: type === 'filter' ? over.schema : undefined });
    switch (type) {
      case 'all':
      case 'exists':
      case 'existsOne':
        return { ...found(t.bool), size: undefined };
      case 'filter':
        return found(t.list(item[0]?.type ?? t.dyn));
      case 'transformMap':
        return found(t.map(item[0]?.type ?? t.dyn, each.type));
      default:
        return found(t.list(each.type));
    }
  }
  #itemsOf(node: Node, { type, schema }: Estimate, names: number): readonly Estimate[] {
    const of = (one: CelType, part?: Schema): Estimate => ({ type: one, cost: 1, size: undefined, schema: part });
    switch (type.kind) {
      case 'dyn':
        return [of(t.dyn), of(t.dyn)];
      case 'list':
        return names === 2 ? [of(t.int), of(type.of, elementSchema(schema))] : [of(type.of, elementSchema(schema))];
      case 'map':
        // As upstream, which knows no bound for keys and counts them as nothing.
        return [{ ...of(type.key), size: 0 }, of(type.of, elementSchema(schema))];
      default:
        throw this.#refuse(
          node,
          `expression of type '${typeText(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
    }
  }
}

const sum = (parts: readonly Estimate[]): number => parts.reduce((total, { cost }) => total + cost, 0);
function extended(scope: Scope, name: string, value: Estimate): Scope {
  return new Map([...scope, [name, value]]);
}
function shownName(op: string): string {
  return op.endsWith('_') ? op : `_${op}_`;
}
function comparable(a: CelType, b: CelType): boolean {
  if (a.kind === 'null' || b.kind === 'null') return true;
  return accepts(a, b) || accepts(b, a);
}
function isIn(a: CelType, b: CelType): boolean {
  if (b.kind === 'dyn') return true;
  if (b.kind === 'list') return comparable(b.of, a);
  return b.kind === 'map' && accepts(b.key, a);
}
function elementSchema(schema: Schema | undefined): Schema | undefined {
  const inner = schema?.type === 'array' ? schema.items : schema?.additionalProperties;
  return typeof inner === 'object' && inner !== null ? (inner as Schema) : undefined;
}
function growthOf(growth: Overload['growth'], args: readonly Estimate[]): number {
  const [first, second] = args;
  if (!growth || !first) return 0;
  if (growth === 'pattern') return costOf(first) * Math.max(1, Math.ceil((second?.size ?? 20) * 0.25));
  return costOf(first);
}

function literal(value: unknown): Estimate {
  const plain = { cost: 0, schema: undefined };
  if (value === null) return { type: t.null, ...plain, size: undefined };
  switch (typeof value) {
    case 'boolean':
      return { type: t.bool, ...plain, size: undefined };
    case 'bigint':
      return { type: t.int, ...plain, size: undefined };
    case 'number':
      return { type: t.double, ...plain, size: undefined };
    case 'string':
      return { type: t.string, ...plain, size: value.length };
    default:
      return value instanceof Uint8Array ? { type: t.bytes, ...plain, size: value.length } : { type: t.uint, ...plain, size: undefined };
  }
}
