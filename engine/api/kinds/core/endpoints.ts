/** Endpoints. Upstream: pkg/registry/core/endpoint/strategy.go, pkg/apis/core/v1/defaults.go, printEndpoints in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Endpoints } from '../../types.gen.ts';
import { validateEndpoints } from '../../validation/endpoints.ts';
import { age, listWithMore, text } from '../columns.ts';
import { each, fill, inField } from '../fill.ts';

function shown({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const items = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`));
  });
  return listWithMore(items, '');
}

export const endpoints = kind<Endpoints>({
  group: '',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults: (endpoints) =>
    inField(
      endpoints,
      'subsets',
      each((subset) =>
        inField(
          subset,
          'ports',
          each((port) => fill(port, { protocol: 'TCP' })),
        ),
      ),
    ),
  validate: validateEndpoints,
  columns: [text('Endpoints', shown), age],
});
