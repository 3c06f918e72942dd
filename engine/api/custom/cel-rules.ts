/**
 * The rules that a schema writes in CEL: compiled once, and held against objects within a budget.
 * Upstream: apiserver/schema/cel/{compilation,validation}.go.
 */
import { type Checked, checkCel, variableOf } from '../cel/check.ts';
import { evaluate, type Scope, scopeOf } from '../cel/evaluate.ts';
import { CostExceeded, Meter, perObjectBudget } from '../cel/meter.ts';
import { CelIssue } from '../cel/syntax.ts';
import { t } from '../cel/types.ts';
import { CelError, Optional, rootValue, toValue, type Value } from '../cel/values.ts';
import { duplicate, type FieldError, forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import type { Json, JsonObject } from '../object.ts';
import { sameJson } from '../patch/merge-patch.ts';
import type { ValidationRule } from '../types.gen.ts';
import { correlate } from './correlate.ts';
import { additionalOf, isObject, itemsOf, propertyOf, type Schema } from './schema.ts';

type Errors = readonly FieldError[];

export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly checked: Checked | undefined;
  readonly message: Checked | undefined;
  /** What is wrong with the rule, and with the expression of its message. */
  readonly problem: string | undefined;
  readonly messageProblem: string | undefined;
  readonly usesOld: boolean;
}

const compiled = new WeakMap<Schema, readonly CompiledRule[]>();
export function compiledRules(schema: Schema, isRoot: boolean): readonly CompiledRule[] {
  const known = compiled.get(schema);
  if (known) return known;
  const made = (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(schema, rule, isRoot));
  compiled.set(schema, made);
  return made;
}

function compileRule(schema: Schema, rule: ValidationRule, isRoot: boolean): CompiledRule {
  const self = variableOf(schema, isRoot);
  const nothing = { rule, checked: undefined, message: undefined, problem: undefined, messageProblem: undefined, usesOld: false };
  if (!self) return { ...nothing, problem: 'failed to convert to declType for CEL validation rules' };
  const variables = { self, oldSelf: rule.optionalOldSelf ? { ...self, type: t.optional(self.type) } : self };
  const tried = attempt(() => checkCel(rule.rule, variables));
  if (typeof tried === 'string') return { ...nothing, problem: `compilation failed: ${tried}` };
  if (tried.type.kind !== 'bool') return { ...nothing, problem: 'cel expression must evaluate to a bool' };
  const usesOld = tried.names.has('oldSelf');
  const { messageExpression } = rule;
  const message = messageExpression ? attempt(() => checkCel(messageExpression, variables)) : undefined;
  if (typeof message === 'string')
    return { ...nothing, checked: tried, usesOld, messageProblem: `messageExpression compilation failed: ${message}` };
  if (message && message.type.kind !== 'string')
    return { ...nothing, checked: tried, usesOld, messageProblem: 'messageExpression must evaluate to a string' };
  return { ...nothing, checked: tried, message, usesOld };
}
function attempt(check: () => Checked): Checked | string {
  try {
    return check();
  } catch (error) {
    if (error instanceof CelIssue) return error.message;
    throw error;
  }
}

const withRules = new WeakMap<Schema, boolean>();
/** Whether there is a rule in this schema, or inside of it. */
export function hasRules(schema: Schema | undefined): boolean {
  if (!schema) return false;
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const own = (schema['x-kubernetes-validations'] ?? []).length > 0;
  const found = own || hasRules(itemsOf(schema)) || hasRules(additionalOf(schema)) || Object.values(schema.properties ?? {}).some(hasRules);
  withRules.set(schema, found);
  return found;
}

/** Of a whole object; `old` is the one before, of the same thing. */
export function celErrors(object: JsonObject, schema: Schema, old: JsonObject | undefined): Errors {
  if (!hasRules(schema)) return [];
  const walk = new RuleWalk();
  walk.visit(object, schema, { path: new Path(), old, isRoot: true, isUnchanged: false });
  return walk.errors;
}

interface At {
  readonly path: Path;
  readonly old: Json | undefined;
  readonly isRoot: boolean;
  /** Something around it was found equal to what it was before. */
  readonly isUnchanged: boolean;
}

interface Subject {
  readonly schema: Schema;
  readonly at: At;
  readonly self: Value;
  readonly old: Value | undefined;
}
type Result =
  | { readonly type: 'value'; readonly value: Value }
  | { readonly type: 'failed'; readonly problem: string }
  /** It cost more than one rule may. */
  | { readonly type: 'over' };

/** `shown` is what the rule says, or the rule. */
function failureText(result: Exclude<Result, { readonly type: 'value' }>, shown: string): string {
  if (result.type === 'over')
    return `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${shown}`;
  if (!result.problem.startsWith('no such overload')) return `${result.problem} evaluating rule: ${shown}`;
  return `'${result.problem}': call arguments did not match a supported operator, function or macro signature for rule: ${shown}`;
}

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';

class RuleWalk {
  readonly errors: FieldError[] = [];
  #budget = perObjectBudget;
  #isOver = false;

