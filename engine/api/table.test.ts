import { expect, it } from 'vitest';
import { ageSince } from './age.ts';
import type { Column } from './kind.ts';
import { parseIncludeObject, tableOf } from './table.ts';
import type { ConfigMap } from './types.gen.ts';

const columns: readonly Column<ConfigMap>[] = [
  { name: 'Data', type: 'string', priority: 0, cell: ({ data }) => Object.keys(data ?? {}).length },
  { name: 'Age', type: 'string', priority: 0, cell: ({ metadata }, nowMs) => ageSince(metadata.creationTimestamp, nowMs) },
];
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', columns };
const map: ConfigMap = { metadata: { name: 'a', creationTimestamp: '1970-01-01T00:00:00Z' }, data: { x: '1' } };
const options = { nowMs: 187_000, includeObject: 'None' } as const;

it('has the name first and a cell for each column', () => {
  const table = tableOf(configMaps, [map], { ...options, metadata: { resourceVersion: '7' } });
  expect([table.metadata, table.columnDefinitions?.map(({ name, format }) => [name, format]), table.rows]).toEqual([
    { resourceVersion: '7' },
    [
      ['Name', 'name'],
      ['Data', ''],
      ['Age', ''],
    ],
    [{ cells: ['a', 1, '3m7s'] }],
  ]);
});
it('shows when an object was created where its kind has no columns', () => {
  const table = tableOf({ ...configMaps, columns: [] }, [map], options);
  expect([table.columnDefinitions?.map(({ name, type }) => [name, type]), table.rows]).toEqual([
    [
      ['Name', 'string'],
      ['Created At', 'date'],
    ],
    [{ cells: ['a', '1970-01-01T00:00:00Z'] }],
  ]);
});
it('leaves the place of the name to a kind that has its own name column', () => {
  const own: Column<ConfigMap> = { name: 'Name', type: 'string', format: 'name', priority: 1, cell: () => 'own' };
  expect(tableOf({ ...configMaps, columns: [...columns, own] }, [map], options).rows[0]?.cells).toEqual([1, '3m7s', 'own']);
});
it('carries metadata or the whole object where asked, and no headers in later watch events', () => {
  const metadata = tableOf(configMaps, [map], { ...options, includeObject: 'Metadata', hasHeaders: false });
  expect([metadata.columnDefinitions, metadata.rows[0]?.object]).toEqual([
    undefined,
    { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: map.metadata },
  ]);
  expect(tableOf(configMaps, [map], { ...options, includeObject: 'Object' }).rows[0]?.object).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...map,
  });
});
it('knows the three ways to include objects', () => {
  expect([null, 'None', 'Object', 'All'].map(parseIncludeObject)).toEqual(['Metadata', 'None', 'Object', undefined]);
});
