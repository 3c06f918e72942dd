import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Live } from '../../api/object.ts';
import type { EndpointSlice, Node, Pod, Service, ServiceSpec } from '../../api/types.gen.ts';
import { pod as podNamed } from '../../testing/scheduling.ts';
import { planEndpoints } from '../endpoints/plan.ts';
import { type PlanInput, planEndpointSlices } from './plan.ts';

const service = (spec: Partial<ServiceSpec> = {}, labels: Readonly<Record<string, string>> = { team: 'a' }): Live<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 'svc', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels },
  spec: {
    clusterIP: '10.96.0.7',
    ipFamilies: ['IPv4'],
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
    ...spec,
  },
});
interface Sketch {
  readonly ip?: string;
  readonly ready?: boolean;
  readonly leaving?: boolean;
  readonly phase?: string;
  readonly node?: string;
  readonly spec?: Partial<Pod['spec']>;
}
function pod(
  name: string,
  { ip = `10.244.0.${name.length}`, ready = true, leaving = false, phase = 'Running', node = 'minato', spec = {} }: Sketch = {},
): Live<Pod> {
  const base = podNamed(name, { deleting: leaving, spec: { nodeName: node, ...spec } });
  const status = { phase, podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  return { ...base, metadata: { ...base.metadata, uid: name }, status };
}
const node = (name: string): Node | undefined =>
  name === 'lost' ? undefined : { metadata: { name, labels: { 'topology.kubernetes.io/zone': 'z1' } }, spec: {} };
const input = (pods: readonly Live<Pod>[], rest: Partial<PlanInput> = {}): PlanInput => ({
  service: service(),
  pods,
  nodeOf: node,
  slices: [],
  ...rest,
});
const stored = (slices: readonly EndpointSlice[]): readonly Live<EndpointSlice>[] =>
  slices.map((slice, index) => ({
    ...slice,
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...slice.metadata,
      name: slice.metadata.name ?? `web-${counter++}-${index}`,
      uid: slice.metadata.uid ?? `uid-${counter++}`,
      resourceVersion: '1',
      creationTimestamp: '',
    },
  }));
let counter = 0;
/** What is there after a plan was carried out. */
function carryOut(
  slices: readonly Live<EndpointSlice>[],
  { create, update, delete: gone }: ReturnType<typeof planEndpointSlices>,
): readonly Live<EndpointSlice>[] {
  const kept = slices
    .filter((slice) => !gone.includes(slice))
    .map((slice) => update.find(({ metadata }) => metadata.uid === slice.metadata.uid) ?? slice);
  return [...kept, ...stored(create)];
}

test('a slice has the labels, owner, ports and endpoints that upstream gives it', () => {
  const plan = planEndpointSlices(input([pod('a'), pod('bb', { ready: false }), pod('ccc', { leaving: true })]));
  const endpoint = (name: string, ready: boolean, serving: boolean, terminating: boolean) => ({
    addresses: [`10.244.0.${name.length}`],
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', namespace: 'default', name, uid: name },
    nodeName: 'minato',
    zone: 'z1',
  });
  expect(plan).toEqual({
    create: [
      {
        metadata: {
          generateName: 'web-',
          namespace: 'default',
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'svc', controller: true, blockOwnerDeletion: true }],
        },
        addressType: 'IPv4',
        ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
        endpoints: [endpoint('a', true, true, false), endpoint('bb', false, false, false), endpoint('ccc', false, true, true)],
      },
    ],
    update: [],
    delete: [],
  });
});

const left: readonly [title: string, pod: Live<Pod>][] = [
  ['without an address', pod('a', { ip: '' })],
  ['that are over', pod('a', { phase: 'Succeeded' })],
  ['on a node that is gone', pod('a', { node: 'lost' })],
];
test.each(left)('pods %s are left out, and an empty slice says so', (_title, of) => {
  expect(planEndpointSlices(input([of])).create.map(({ endpoints, ports }) => ({ endpoints, ports }))).toEqual([
    { endpoints: [], ports: [] },
  ]);
});

