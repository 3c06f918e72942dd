import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Node, Pod, Service, ServicePort } from '../../engine/api/types.gen.ts';
import type { HostPort } from '../../engine/host/contract.ts';
import type { MapBox, PortMap } from './boxes.ts';
import { hops } from './layout.ts';
import { type PortMapInput, portMap } from './port-map.ts';

const web = (spec: Partial<Service['spec']> = {}): Service => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    type: 'NodePort',
    clusterIP: '10.96.0.7',
    selector: { app: 'web' },
    ports: [{ port: 80, nodePort: 31_000, protocol: 'TCP', targetPort: 8080 }],
    ...spec,
  },
});
const node = (name: string, ready = 'True'): Node => ({
  metadata: { name },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: ready }], addresses: [{ type: 'InternalIP', address: '10.1.0.2' }] },
});
const pod = (name: string, ip = '10.244.0.5'): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080, name: 'http' }] }] },
  status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
});
const slice = (...names: readonly string[]): EndpointSlice => ({
  metadata: { name: 'web-abc' },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: names.map((name, index) => ({
    addresses: [`10.244.0.${index}`],
    conditions: { ready: !name.startsWith('slow') },
    targetRef: { kind: 'Pod', name, namespace: 'default' },
  })),
});
const hostPort = (change: Partial<HostPort> = {}): HostPort => ({
  id: 'default/web/TCP/31000/31000',
  namespace: 'default',
  service: 'web',
  protocol: 'TCP',
  port: 80,
  nodePort: 31_000,
  preferredHostPort: 31_000,
  hostPort: 31_000,
  url: 'http://localhost:31000',
  state: 'listening',
  ...change,
});
const input = (change: Partial<PortMapInput> = {}): PortMapInput => ({
  service: web(),
  endpointSlices: [slice('web-1')],
  pods: [pod('web-1')],
  nodes: [node('n1')],
  hostPorts: [hostPort()],
  ...change,
});
const told = (map: PortMap): readonly string[] => map.lines.map(({ id, state }) => `${id} ${state}`);
const rows = (boxes: readonly MapBox[]): readonly string[] =>
  boxes.flatMap((box) => box.rows.map((row) => row.numbers.map(({ name, value }) => `${name} ${value ?? '–'}`).join(' ')));

