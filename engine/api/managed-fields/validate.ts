/** What is wrong with an object by its type, in upstream's words. Upstream: structured-merge-diff's typed/validate.go. */
import type { Json, JsonObject } from '../object.ts';
import { nameItem } from './list-item.ts';
import { printElement } from './path-element.ts';
import { asList, asObject, type FieldType, formOf, type ListType, type MapType, memberType, type ScalarType } from './typed-schema.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}
type Problems = readonly Problem[];
const none: Problems = [];
const one = (message: string): Problems => [{ path: '', message }];
/** Undefined: nothing. */
export function typeProblems(object: JsonObject, type: FieldType): string | undefined {
  const problems = problemsOf(object, type);
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

function problemsOf(value: Json, type: FieldType): Problems {
  if (value === null) return none;
  const form = formOf(type, value);
  if (form === 'map' && type.map) {
    const object = asObject(value);
    return object ? inMap(object, type.map) : one(`expected map, got &{${goValue(value)}}`);
  }
  if (form === 'list' && type.list) {
    const list = asList(value);
    return list ? inList(list, type.list) : one(`expected list, got &{${goValue(value)}}`);
  }
  const message = scalarProblem(type.scalar ?? 'untyped', value);
  return message === undefined ? none : one(message);
}

function inMap(object: JsonObject, type: MapType): Problems {
  const found: Problem[] = [];
  for (const name of Object.keys(object)) {
    const member = memberType(type, name);
    const problems = member ? problemsOf(object[name] ?? null, member) : one('field not declared in schema');
    for (const { path, message } of problems) found.push({ path: `.${name}${path}`, message });
  }
  return found;
}

function inList(list: readonly Json[], type: ListType): Problems {
  const found: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const named = type.isAtomic ? undefined : nameItem(type, item);
    if (named && 'problem' in named) {
      found.push(...one(`element ${index}: ${named.problem}`));
      return found;
    }
    // Written only where there is something to say.
    const shown = (): string => (named ? printElement(named.element) : `[${index}]`);
    if (named && seen.has(named.element)) found.push(...one(`duplicate entries for key ${shown()}`));
    if (named) seen.add(named.element);
    for (const { path, message } of problemsOf(item, type.items)) found.push({ path: shown() + path, message });
  }
  return found;
}

function scalarProblem(type: ScalarType, value: Json): string | undefined {
  const is = typeof value;
  if (type === 'numeric') return is === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
  if (type === 'string') return is === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goValue(value)}}`;
  if (type === 'boolean') return is === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`;
  return is === 'object' ? `expected any scalar, got &{${goValue(value)}}` : undefined;
}

function goType(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
/** As `%v` prints it. */
function goValue(value: Json): string {
  if (value === null) return '<nil>';
  const [list, object] = [asList(value), asObject(value)];
  if (list) return `[${list.map(goValue).join(' ')}]`;
  if (!object) return String(value);
  const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, inner]) => `${name}:${goValue(inner)}`).join(' ')}]`;
}
