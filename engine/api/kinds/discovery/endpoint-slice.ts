/** EndpointSlices. Upstream: pkg/registry/discovery/endpointslice, pkg/apis/discovery/v1/defaults.go, printEndpointSlice in pkg/printers. */
import { kind } from '../../kind.ts';
import type { DiscoveryEndpointPort, EndpointSlice } from '../../types.gen.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../../validation/endpoints.ts';
import { isSame } from '../../validation/fields.ts';
import { age, listWithMore, text } from '../columns.ts';
import { each, fill, inField } from '../fill.ts';

/** An empty name is one. */
function portDefaults(port: DiscoveryEndpointPort): DiscoveryEndpointPort {
  if (port.name !== undefined && port.protocol !== undefined) return port;
  return { ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' };
}

/** The generation counts every change but those of the metadata, labels excepted. */
function prepareUpdate(next: EndpointSlice, old: EndpointSlice): EndpointSlice {
  const content = ({ metadata, endpoints, ports, addressType }: EndpointSlice) => [metadata.labels, endpoints, ports, addressType];
  if (isSame(content(next), content(old))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

export const endpointSlice = kind<EndpointSlice>({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  hasGeneration: true,
  defaults: (slice) =>
    inField(
      inField(slice, 'ports', each(portDefaults)),
      'endpoints',
      each((endpoint) => fill(endpoint, { conditions: {} })),
    ),
  prepareUpdate,
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  columns: [
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports = [] }) =>
      listWithMore(
        ports.map(({ port }) => (port === undefined ? '*' : String(port))),
        '<unset>',
      ),
    ),
    text('Endpoints', ({ endpoints }) =>
      listWithMore(
        endpoints.flatMap(({ addresses }) => addresses),
        '<unset>',
      ),
    ),
    age,
  ],
});