  visit(value: Json, schema: Schema, at: At): void {
    if (this.#isOver || value === null || !hasRules(schema)) return;
    const isUnchanged = at.isUnchanged || (at.old !== undefined && sameJson(value, at.old));
    this.#run(value, schema, { ...at, isUnchanged });
    if (Array.isArray(value)) this.#items(value, schema, { ...at, isUnchanged });
    else if (isObject(value)) this.#members(value, schema, { ...at, isUnchanged });
  }

  #items(list: readonly Json[], schema: Schema, at: At): void {
    const items = itemsOf(schema);
    if (!items) return;
    const before = correlate(schema, list, at.old);
    for (const [index, item] of list.entries())
      this.visit(item, items, { ...at, isRoot: false, path: at.path.at(index), old: before?.(item) });
  }
  #members(object: JsonObject, schema: Schema, at: At): void {
    const additional = additionalOf(schema);
    const old = isObject(at.old) ? at.old : undefined;
    for (const [name, value] of Object.entries(object)) {
      const property = propertyOf(schema, name);
      const part = property ?? additional;
      if (!part) continue;
      const path = property ? at.path.at(name) : at.path.key(name);
      this.visit(value, part, { ...at, isRoot: false, path, old: old && Object.hasOwn(old, name) ? old[name] : undefined });
    }
  }

  #run(value: Json, schema: Schema, at: At): void {
    const rules = compiledRules(schema, at.isRoot);
    if (rules.length === 0) return;
    const self = at.isRoot && isObject(value) ? rootValue(value, schema) : toValue(value, schema);
    const old =
      at.old === undefined || at.old === null
        ? undefined
        : at.isRoot && isObject(at.old)
          ? rootValue(at.old, schema)
          : toValue(at.old, schema);
    for (const rule of rules) {
      if (this.#isOver) return;
      const error = this.#errorOf(rule, { schema, at, self, old });
      if (error) this.errors.push(error);
    }
  }

  #errorOf(compiledRule: CompiledRule, { schema, at, self, old }: Subject): FieldError | undefined {
    const { rule, checked, problem, usesOld } = compiledRule;
    const invalid = (detail: string): FieldError => located(invalidValue(at.path, schema.type ?? '', detail));
    if (problem !== undefined || !checked) return invalid(`rule compile error: ${problem ?? ''}`);
    const isOptional = rule.optionalOldSelf === true;
    if (usesOld && old === undefined && !isOptional) return undefined;
    const scope = scopeOf({ self, oldSelf: isOptional ? new Optional(old) : old });
    const result = this.#evaluate(checked, scope);
    if (this.#isOver && result.type !== 'over') return invalid(outOfBudget);
    if (result.type !== 'value') return invalid(failureText(result, (rule.message ?? rule.rule).trim()));
    // What was so before is nobody's fault now, unless the rule is about the change.
    if (result.value === true || (!usesOld && at.isUnchanged)) return undefined;
    const path = rulePath(rule, schema, at.path);
    return located(byReason(rule.reason, path, { type: schema.type ?? '', detail: this.#message(compiledRule, scope) }));
  }

  #evaluate(checked: Checked, scope: Scope): Result {
    const meter = new Meter();
    try {
      return { type: 'value', value: evaluate(checked.node, scope, meter) };
    } catch (error) {
      if (error instanceof CostExceeded) {
        this.#isOver = true;
        return { type: 'over' };
      }
      if (error instanceof CelError) return { type: 'failed', problem: error.message };
      throw error;
    } finally {
      this.#budget -= meter.spent;
      if (this.#budget < 0) this.#isOver = true;
    }
  }

  /** The expression's text, if it gives one; else what the rule says. */
  #message({ rule, message }: CompiledRule, scope: Scope): string {
    const result = message && this.#evaluate(message, scope);
    const text = result?.type === 'value' && typeof result.value === 'string' ? result.value.trim() : '';
    if (text !== '' && !text.includes('\n') && text.length <= maxMessage) return text;
    return rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
  }
}
/** Upstream: MaxEvaluatedMessageExpressionSizeBytes. */
const maxMessage = 5 * 1024;

function located(error: FieldError): FieldError {
  return error.field === '' ? { ...error, field: '<nil>' } : error;
}
function byReason(
  reason: string | undefined,
  path: Path,
  { type, detail }: { readonly type: string; readonly detail: string },
): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenValue(path, detail);
    case 'FieldValueRequired':
      return required(path, detail);
    case 'FieldValueDuplicate':
      return duplicate(path, type);
    default:
      return invalidValue(path, type, detail);
  }
}

function rulePath({ fieldPath }: ValidationRule, schema: Schema, path: Path): Path {
  const names = fieldPath ? fieldNames(fieldPath, schema) : undefined;
  return names ? path.at(...names) : path;
}
/** The names of a rule's `fieldPath`; undefined where it leads nowhere. */
export function fieldNames(text: string, schema: Schema): readonly string[] | undefined {
  const names: string[] = [];
  let at: Schema | undefined = schema;
  let rest = text;
  while (rest !== '') {
    const match: RegExpExecArray | null = /^(?:\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\])/.exec(rest);
    if (!match) return undefined;
    const name = match[1] ?? (match[2] ?? '').replace(/\\(.)/g, '$1');
    const property: Schema | undefined = propertyOf(at, name);
    const additional: Schema | undefined = additionalOf(at);
    if (!property && (!additional || at?.properties)) return undefined;
    names.push(property ? name : `[${name}]`);
    at = property ?? additional;
    rest = rest.slice(match[0].length);
  }
  return names;
}
