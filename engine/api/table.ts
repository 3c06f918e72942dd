/**
 * What `kubectl get` prints: objects as a `meta.k8s.io/v1` Table, made from the columns of their kind.
 * Upstream: k8s.io/kubernetes/pkg/printers and k8s.io/apiserver/pkg/registry/rest/table.go.
 */
import { apiVersionOf, type Column, type KindDefinition } from './kind.ts';
import type { KubeObject } from './object.ts';
import type { ListMeta, ObjectMeta } from './types.gen.ts';

export type Cell = string | number | boolean | null;
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}
export interface PartialObjectMetadata {
  readonly kind: 'PartialObjectMetadata';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ObjectMeta;
}
export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object?: KubeObject | PartialObjectMetadata;
}
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ListMeta;
  /** Absent in all events of a watch but the first. */
  readonly columnDefinitions?: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** How much of each object a row carries. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';
/** Undefined when `value` is none of the three; absent means Metadata. */
export function parseIncludeObject(value: string | null | undefined): IncludeObject | undefined {
  if (value === null || value === undefined || value === '') return 'Metadata';
  return value === 'None' || value === 'Metadata' || value === 'Object' ? value : undefined;
}

export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  priority: 0,
  cell: (object) => object.metadata.name ?? '',
};
/** What kinds without columns of their own show. */
const createdAtColumn: Column<KubeObject> = {
  name: 'Created At',
  type: 'date',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.',
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp ?? null,
};

/** What is needed of a kind to show its objects as a table. */
export type Printable<T extends KubeObject> = Pick<KindDefinition<T>, 'group' | 'version' | 'kind' | 'columns'>;

/** All columns in print order. A kind that places its name column itself (Events) is not given another. */
function columnsOf<T extends KubeObject>(kind: Printable<T>): readonly Column<T>[] {
  if (kind.columns.length === 0) return [nameColumn, createdAtColumn];
  return kind.columns.some(({ format }) => format === 'name') ? kind.columns : [nameColumn, ...kind.columns];
}

export interface TableOptions {
  readonly nowMs: number;
  readonly includeObject: IncludeObject;
  /** The list's; of a single object its resourceVersion. */
  readonly metadata?: ListMeta;
  /** False for all events of a watch but the first. */
  readonly hasHeaders?: boolean;
}

export function tableOf<T extends KubeObject>(kind: Printable<T>, objects: readonly T[], options: TableOptions): Table {
  const columns = columnsOf(kind);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata ?? {},
    ...(options.hasHeaders === false ? {} : { columnDefinitions: columns.map(definitionOf) }),
    rows: objects.map((object) => ({ cells: columns.map(({ cell }) => cell(object, options.nowMs)), ...carried(kind, object, options) })),
  };
}

function definitionOf<T extends KubeObject>({ name, type, format, description, priority }: Column<T>): TableColumn {
  return { name, type, format: format ?? '', description: description ?? '', priority };
}

function carried<T extends KubeObject>(kind: Printable<T>, object: T, { includeObject }: TableOptions): Pick<TableRow, 'object'> {
  if (includeObject === 'None') return {};
  if (includeObject === 'Object') return { object: { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind } };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } };
}