test('what is not ready is published where the Service says so', () => {
  const [slice] = planEndpointSlices(input([pod('a', { ready: false })], { service: service({ publishNotReadyAddresses: true }) })).create;
  expect(slice?.endpoints[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
});

test('named ports are looked up in each pod, and pods that number them differently are in different slices', () => {
  const named = (containerPort: number): Partial<Pod['spec']> => ({
    containers: [{ name: 'main', ports: [{ name: 'web', containerPort, protocol: 'TCP' }] }],
  });
  const of = service({ ports: [{ port: 80, targetPort: 'web', protocol: 'TCP' }] });
  const plan = planEndpointSlices(input([pod('a', { spec: named(8080) }), pod('bb', { spec: named(9090) }), pod('ccc')], { service: of }));
  expect(
    plan.create.map(({ ports, endpoints }) => [ports?.map(({ port }) => port), endpoints.map(({ targetRef }) => targetRef?.name)]),
  ).toEqual([
    [[8080], ['a']],
    [[9090], ['bb']],
    [[], ['ccc']],
  ]);
});

test('a headless Service is marked, and gives pods their hostnames', () => {
  const of = service({ clusterIP: 'None', ports: [] });
  const [slice] = planEndpointSlices(input([pod('a', { spec: { hostname: 'db-0', subdomain: 'web' } })], { service: of })).create;
  expect(slice?.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
  expect(slice?.endpoints[0]?.hostname).toBe('db-0');
});

test('nothing is written when nothing changed; one endpoint more changes one slice; the last one leaves the slice empty', () => {
  const first = stored(planEndpointSlices(input([pod('a')])).create);
  expect(planEndpointSlices(input([pod('a')], { slices: first }))).toEqual({ create: [], update: [], delete: [] });
  const more = planEndpointSlices(input([pod('a'), pod('bb')], { slices: first }));
  expect([more.create.length, more.update.map(({ endpoints }) => endpoints.length), more.delete.length]).toEqual([0, [2], 0]);
  const none = planEndpointSlices(input([], { slices: first }));
  expect([none.create.length, none.update.map(({ endpoints, ports }) => [endpoints, ports]), none.delete.length]).toEqual([
    0,
    [[[], []]],
    0,
  ]);
});

test('however the pods come and go, slices hold exactly what is there, at most 100 each, and are left alone when nothing changes', () => {
  const rounds = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 350 }), { maxLength: 350 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rounds, (all) => {
      let slices: readonly Live<EndpointSlice>[] = [];
      for (const ids of all) {
        const pods = ids.map((id) => pod(`p${id}`, { ip: `10.1.${id >> 8}.${id & 255}` }));
        slices = carryOut(slices, planEndpointSlices(input(pods, { slices })));
        const names = slices.flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.name ?? ''));
        expect(names.toSorted()).toEqual(ids.map((id) => `p${id}`).toSorted());
        expect(Math.max(...slices.map(({ endpoints }) => endpoints.length))).toBeLessThanOrEqual(100);
        expect(slices.length).toBeGreaterThan(0);
        expect(planEndpointSlices(input(pods, { slices }))).toEqual({ create: [], update: [], delete: [] });
      }
    }),
    { numRuns: 30 },
  );
});

test('Endpoints hold ready and other addresses apart, one subset for each set of ports, at most 1000', () => {
  const next = planEndpoints(service(), [pod('bb'), pod('a'), pod('ccc', { ready: false }), pod('dddd', { leaving: true })], undefined);
  const address = (name: string) => ({
    ip: `10.244.0.${name.length}`,
    nodeName: 'minato',
    targetRef: { kind: 'Pod', namespace: 'default', name, uid: name },
  });
  expect(next).toEqual({
    metadata: {
      name: 'web',
      namespace: 'default',
      labels: { team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
      annotations: {},
    },
    subsets: [
      {
        addresses: [address('a'), address('bb')],
        notReadyAddresses: [address('ccc')],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ],
  });
  const many = Array.from({ length: 1200 }, (_, index) =>
    pod(`p${index}`, { ip: `10.1.${index >> 8}.${index & 255}`, ready: index % 2 === 0 }),
  );
  const full = planEndpoints(service(), many, undefined);
  expect([full.subsets?.[0]?.addresses?.length, full.subsets?.[0]?.notReadyAddresses?.length]).toEqual([600, 400]);
  expect(full.metadata.annotations).toEqual({ 'endpoints.kubernetes.io/over-capacity': 'truncated' });
});
