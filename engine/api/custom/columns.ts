/** Printer columns of custom resources. Upstream: apiextensions-apiserver/pkg/registry/customresource/tableconvertor. */
import { ageSince } from '../age.ts';
import type { Column } from '../kind.ts';
import type { Json, KubeObject } from '../object.ts';
import type { CustomResourceColumnDefinition, CustomResourceDefinitionVersion } from '../types.gen.ts';
import { type JsonPath, JsonPathError, parseJsonPath } from './json-path.ts';

const age: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
};

/** Without columns of its own a version shows the age. */
export function customColumns({ additionalPrinterColumns = [] }: CustomResourceDefinitionVersion): readonly Column<KubeObject>[] {
  const paths: Column<KubeObject>[] = [];
  for (const column of additionalPrinterColumns.length > 0 ? additionalPrinterColumns : [age]) {
    const read = readable(column.jsonPath);
    // As upstream: from a path that cannot be read on, there are no columns.
    if (!read) break;
    paths.push(columnOf(column, read));
  }
  return paths;
}

function readable(path: string): JsonPath | undefined {
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

const types: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean', 'date']);

function columnOf(
  { name, type, format, description, priority = 0, jsonPath }: CustomResourceColumnDefinition,
  read: JsonPath,
): Column<KubeObject> {
  return {
    name,
    // Validation allows no others.
    type: (types.has(type) ? type : 'string') as Column<KubeObject>['type'],
    ...(format ? { format } : {}),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority > 0 ? 1 : 0,
    // An object of the API is JSON.
    cell: (object, nowMs) => cellOf(type, read(object as unknown as Json)[0], nowMs),
  };
}

function cellOf(type: string, value: Json | undefined, nowMs: number): string | number | boolean | null {
  if (value === undefined) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageSince(value, nowMs);
    default:
      return printed(value);
  }
}
/** As kubectl's templates print a value. */
function printed(value: Json): string {
  if (value === null) return '<nil>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
