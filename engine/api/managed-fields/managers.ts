/**
 * Who owns what of an object: the entries of metadata.managedFields by manager. Upstream: apimachinery's
 * util/managedfields/internal/{managedfields,capmanagers,stripmeta}.go.
 */
import type { ManagedFieldsEntry } from '../types.gen.ts';
import { differenceOf, type FieldSet, inOrder, isEmpty, readFieldSet, setOf, unionOf } from './field-set.ts';

export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; undefined for a manager that has only ever agreed with others. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}
export type ManagerIdentity = Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;
/** By identity. */
export type Managers = ReadonlyMap<string, Manager>;

/** Whoever applies is the same in all versions. In upstream's form, because some orders are by it. */
export function identityOf({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  return JSON.stringify({
    ...(manager ? { manager } : {}),
    operation,
    ...(operation === 'Update' ? { apiVersion } : {}),
    ...(subresource ? { subresource } : {}),
  });
}

type Entries = readonly ManagedFieldsEntry[];

/** Throws an Error that says what is wrong. `stored`: entries that this program wrote, whose sets are in their one form and in order. */
export function readManagers(entries: Entries, stored: Entries = []): Managers {
  const known = new Set(stored.map(({ fieldsV1 }) => fieldsV1));
  return new Map(
    entries.map((entry, index) => {
      const manager = readEntry(entry, index, known);
      return [identityOf(manager), manager];
    }),
  );
}

function readEntry({ operation, fieldsType, fieldsV1, ...entry }: ManagedFieldsEntry, index: number, known: ReadonlySet<unknown>): Manager {
  const { manager = '', apiVersion = '', subresource = '', time } = entry;
  if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
  if (apiVersion === '') throw new Error('apiVersion must not be empty');
  if (!fieldsType) throw new Error(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== 'FieldsV1') throw new Error(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`);
  // As it was written.
  const fields = known.has(fieldsV1) ? (fieldsV1 as FieldSet) : readFieldSet(fieldsV1 ?? {});
  return { manager, operation, apiVersion, subresource, time, fields };
}

/** Undefined where nobody owns anything. */
export function writeManagers(managers: Managers): Entries | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(byTime).map(({ manager, operation, apiVersion, subresource, time, fields }) => {
    return {
      ...(manager ? { manager } : {}),
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: inOrder(fields),
      ...(subresource ? { subresource } : {}),
    };
  });
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byTime(a: Manager, b: Manager): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time ?? '', b.time ?? '') ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

const maxUpdateManagers = 10;

/** Not more than ten who update: the oldest become one of each version. */
export function capped(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= maxUpdateManagers) return managers;
  updaters.sort(([a, { time: left = '' }], [b, { time: right = '' }]) => compareTexts(left, right) || compareTexts(a, b));
  const result = new Map(managers);
  const firsts = new Map<string, string>();
  let count = updaters.length;
  for (const [identity, { apiVersion, time, fields }] of updaters) {
    if (count <= maxUpdateManagers) break;
    const first = firsts.get(apiVersion);
    if (first === undefined) {
      firsts.set(apiVersion, identity);
      continue;
    }
    const bucket = { manager: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' } as const;
    const key = identityOf(bucket);
    const before = result.get(key) ?? result.get(first);
    if (!result.has(key)) result.delete(first);
    result.delete(identity);
    result.set(key, { ...bucket, time, fields: before ? unionOf(fields, before.fields) : fields });
    count--;
  }
  return result;
}

/** What nobody can own. */
const unowned = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['f:metadata', `f:${name}`],
  ),
);

/** Undefined where nothing is left. */
export function withoutIdentity(fields: FieldSet): FieldSet | undefined {
  const left = differenceOf(fields, unowned);
  return isEmpty(left) ? undefined : left;
}
