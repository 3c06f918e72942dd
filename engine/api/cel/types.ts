/** The types of CEL, and those that the schema of a custom resource makes. Upstream: apiserver's cel/common/schemas.go and cel/types.go. */
import { additionalOf, isEmbedded, isIntOrString, itemsOf, type Schema } from '../custom/schema.ts';

type Plain =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'format'
  | 'int'
  | 'kubernetes.Quantity'
  | 'kubernetes.Semver'
  | 'net.CIDR'
  | 'net.IP'
  | 'net.URL'
  | 'null'
  | 'string'
  | 'timestamp'
  | 'type'
  | 'uint';
export type CelType =
  | { readonly kind: Plain }
  | { readonly kind: 'list' | 'optional'; readonly of: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly of: CelType }
  | { readonly kind: 'object'; readonly schema: Schema }
  /** Whatever it is, the same in the whole signature. */
  | { readonly kind: 'any'; readonly name: string };

const plain = <K extends Plain>(kind: K): { readonly kind: K } => ({ kind });
export const t = {
  bool: plain('bool'),
  bytes: plain('bytes'),
  cidr: plain('net.CIDR'),
  double: plain('double'),
  duration: plain('duration'),
  dyn: plain('dyn'),
  format: plain('format'),
  int: plain('int'),
  ip: plain('net.IP'),
  null: plain('null'),
  quantity: plain('kubernetes.Quantity'),
  semver: plain('kubernetes.Semver'),
  string: plain('string'),
  timestamp: plain('timestamp'),
  type: plain('type'),
  uint: plain('uint'),
  url: plain('net.URL'),
  list: (of: CelType): CelType => ({ kind: 'list', of }),
  map: (key: CelType, of: CelType): CelType => ({ kind: 'map', key, of }),
  optional: (of: CelType): CelType => ({ kind: 'optional', of }),
  any: (name = 'A'): CelType => ({ kind: 'any', name }),
} as const;

export function typeText(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${typeText(type.of)})`;
    case 'optional':
      return `optional_type(${typeText(type.of)})`;
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.of)})`;
    case 'any':
      return type.name;
    default:
      return type.kind;
  }
}

type Bindings = Map<string, CelType>;

/** Whether a value of this type can stand where `wanted` is; what is free in `wanted` is bound by it. */
export function accepts(wanted: CelType, given: CelType, bindings: Bindings = new Map()): boolean {
  if (given.kind === 'dyn' || wanted.kind === 'dyn') return true;
  if (wanted.kind === 'any') {
    const bound = bindings.get(wanted.name);
    if (bound && bound.kind !== 'dyn' && bound.kind !== 'null') return accepts(bound, given) || given.kind === 'null';
    bindings.set(wanted.name, given);
    return true;
  }
  if (wanted.kind !== given.kind) return given.kind === 'null' && (wanted.kind === 'object' || wanted.kind.includes('.'));
  if (wanted.kind === 'map' && given.kind === 'map')
    return accepts(wanted.key, given.key, bindings) && accepts(wanted.of, given.of, bindings);
  if ((wanted.kind === 'list' || wanted.kind === 'optional') && (given.kind === 'list' || given.kind === 'optional'))
    return accepts(wanted.of, given.of, bindings);
  if (wanted.kind === 'object' && given.kind === 'object') return wanted.schema === given.schema;
  return true;
}

export function bound(type: CelType, bindings: ReadonlyMap<string, CelType>): CelType {
  switch (type.kind) {
    case 'any':
      return bindings.get(type.name) ?? t.dyn;
    case 'list':
    case 'optional':
      return { kind: type.kind, of: bound(type.of, bindings) };
    case 'map':
      return t.map(bound(type.key, bindings), bound(type.of, bindings));
    default:
      return type;
  }
}

/** Of two branches: what both are, else anything. */
export function joined(a: CelType, b: CelType): CelType {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  return accepts(a, b) && a.kind !== 'dyn' ? (b.kind === 'dyn' ? b : a) : t.dyn;
}

const formats: Readonly<Record<string, CelType>> = {
  byte: t.bytes,
  date: t.timestamp,
  'date-time': t.timestamp,
  duration: t.duration,
};

/** Undefined where rules cannot look: parts of which the schema says nothing. */
export function typeOfSchema(schema: Schema | undefined): CelType | undefined {
  if (!schema) return undefined;
  if (isIntOrString(schema)) return t.dyn;
  switch (schema.type) {
    case 'array': {
      const of = typeOfSchema(itemsOf(schema));
      return of && t.list(of);
    }
    case 'object': {
      const additional = additionalOf(schema);
      const of = additional && typeOfSchema(additional);
      if (of) return t.map(t.string, of);
      if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return undefined;
      return { kind: 'object', schema: isEmbedded(schema) ? asResource(schema) : schema };
    }
    case 'string':
      return (schema.format && Object.hasOwn(formats, schema.format) && formats[schema.format]) || t.string;
    case 'integer':
      return t.int;
    case 'number':
      return t.double;
    case 'boolean':
      return t.bool;
    default:
      return undefined;
  }
}

const name = { type: 'string' } as const;
const resources = new WeakMap<Schema, Schema>();
/** What every object of the API shows to rules. */
export function asResource(schema: Schema): Schema {
  const known = resources.get(schema);
  if (known) return known;
  const made: Schema = {
    ...schema,
    type: 'object',
    properties: {
      ...schema.properties,
      apiVersion: name,
      kind: name,
      metadata: { type: 'object', properties: { name, generateName: name } },
    },
  };
  resources.set(schema, made);
  return made;
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const escapes: readonly (readonly [string, string])[] = [
  ['__', '__underscores__'],
  ['.', '__dot__'],
  ['-', '__dash__'],
  ['/', '__slash__'],
];
/** A property's name as rules write it; undefined where they cannot. */
export function escapedName(property: string): string | undefined {
  if (reserved.has(property)) return `__${property}__`;
  const text = property.replace(/__|[.\-/]/g, (part) => escapes.find(([from]) => from === part)?.[1] ?? part);
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text) ? text : undefined;
}
/** The property that a rule means. */
export function unescapedName(text: string, schema: Schema): string | undefined {
  const { properties = {} } = schema;
  if (Object.hasOwn(properties, text) && escapedName(text) === text) return text;
  return text.includes('__') ? Object.keys(properties).find((property) => escapedName(property) === text) : undefined;
}
