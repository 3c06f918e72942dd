/** What is wrong with an object by its type, in upstream's words. Upstream: structured-merge-diff's typed/validate.go. */
import type { Json, JsonObject } from '../object.ts';
import { nameItem } from './list-item.ts';
import { printElement } from './path-element.ts';
import { asList, asObject, type FieldType, formOf, type ListType, type MapType, memberType, type ScalarType } from './typed-schema.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Undefined: nothing. */
export function typeProblems(object: JsonObject, type: FieldType): string | undefined {
  const problems = problemsOf(object, type, '');
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

function problemsOf(value: Json, type: FieldType, path: string): readonly Problem[] {
  if (value === null) return [];
  const form = formOf(type, value);
  if (form === 'map' && type.map) {
    const object = asObject(value);
    return object ? inMap(object, type.map, path) : [{ path, message: `expected map, got &{${goValue(value)}}` }];
  }
  if (form === 'list' && type.list) {
    const list = asList(value);
    return list ? inList(list, type.list, path) : [{ path, message: `expected list, got &{${goValue(value)}}` }];
  }
  const message = scalarProblem(type.scalar ?? 'untyped', value);
  return message === undefined ? [] : [{ path, message }];
}

function inMap(object: JsonObject, type: MapType, path: string): readonly Problem[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const member = memberType(type, name);
    const at = `${path}.${name}`;
    return member ? problemsOf(value, member, at) : [{ path: at, message: 'field not declared in schema' }];
  });
}

function inList(list: readonly Json[], type: ListType, path: string): readonly Problem[] {
  if (type.isAtomic) return list.flatMap((item, index) => problemsOf(item, type.items, `${path}[${index}]`));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const named = nameItem(type, item);
    if ('problem' in named) return [...problems, { path, message: `element ${index}: ${named.problem}` }];
    const shown = printElement(named.element);
    if (seen.has(named.element)) problems.push({ path, message: `duplicate entries for key ${shown}` });
    seen.add(named.element);
    problems.push(...problemsOf(item, type.items, path + shown));
  }
  return problems;
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
