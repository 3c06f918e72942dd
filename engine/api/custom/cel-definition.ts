/** Whether the rules of a definition can be compiled, and do not cost too much. Upstream: pkg/apis/apiextensions/validation. */
import { smallest } from '../cel/cost.ts';
import { type FieldError, forbiddenValue, invalidValue, type Path } from '../field-error.ts';
import type { ValidationRule } from '../types.gen.ts';
import { type CompiledRule, compiledRules, fieldNames } from './cel-rules.ts';
import { additionalOf, isEmbedded, itemsOf, listTypeOf, type Schema } from './schema.ts';

/** Of one rule, and of all rules of a version. */
const perRule = 10_000_000;
const perSchema = 100_000_000;
const maxRequest = 3 * 1024 * 1024;

interface At {
  readonly path: Path;
  readonly isRoot: boolean;
  /** How often it can be there; undefined where nothing bounds that. */
  readonly times: number | undefined;
  /** The list or map around it whose items cannot be told from those before. */
  readonly uncorrelated: Path | undefined;
}
interface Priced {
  readonly path: Path;
  readonly cost: number;
}

export function celDefinitionErrors(schema: Schema, path: Path): readonly FieldError[] {
  const walk = new DefinitionWalk();
  walk.visit(schema, { path, isRoot: true, times: 1, uncorrelated: undefined });
  return [...walk.errors, ...totalErrors(walk.priced, path)];
}

class DefinitionWalk {
  readonly errors: FieldError[] = [];
  readonly priced: Priced[] = [];

  visit(schema: Schema, at: At): void {
    for (const [index, one] of compiledRules(schema, at.isRoot || isEmbedded(schema)).entries())
      this.#rule(schema, one, { ...at, path: at.path.at('x-kubernetes-validations', index) });
    const inner = { ...at, isRoot: false };
    const additional = additionalOf(schema);
    const items = itemsOf(schema);
    if (additional)
      this.visit(additional, { ...inner, path: at.path.at('additionalProperties'), times: product(at.times, schema.maxProperties) });
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      this.visit(property, { ...inner, path: at.path.at('properties').key(name) });
    if (!items) return;
    const uncorrelated = at.uncorrelated ?? (listTypeOf(schema) === 'map' ? undefined : at.path);
    this.visit(items, { ...inner, path: at.path.at('items'), times: product(at.times, schema.maxItems), uncorrelated });
  }

  #rule(schema: Schema, { rule, checked, message, problem, messageProblem, usesOld }: CompiledRule, at: At): void {
    const { path } = at;
    const times = at.times ?? Math.floor(maxRequest / smallest(schema));
    const priced = (part: 'rule' | 'messageExpression', cost: number, name: string): void => {
      this.priced.push({ path: path.at(part), cost });
      if (cost > perRule) this.errors.push(forbiddenValue(path.at(part), tooDear(name, cost, perRule)));
    };
    if (checked) priced('rule', checked.cost * times, 'estimated rule cost');
    if (problem !== undefined) this.errors.push(invalid(path.at('rule'), rule, problem));
    if (messageProblem !== undefined) this.errors.push(invalid(path.at('messageExpression'), rule, messageProblem));
    else if (message) priced('messageExpression', message.cost, 'estimated messageExpression cost');
    if (rule.fieldPath && !fieldNames(rule.fieldPath, schema))
      this.errors.push(invalidValue(path.at('fieldPath'), rule.fieldPath, 'must be a valid path'));
    if (usesOld && at.uncorrelated)
      this.errors.push(
        invalidValue(
          path.at('rule'),
          rule.rule,
          `oldSelf cannot be used on the uncorrelatable portion of the schema within ${at.uncorrelated}`,
        ),
      );
    else if (!usesOld && checked && rule.optionalOldSelf !== undefined)
      this.errors.push(invalidValue(path.at('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
}

function product(times: number | undefined, more: number | undefined): number | undefined {
  return times === undefined || more === undefined ? undefined : times * more;
}

const listed = 4;
function totalErrors(priced: readonly Priced[], path: Path): readonly FieldError[] {
  const total = priced.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= perSchema) return [];
  const dearest = priced.toSorted((a, b) => b.cost - a.cost).slice(0, listed);
  return [
    ...dearest.map((one) =>
      forbiddenValue(one.path, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'),
    ),
    forbiddenValue(path, tooDear('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', total, perSchema)),
  ];
}

function tooDear(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const times = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${name} exceeds budget by factor of ${times} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

/** As Go prints the rule. */
function invalid(path: Path, rule: ValidationRule, problem: string): FieldError {
  const { message = '', messageExpression = '', fieldPath = '' } = rule;
  const text = [
    `Rule:${JSON.stringify(rule.rule)}`,
    `Message:${JSON.stringify(message)}`,
    `MessageExpression:${JSON.stringify(messageExpression)}`,
    `Reason:(*apiextensions.FieldValueErrorReason)(nil)`,
    `FieldPath:${JSON.stringify(fieldPath)}`,
    'OptionalOldSelf:(*bool)(nil)',
  ].join(', ');
  return { type: 'FieldValueInvalid', field: String(path), message: `Invalid value: apiextensions.ValidationRule{${text}}: ${problem}` };
}
