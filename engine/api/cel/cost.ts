/**
 * How much a rule may cost at most, by the sizes that its schema allows: what no `maxItems`, `maxProperties` or `maxLength` bounds is as large as a request can
 * make it. Upstream: cel-go's checker/cost.go, apiserver's cel/library/cost.go and cel/common/schemas.go.
 */
import { additionalOf, isIntOrString, itemsOf, type Schema } from '../custom/schema.ts';
import { textFactor } from './meter.ts';
import type { CelType } from './types.ts';

export interface Cost {
  readonly cost: number;
  readonly size: number | undefined;
}
/** `size` where it is known without the schema: characters, items or members. */
export interface Estimate extends Cost {
  readonly type: CelType;
  readonly schema: Schema | undefined;
}
export const unknownSize = { size: undefined, schema: undefined } as const;

/** Upstream: DefaultMaxRequestSizeBytes. */
const maxRequest = 3 * 1024 * 1024;

/** The fewest bytes in which a value of this schema can be sent. */
export function smallest(schema: Schema | undefined, depth = 0): number {
  if (!schema || depth > 20) return 2;
  if (isIntOrString(schema)) return 1;
  switch (schema.type) {
    case 'boolean':
      return 4;
    case 'integer':
    case 'number':
      return 1;
    case 'object': {
      const needed = (schema.required ?? []).map((name) => name.length + 4 + smallest(schema.properties?.[name], depth + 1));
      return 2 + needed.reduce((sum, size) => sum + size, 0);
    }
    default:
      return 2;
  }
}

/** How many items, members or characters it has at most. */
export function maxSize(schema: Schema | undefined): number {
  if (!schema) return maxRequest;
  switch (schema.type) {
    case 'array':
      return schema.maxItems ?? Math.floor(maxRequest / (smallest(itemsOf(schema)) + 1));
    case 'object':
      return schema.maxProperties ?? Math.floor(maxRequest / (smallest(additionalOf(schema)) + 5));
    case 'string':
      return textSize(schema);
    default:
      return 1;
  }
}
const formatSizes: Readonly<Record<string, number>> = { date: 10, 'date-time': 25, duration: 32 };
function textSize({ maxLength, enum: values, format = '' }: Schema): number {
  if (maxLength !== undefined) return maxLength;
  if (values) return Math.max(0, ...values.map((value) => String(value).length));
  return Object.hasOwn(formatSizes, format) ? (formatSizes[format] ?? 0) : maxRequest - 2;
}

/** Of walking through the value once. */
export function costOf({ type, size, schema }: Estimate): number {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return Math.ceil((size ?? maxSize(schema)) * textFactor);
    case 'list':
      return (size ?? maxSize(schema)) * Math.max(1, innerCost(type.of, itemsOf(schema)));
    case 'map':
      return (size ?? maxSize(schema)) * Math.max(1, innerCost(type.of, additionalOf(schema)));
    case 'dyn':
      return size ?? 1;
    default:
      return 1;
  }
}
function innerCost(type: CelType, schema: Schema | undefined): number {
  return schema ? costOf({ type, cost: 0, size: undefined, schema }) : 1;
}

export function loopCost(over: Estimate, each: number): Cost {
  const size = over.size ?? (over.schema ? maxSize(over.schema) : over.type.kind === 'dyn' ? maxRequest : 1);
  return { cost: over.cost + size * (each + 3) + 2, size };
}
