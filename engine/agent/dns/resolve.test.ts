/** The Kubernetes DNS specification as a table. */
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import type { ClusterNames } from './cluster-names.ts';
import { type Resolution, resolve } from './resolve.ts';
import type { Zone } from './zone.ts';

const zone: Zone = {
  domain: 'cluster.local',
  dnsIp: '10.96.0.10',
  ranges: ['10.96.0.0/16', '10.244.0.0/16'],
  hosts: new Map([['host.docker.internal', '10.244.255.254']]),
};
const service = (name: string, spec: Service['spec']): Service => ({ metadata: { name, namespace: 'shop' }, spec });
const named = (service: string, slice: Omit<EndpointSlice, 'metadata' | 'addressType'>): EndpointSlice => ({
  metadata: { name: `${service}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  ...slice,
});
const services = [
  service('web', {
    clusterIP: '10.96.0.20',
    ports: [
      { name: 'http', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  }),
  service('plain', { clusterIP: '10.96.0.21', ports: [{ port: 80 }] }),
  service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] }),
  service('idle', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] }),
  service('outside', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('fixed', { type: 'ExternalName', externalName: '192.0.2.7' }),
];
const slices = [
  named('web', { ports: [{ name: 'http', port: 8080 }], endpoints: [{ addresses: ['10.244.0.5'] }] }),
  named('db', {
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['10.244.0.8'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.244.0.9'] },
      { addresses: ['10.244.0.10'], hostname: 'db-2', conditions: { ready: false } },
    ],
  }),
  named('idle', { ports: [{ name: 'sql', port: 5432 }], endpoints: [{ addresses: ['10.244.0.11'], conditions: { ready: false } }] }),
];
const names: ClusterNames = {
  hasNamespace: (name) => name === 'shop' || name === 'empty',
  service: (namespace, name) => services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  slices: (namespace, name) => slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.name === `${name}-1`),
  servicesAt: (ip) => services.filter(({ spec }) => spec.clusterIP === ip),
  slicesWith: (ip) => slices.filter(({ endpoints }) => endpoints?.some(({ addresses }) => addresses.includes(ip))),
};

/** `A 10.96.0.20`, `nothing`, `no such name`, `elsewhere`, `CNAME x -> x` */
function told(resolution: Resolution): readonly string[] | string {
  if (resolution.kind === 'elsewhere') return 'elsewhere';
  if (resolution.kind === 'no-such-name') return 'no such name';
  const records = resolution.answers.map((record) => {
    if (record.type === 'SRV') return `SRV ${record.data.priority} ${record.data.weight} ${record.data.port} ${record.data.target}`;
    return `${record.type} ${'data' in record && typeof record.data === 'string' ? record.data : ''}`.trim();
  });
  if (resolution.kind === 'alias') return [...records, `-> ${resolution.target}`];
  return records.length > 0 ? records : 'nothing';
}

describe('the cluster says', () => {
  test.each([
    // The zone
    ['A', 'cluster.local', 'nothing'],
    ['SOA', 'cluster.local', ['SOA']],
    ['NS', 'cluster.local', ['NS ns.dns.cluster.local']],
    ['A', 'ns.dns.cluster.local', ['A 10.96.0.10']],
    ['TXT', 'dns-version.cluster.local', ['TXT 1.1.0']],
    ['A', 'svc.cluster.local', 'nothing'],
    ['A', 'shop.svc.cluster.local', 'nothing'],
    ['A', 'empty.svc.cluster.local', 'nothing'],
    ['A', 'nowhere.svc.cluster.local', 'no such name'],
    ['A', 'nonsense.cluster.local', 'no such name'],
    // 2.3 a Service with an address
    ['A', 'web.shop.svc.cluster.local', ['A 10.96.0.20']],
    ['A', 'WEB.Shop.svc.Cluster.LOCAL', ['A 10.96.0.20']],
    ['AAAA', 'web.shop.svc.cluster.local', 'nothing'],
    ['MX', 'web.shop.svc.cluster.local', 'nothing'],
    ['A', 'web.empty.svc.cluster.local', 'no such name'],
    ['AAAA', 'absent.shop.svc.cluster.local', 'no such name'],
    ['SRV', '_http._tcp.web.shop.svc.cluster.local', ['SRV 0 100 80 web.shop.svc.cluster.local']],
    ['SRV', '_dns._udp.web.shop.svc.cluster.local', ['SRV 0 100 53 web.shop.svc.cluster.local']],
    ['SRV', '_dns._tcp.web.shop.svc.cluster.local', 'no such name'],
    ['A', '_http._tcp.web.shop.svc.cluster.local', 'nothing'],
    ['SRV', '_tcp.web.shop.svc.cluster.local', 'nothing'],
    ['SRV', 'web.shop.svc.cluster.local', ['SRV 0 50 80 web.shop.svc.cluster.local', 'SRV 0 50 53 web.shop.svc.cluster.local']],
    ['SRV', '_http._tcp.plain.shop.svc.cluster.local', 'no such name'],
    ['A', '10-244-0-5.web.shop.svc.cluster.local', ['A 10.244.0.5']],
    ['A', 'a.b.web.shop.svc.cluster.local', 'no such name'],
    ['PTR', '20.0.96.10.in-addr.arpa', ['PTR web.shop.svc.cluster.local']],
    // 2.4 a headless Service
    ['A', 'db.shop.svc.cluster.local', ['A 10.244.0.8', 'A 10.244.0.9']],
    ['AAAA', 'db.shop.svc.cluster.local', 'nothing'],
    ['A', 'db-0.db.shop.svc.cluster.local', ['A 10.244.0.8']],
    ['AAAA', 'db-0.db.shop.svc.cluster.local', 'nothing'],
    ['A', '10-244-0-9.db.shop.svc.cluster.local', ['A 10.244.0.9']],
    ['A', 'db-2.db.shop.svc.cluster.local', 'no such name'],
    [
      'SRV',
      '_sql._tcp.db.shop.svc.cluster.local',
      ['SRV 0 50 5432 db-0.db.shop.svc.cluster.local', 'SRV 0 50 5432 10-244-0-9.db.shop.svc.cluster.local'],
    ],
    ['A', 'idle.shop.svc.cluster.local', 'no such name'],
    ['PTR', '8.0.244.10.in-addr.arpa', ['PTR db-0.db.shop.svc.cluster.local']],
    ['PTR', '10.0.244.10.in-addr.arpa', 'no such name'],
    ['A', '8.0.244.10.in-addr.arpa', 'nothing'],
    // 2.5 names outside
    ['A', 'outside.shop.svc.cluster.local', ['CNAME www.example.com', '-> www.example.com']],
    ['CNAME', 'outside.shop.svc.cluster.local', ['CNAME www.example.com']],
    ['A', 'inner.outside.shop.svc.cluster.local', 'no such name'],
    ['A', 'fixed.shop.svc.cluster.local', ['A 192.0.2.7']],
    // 2.6 pods by their address
    ['A', '10-244-0-5.shop.pod.cluster.local', ['A 10.244.0.5']],
    ['AAAA', '10-244-0-5.shop.pod.cluster.local', 'nothing'],
    ['A', '10-244-0-5.nowhere.pod.cluster.local', 'no such name'],
    ['A', '192-0-2-1.shop.pod.cluster.local', 'no such name'],
    ['A', '10-244-0-999.shop.pod.cluster.local', 'no such name'],
    // The computer, and everything else
    ['A', 'host.docker.internal', ['A 10.244.255.254']],
    ['AAAA', 'host.docker.internal', 'nothing'],
    ['A', 'www.example.com', 'elsewhere'],
    ['A', 'notcluster.local', 'elsewhere'],
    ['PTR', '7.2.0.192.in-addr.arpa', 'elsewhere'],
  ])('%s %s: %j', (type, name, expected) => {
    expect(told(resolve({ type, name }, zone, names))).toEqual(expected);
  });

  test('names as they were asked, and addresses beside SRV records', () => {
    expect(resolve({ type: 'A', name: 'Web.shop.svc.cluster.local' }, zone, names)).toMatchObject({
      answers: [{ name: 'Web.shop.svc.cluster.local', ttl: 5 }],
    });
    expect(resolve({ type: 'SRV', name: '_sql._tcp.db.shop.svc.cluster.local' }, zone, names)).toMatchObject({
      additionals: [
        { type: 'A', name: 'db-0.db.shop.svc.cluster.local', data: '10.244.0.8' },
        { type: 'A', name: '10-244-0-9.db.shop.svc.cluster.local', data: '10.244.0.9' },
      ],
    });
  });
});
