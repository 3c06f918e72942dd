import { describe, expect, it } from 'vitest';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { matchesFilter, orderedServices, portList } from './service-order.ts';

const service = (namespace: string, name: string, spec: Service['spec']): Live<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec,
});
const all = [
  service('kube-system', 'kube-dns', { ports: [{ port: 53, protocol: 'UDP', name: 'dns' }] }),
  service('default', 'kubernetes', { ports: [{ port: 443 }] }),
  service('default', 'redis', { clusterIP: '10.96.0.9', ports: [{ port: 6379 }] }),
  service('default', 'vote', { type: 'NodePort', ports: [{ port: 5000, nodePort: 31_000, targetPort: 80 }] }),
  service('demo', 'lb', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 31_005 }] }),
];

describe('Services', () => {
  it('that this computer leads to come first, those of the cluster last', () => {
    expect(orderedServices(all.toReversed()).map(({ metadata }) => metadata.name)).toEqual([
      'vote',
      'lb',
      'redis',
      'kubernetes',
      'kube-dns',
    ]);
  });
  it.each([
    ['31000', ['vote']],
    ['default vo', ['vote']],
    ['１０.９６', ['redis']],
    ['udp', []],
    ['', ['kube-dns', 'kubernetes', 'redis', 'vote', 'lb']],
  ])('are found by what is written on their map: %s', (filter, names) => {
    expect(all.filter((each) => matchesFilter(each, filter)).map(({ metadata }) => metadata.name)).toEqual(names);
  });
  it('list their ports as kubectl does', () => {
    expect(all.map(portList)).toEqual(['53/UDP', '443/TCP', '6379/TCP', '5000:31000/TCP', '80:31005/TCP']);
    expect(portList(service('a', 'b', {}))).toBe('<none>');
  });
});