describe('the port map', () => {
  it('names every number on the way of a NodePort', () => {
    const { columns, lines } = portMap(input());
    expect(hops.map((hop) => rows(columns[hop]))).toEqual([
      [],
      ['nodePort 31000'],
      ['port 80'],
      ['targetPort 8080 containerPort 8080 (http)'],
    ]);
    expect(lines.map(({ gap, state }) => [gap, state])).toEqual([
      [0, 'carries'],
      [1, 'carries'],
      [2, 'carries'],
    ]);
  });

  it('leads from a port to every node and from every node to the Service', () => {
    const map = portMap(input({ nodes: [node('n1'), node('n2', 'Unknown')] }));
    expect(told(map)).toEqual([
      'computer/default/web/TCP/31000/31000 node/n1/80/TCP carries',
      'computer/default/web/TCP/31000/31000 node/n2/80/TCP idle',
      'node/n1/80/TCP service/80/TCP carries',
      'node/n2/80/TCP service/80/TCP idle',
      'service/80/TCP pods/web-1/80/TCP carries',
    ]);
  });

  it('shows that nothing of this computer leads to a ClusterIP', () => {
    const { columns, lines } = portMap(input({ service: web({ type: 'ClusterIP', ports: [{ port: 80 }] }), hostPorts: [] }));
    expect(columns.computer).toMatchObject([{ kind: 'none', why: 'not-exposed' }]);
    expect(columns.node).toMatchObject([{ kind: 'none', why: 'skipped' }]);
    expect(lines.map(({ gap }) => gap)).toEqual([2]);
  });

  it('keeps the lines of several ports apart', () => {
    const ports: readonly ServicePort[] = [
      { name: 'web', port: 80, nodePort: 31_000, targetPort: 'http' },
      { name: 'metrics', port: 9000, nodePort: 31_001 },
    ];
    const map = portMap(input({ service: web({ ports }), hostPorts: [hostPort(), hostPort({ id: 'b', nodePort: 31_001 })] }));
    expect(told(map)).toHaveLength(6);
    expect(rows(map.columns.pods)).toEqual(['targetPort http containerPort 8080 (http)', 'targetPort 9000 containerPort –']);
    expect(new Set(map.lines.filter(({ gap }) => gap === 1).map(({ toY }) => toY)).size).toBe(2);
  });

  it('marks the hop that is broken, and only that one', () => {
    const states = (brokenHop: PortMapInput['brokenHop']) => portMap(input({ brokenHop })).lines.map(({ state }) => state);
    expect(states('computer')).toEqual(['broken', 'carries', 'carries']);
    expect(states('node')).toEqual(['carries', 'broken', 'carries']);
    expect(states('service')).toEqual(['carries', 'carries', 'broken']);
    expect(states('pods')).toEqual(['carries', 'carries', 'broken']);
  });

  it('says so when the selector finds no pod, and leads the broken line there', () => {
    const { columns, lines } = portMap(input({ pods: [], endpointSlices: [], brokenHop: 'pods' }));
    expect(columns.pods).toMatchObject([{ kind: 'none', why: 'no-pods' }]);
    expect(lines.at(-1)).toMatchObject({ gap: 2, state: 'broken', toY: (columns.pods[0]?.top ?? 0) + (columns.pods[0]?.height ?? 0) / 2 });
  });

  it('draws pods that are not ready first, idle, also before they have an endpoint', () => {
    const map = portMap(
      input({ endpointSlices: [slice('web-1', 'slow-2')], pods: [pod('web-1'), pod('slow-2'), { ...pod('new-3'), status: {} }] }),
    );
    expect(map.columns.pods.map(({ id }) => id)).toEqual(['pods/new-3', 'pods/slow-2', 'pods/web-1']);
    expect(map.lines.filter(({ gap }) => gap === 2).map(({ state }) => state)).toEqual(['idle', 'idle', 'carries']);
  });

  it('carries nothing over a protocol that is not supported', () => {
    const service = web({ ports: [{ port: 53, protocol: 'UDP', nodePort: 31_000 }] });
    const map = portMap(input({ service, hostPorts: [hostPort({ protocol: 'UDP', state: 'unsupported', hostPort: undefined })] }));
    expect(map.lines[0]).toMatchObject({ gap: 0, state: 'idle' });
  });

  it('shows addresses that no pod stands behind', () => {
    const addresses: EndpointSlice = { metadata: { name: 'db' }, addressType: 'IPv4', endpoints: [{ addresses: ['192.168.1.9'] }] };
    const { columns } = portMap(input({ service: web({ selector: undefined }), pods: [], endpointSlices: [addresses] }));
    expect(columns.pods).toMatchObject([{ kind: 'backend', backend: { ip: '192.168.1.9', isPod: false, isReady: true } }]);
  });

  it('always fits its height, never lets boxes touch, and ends each line at a box', () => {
    const counts = fc.record({ pods: fc.nat(40), nodes: fc.nat(12), ports: fc.integer({ min: 1, max: 5 }), hosts: fc.nat(5) });
    fc.assert(
      fc.property(counts, ({ pods, nodes, ports, hosts }) => {
        const names = Array.from({ length: pods }, (_, index) => `web-${index}`);
        const map = portMap({
          service: web({ ports: Array.from({ length: ports }, (_, index) => ({ port: 80 + index, nodePort: 31_000 + index })) }),
          endpointSlices: [slice(...names)],
          pods: names.map((name) => pod(name)),
          nodes: Array.from({ length: nodes }, (_, index) => node(`n${index}`)),
          hostPorts: Array.from({ length: hosts }, (_, index) => hostPort({ id: `p${index}`, nodePort: 31_000 + index })),
        });
        for (const hop of hops) {
          const boxes = map.columns[hop];
          const ends = boxes.map(({ top, height }) => top + height);
          expect(boxes.every(({ top }, index) => top > (ends[index - 1] ?? -1))).toBe(true);
          expect(Math.max(0, ...ends)).toBeLessThanOrEqual(map.height);
        }
        for (const { gap, fromY, toY } of map.lines) {
          const meets = (y: number, boxes: PortMap['columns']['node']) => boxes.some(({ top, height }) => y > top && y < top + height);
          expect(meets(fromY, map.columns[hops[gap] ?? 'pods'])).toBe(true);
          expect(meets(toY, map.columns[hops[gap + 1] ?? 'pods'])).toBe(true);
        }
        // Everything that is not drawn is counted.
        const counted = map.columns.pods.reduce((sum, box) => sum + (box.kind === 'more' ? box.count : box.kind === 'backend' ? 1 : 0), 0);
        expect(counted).toBe(pods);
      }),
    );
  });
});
