/**
 * Generates `engine/api/types.gen.ts` (TypeScript types), `engine/api/schema.gen.json` (field tables, for strict decoding,
 * OpenAPI and merge rules) and `engine/api/docs.gen.json` (field documentation, for OpenAPI and `kubectl explain`) from the models of
 * `@kubernetes/client-node`, the official client, pinned to the release that was generated from Kubernetes v1.33.
 * Run with `npm run generate`; a test fails when the files no longer match.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { goZeros } from './go-zeros.ts';

interface FieldSchema {
  /** `string`, `integer`, `number`, `boolean`, `any`, `int-or-string`, or the name of a type. */
  readonly type: string;
  readonly container?: 'array' | 'map';
  readonly format?: string;
  readonly required?: true;
  /** Of strings: "" differs from nothing. */
  readonly pointer?: true;
  /** Of numbers and flags: zero is nothing, and is not printed. */
  readonly plain?: true;
}
interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}
type Model = { getAttributeTypeMap?: () => readonly Attribute[] };

const models = (await import('@kubernetes/client-node')) as unknown as Record<string, Model>;
const modelsDirectory = new URL(import.meta.resolve('@kubernetes/client-node').replace(/dist\/.*$/, 'dist/gen/models/'));

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  any: 'any',
  object: 'any',
  Date: 'string',
  V1MicroTime: 'string',
  IntOrString: 'int-or-string',
};

/** `V1Pod` → `Pod`, `CoreV1Event` → `CoreEvent`; beta and alpha models are left out. */
function typeName(model: string): string | undefined {
  if (/V\d+(alpha|beta)\d+/.test(model)) return undefined;
  return model.replace(/^V1(?=[A-Z])/, '').replace(/^([A-Z][a-z]+)V1(?=[A-Z])/, '$1');
}

function fieldSchema(attribute: Attribute, required: boolean): FieldSchema {
  const array = /^Array<(.*)>$/.exec(attribute.type);
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(attribute.type);
  const inner = array?.[1] ?? map?.[1] ?? attribute.type;
  const innerArray = /^Array<(.*)>$/.exec(inner);
  const core = innerArray?.[1] ?? inner;
  const scalar = scalars[core];
  const number = scalar === 'number' && attribute.format.startsWith('int') ? 'integer' : scalar;
  const type = innerArray ? `${number ?? core}[]` : (number ?? typeName(core) ?? 'any');
  const format = core === 'V1MicroTime' ? 'micro-time' : attribute.format;
  return {
    type,
    ...(array ? { container: 'array' as const } : map ? { container: 'map' as const } : {}),
    ...(format && format !== 'int-or-string' ? { format } : {}),
    ...(required ? { required: true as const } : {}),
  };
}

/** Reads which fields are optional, and the documentation, out of the model's declaration file. */
function readDeclaration(model: string): { about: string; fields: Map<string, { optional: boolean; doc: string }> } {
  const text = readFileSync(new URL(`${model}.d.ts`, modelsDirectory), 'utf8');
  const fields = new Map<string, { optional: boolean; doc: string }>();
  for (const match of text.matchAll(/\/\*\*\n\s+\* (.*)\n\s+\*\/\n\s+'([^']+)'(\?)?:/g))
    fields.set(match[2] ?? '', { optional: match[3] === '?', doc: unescapeDoc(match[1] ?? '') });
  for (const match of text.matchAll(/^ {4}'([^']+)'(\?)?:/gm))
    if (!fields.has(match[1] ?? '')) fields.set(match[1] ?? '', { optional: match[2] === '?', doc: '' });
  const about = /\/\*\*\n\* (.*)\n\*\/\nexport declare class/.exec(text)?.[1] ?? '';
  return { about: unescapeDoc(about), fields };
}
function unescapeDoc(doc: string): string {
  return doc.replaceAll("\\'", "'").replaceAll('\\"', '"').trim();
}

function typescriptType(field: FieldSchema): string {
  const inner = field.type.endsWith('[]') ? `readonly ${typescriptScalar(field.type.slice(0, -2))}[]` : typescriptScalar(field.type);
  if (field.container === 'array') return `readonly ${/^[A-Za-z]+$/.test(inner) ? inner : `(${inner})`}[]`;
  if (field.container === 'map') return `{ readonly [key: string]: ${inner} }`;
  return inner;
}
function typescriptScalar(type: string): string {
  if (type === 'integer') return 'number';
  if (type === 'any') return 'unknown';
  if (type === 'int-or-string') return 'IntOrString';
  return type;
}

const zeros = goZeros(new Set(Object.keys(models).flatMap((model) => typeName(model) ?? [])));
/** Statuses are written by controllers, which compare what they write with what they read: there zero is a value. */
const isStatus = (type: string): boolean => /(Status|Condition)$/.test(type);

function withZero(type: string, name: string, field: FieldSchema): FieldSchema {
  if (field.container || field.required || field.format === 'date-time' || field.format === 'micro-time') return field;
  const zero = zeros(type, name);
  if (field.type === 'string') return zero === 'pointer' ? { ...field, pointer: true } : field;
  const isScalar = field.type === 'integer' || field.type === 'boolean';
  return isScalar && zero === 'plain' && !isStatus(type) ? { ...field, plain: true } : field;
}

const schema: Record<string, Record<string, FieldSchema>> = {};
const docs: Record<string, Record<string, string>> = {};
let types = `/** Types of the Kubernetes v1.33 API. Generated by scripts/generate-api.ts: do not edit. */\nexport type IntOrString = number | string;\n`;
for (const file of readdirSync(modelsDirectory)
  .filter((name) => name.endsWith('.d.ts'))
  .sort()) {
  const model = file.slice(0, -'.d.ts'.length);
  const name = typeName(model);
  const attributes = models[model]?.getAttributeTypeMap?.();
  if (name === undefined || scalars[model] !== undefined || attributes === undefined) continue;
  const declaration = readDeclaration(model);
  const fields: Record<string, FieldSchema> = {};
  docs[name] = { '': declaration.about };
  types += `\nexport interface ${name} {\n`;
  const isObject = attributes.some(({ baseName }) => baseName === 'metadata') && attributes.some(({ baseName }) => baseName === 'kind');
  for (const attribute of attributes) {
    const { optional, doc } = declaration.fields.get(attribute.name) ?? { optional: true, doc: '' };
    const field = withZero(name, attribute.baseName, fieldSchema(attribute, !optional));
    fields[attribute.baseName] = field;
    docs[name][attribute.baseName] = doc;
    const key = /^[A-Za-z_$][\w$]*$/.test(attribute.baseName) ? attribute.baseName : `'${attribute.baseName}'`;
    // Every object that passed the API server has these two, so readers need not ask.
    const present = !optional || (isObject && (key === 'metadata' || key === 'spec'));
    types += `  readonly ${key}${present ? '' : '?'}: ${typescriptType(field)}${present || field.type === 'any' ? '' : ' | undefined'};\n`;
  }
  types += '}\n';
  schema[name] = fields;
}

const output = process.argv[2] ?? fileURLToPath(new URL('../engine/api/', import.meta.url));
writeFileSync(`${output}/types.gen.ts`, types);
writeFileSync(`${output}/schema.gen.json`, `${JSON.stringify(schema)}\n`);
writeFileSync(`${output}/docs.gen.json`, `${JSON.stringify(docs)}\n`);
