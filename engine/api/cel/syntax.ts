/** CEL as a tree. The grammar is a library's; what the tree means is ours, as Kubernetes has functions, limits and complaints of its own. */
import { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '../message-of.ts';

export interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly pos: number;
  readonly start: number;
  readonly end: number;
}

/** What a rule may be made of at most: upstream bounds expressions by their size. */
const limits = { maxAstNodes: 100_000, maxDepth: 250, maxListElements: 10_000, maxMapEntries: 10_000, maxCallArguments: 100 };
const grammar = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true, limits });

/** The message is that of cel-go: `ERROR: <input>:1:6: …` with the line and a pointer. */
export class CelIssue extends Error {
  constructor(source: string, at: number, problem: string) {
    super(issueText(source, at, problem));
    this.name = 'CelIssue';
  }
}

function issueText(source: string, at: number, problem: string): string {
  const before = source.slice(0, at).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${problem}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

/** Throws a CelIssue. */
export function parseCel(source: string): Node {
  try {
    return grammar.parse(source).ast as unknown as Node;
  } catch (error) {
    const at = (error as { readonly node?: { readonly pos?: number } }).node?.pos ?? 0;
    const problem = messageOf(error).split('\n')[0] ?? '';
    throw new CelIssue(source, at, `Syntax error: ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`);
  }
}

export const child = (node: Node): Node => node.args as Node;
export const children = (node: Node): readonly Node[] => node.args as readonly Node[];
/** Of `.` and `.?`: what is selected from, and the name. */
export const selected = (node: Node): readonly [Node, string] => node.args as readonly [Node, string];
export const called = (node: Node): readonly [string, readonly Node[]] => node.args as readonly [string, readonly Node[]];
export const calledOn = (node: Node): readonly [string, Node, readonly Node[]] => node.args as readonly [string, Node, readonly Node[]];
export const pairs = (node: Node): readonly (readonly [Node, Node])[] => node.args as readonly (readonly [Node, Node])[];

/** A loop over a list or the keys of a map. */
export interface Loop {
  readonly type: 'all' | 'exists' | 'existsOne' | 'map' | 'filter' | 'transformList' | 'transformMap';
  readonly range: Node;
  /** The item; or the index and the item. */
  readonly names: readonly string[];
  readonly condition: Node | undefined;
  readonly body: Node;
}
export type Macro =
  | { readonly type: 'has'; readonly operand: Node; readonly field: string }
  | { readonly type: 'bind'; readonly name: string; readonly value: Node; readonly body: Node }
  | { readonly type: 'optMap' | 'optFlatMap'; readonly operand: Node; readonly name: string; readonly body: Node }
  | { readonly type: 'loop'; readonly loop: Loop };

const idOf = (node: Node | undefined): string | undefined => (node?.op === 'id' ? (node.args as string) : undefined);

/** Calls that are not functions: their arguments are names and expressions. */
export function macroOf(node: Node): Macro | undefined {
  if (node.op === 'call') {
    const [name, [argument, ...more]] = called(node);
    if (name !== 'has' || argument?.op !== '.' || more.length > 0) return undefined;
    const [operand, field] = selected(argument);
    return { type: 'has', operand, field };
  }
  if (node.op !== 'rcall') return undefined;
  const [name, target, args] = calledOn(node);
  const [first, second, third] = args;
  const id = idOf(first);
  if (id === undefined || !second) return undefined;
  if (name === 'bind' && idOf(target) === 'cel' && third) return { type: 'bind', name: id, value: second, body: third };
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) return { type: name, operand: target, name: id, body: second };
  const loop = loopOf(name, target, args);
  return loop && { type: 'loop', loop };
}

const tests: Readonly<Record<string, Loop['type']>> = { all: 'all', exists: 'exists', exists_one: 'existsOne', existsOne: 'existsOne' };
function loopOf(name: string, range: Node, args: readonly Node[]): Loop | undefined {
  const [first = '', second] = args.slice(0, 2).map(idOf);
  const body = args.at(-1);
  if (!body) return undefined;
  const isTest = Object.hasOwn(tests, name);
  const type = isTest ? tests[name] : undefined;
  if (type && args.length === 2) return { type, range, names: [first], condition: undefined, body };
  if (type && args.length === 3 && second !== undefined) return { type, range, names: [first, second], condition: undefined, body };
  if (name === 'filter' && args.length === 2) return { type: 'filter', range, names: [first], condition: undefined, body };
  if (name === 'map' && (args.length === 2 || args.length === 3))
    return { type: 'map', range, names: [first], condition: args.length === 3 ? args[1] : undefined, body };
  if ((name === 'transformList' || name === 'transformMap') && second !== undefined && (args.length === 3 || args.length === 4))
    return { type: name, range, names: [first, second], condition: args.length === 4 ? args[2] : undefined, body };
  return undefined;
}
