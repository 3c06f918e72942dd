/** Services. Upstream: pkg/registry/core/service, printService in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Service, ServiceSpec } from '../../types.gen.ts';
import { dns1035LabelProblems } from '../../validation/names.ts';
import { validateService } from '../../validation/service.ts';
import { validateServiceUpdate } from '../../validation/service-addresses.ts';
import { age, formatLabels, orNone, text, wide } from '../columns.ts';
import { prepareServiceCreate, prepareServiceUpdate, serviceDefaults } from './service-defaults.ts';

function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type === 'ClusterIP' || spec.type === 'NodePort') return orNone(external.join(','));
  if (spec.type !== 'LoadBalancer') return '<unknown>';
  const balanced = (status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '')
    .filter((address) => address !== '');
  return [...[...new Set(balanced)].toSorted(), ...external].join(',') || '<pending>';
}

function portList({ ports }: ServiceSpec): string {
  return (ports ?? []).map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`).join(',');
}

export const service = kind<Service>({
  group: '',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  returnsDeleted: true,
  hasStatus: true,
  defaults: serviceDefaults,
  prepareCreate: prepareServiceCreate,
  prepareUpdate: prepareServiceUpdate,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
  validateName: dns1035LabelProblems,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  columns: [
    text('Type', ({ spec }) => spec.type ?? ''),
    text('Cluster-IP', ({ spec }) => orNone(spec.clusterIP)),
    text('External-IP', externalAddress),
    text('Port(s)', ({ spec }) => orNone(portList(spec))),
    age,
    wide('Selector', ({ spec }) => formatLabels(spec.selector)),
  ],
});
