/**
 * The way from this computer to the pods of a Service, as boxes in four columns and lines between their rows: what is drawn and where, decided here
 * and nowhere else. Pure; heights are fixed so that lines need no measuring. Nobody upstream has a counterpart.
 */
import type { EndpointSlice, Node, Pod, Service, ServicePort } from '../../engine/api/types.gen.ts';
import type { Hop } from '../../engine/explain/service.ts';
import { targetPortOf } from '../../engine/explain/service.ts';
import type { HostPort } from '../../engine/host/contract.ts';
import { type Backend, backendsOf } from './backends.ts';
import type { Boxes, Joint, MapBox, MapRow, PortMap, PortNumber } from './boxes.ts';
import { place } from './layout.ts';

export interface PortMapInput {
  readonly service: Service;
  readonly endpointSlices: readonly EndpointSlice[];
  /** Those that the Service selects. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  /** Those of this Service. */
  readonly hostPorts: readonly HostPort[];
  readonly brokenHop?: Hop | undefined;
}

const mostNodes = 3;
const mostBackends = 5;

export function portMap(input: PortMapInput): PortMap {
  const backends = backendsOf(input);
  const boxes = { computer: computerBoxes(input), node: nodeBoxes(input), service: [serviceBox(input)], pods: podBoxes(input, backends) };
  return place(boxes, linesOf(input, boxes));
}

// --- boxes ----------------------------------------------------------------------------------------------------------------------------

/** Names a port of the Service within the map. */
export function portKey({ port, protocol = 'TCP' }: Pick<ServicePort, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}
function portsOf({ spec }: Service): readonly ServicePort[] {
  return spec.ports ?? [];
}
function isExposed({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function computerBoxes({ service, hostPorts }: PortMapInput): readonly MapBox[] {
  if (hostPorts.length > 0)
    return hostPorts.map((hostPort) => ({ id: `computer/${hostPort.id}`, hop: 'computer', kind: 'hostPort', hostPort, rows: [] }));
  return [{ id: 'computer/none', hop: 'computer', kind: 'none', why: isExposed(service) ? 'no-host-port' : 'not-exposed', rows: [] }];
}

function nodeBoxes({ service, nodes }: PortMapInput): readonly MapBox[] {
  const open = portsOf(service).filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0);
  if (open.length === 0)
    return [{ id: 'node/none', hop: 'node', kind: 'none', why: isExposed(service) ? 'no-host-port' : 'skipped', rows: [] }];
  const shown = nodes.length > mostNodes ? nodes.slice(0, mostNodes - 1) : nodes;
  const boxes: MapBox[] = shown.map((node) => ({
    id: `node/${node.metadata.name}`,
    hop: 'node',
    kind: 'node',
    name: node.metadata.name ?? '',
    address: node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address,
    isReady: isReadyNode(node),
    rows: open.map((port) => ({
      id: `node/${node.metadata.name}/${portKey(port)}`,
      numbers: [{ name: 'nodePort', value: String(port.nodePort) }],
    })),
  }));
  return shown.length === nodes.length ? boxes : [...boxes, more('node', nodes.length - shown.length)];
}
export function isReadyNode({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

function serviceBox({ service }: PortMapInput): MapBox {
  const { spec, status, metadata } = service;
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return {
    id: 'service',
    hop: 'service',
    kind: 'service',
    name: metadata.name ?? '',
    type: spec.type ?? 'ClusterIP',
    address: spec.type === 'ExternalName' ? (spec.externalName ?? '') : (spec.clusterIP ?? ''),
    external: [...(spec.externalIPs ?? []), ...ingress].join(', ') || undefined,
    rows: portsOf(service).map((port) => ({
      id: `service/${portKey(port)}`,
      numbers: [{ name: 'port', value: String(port.port) }],
      note: [port.name, port.protocol ?? 'TCP'].filter(Boolean).join(' · '),
    })),
  };
}

function podBoxes({ service }: PortMapInput, backends: readonly Backend[]): readonly MapBox[] {
  if (service.spec.type === 'ExternalName') return [{ id: 'pods/none', hop: 'pods', kind: 'none', why: 'external', rows: [] }];
  if (backends.length === 0) {
    const selects = Object.keys(service.spec.selector ?? {}).length > 0;
    return [{ id: 'pods/none', hop: 'pods', kind: 'none', why: selects ? 'no-pods' : 'no-endpoints', rows: [] }];
  }
  const shown = backends.length > mostBackends ? backends.slice(0, mostBackends - 1) : backends;
  const boxes: MapBox[] = shown.map((backend) => ({
    id: `pods/${backend.id}`,
    hop: 'pods',
    kind: 'backend',
    backend,
    rows: portsOf(service).map((port) => backendRow(backend, port)),
  }));
  return shown.length === backends.length ? boxes : [...boxes, more('pods', backends.length - shown.length)];
}
function backendRow(backend: Backend, port: ServicePort): MapRow {
  const target = targetPortOf(port);
  const declared = backend.declared.find(({ name, containerPort }) =>
    typeof target === 'string' ? name === target : containerPort === target,
  );
  const containerPort: PortNumber = {
    name: 'containerPort',
    value: declared && (declared.name ? `${declared.containerPort} (${declared.name})` : String(declared.containerPort)),
  };
  return {
    id: `pods/${backend.id}/${portKey(port)}`,
    numbers: [{ name: 'targetPort', value: String(target) }, ...(backend.isPod ? [containerPort] : [])],
  };
}

function more(hop: Hop, count: number): MapBox {
  return { id: `${hop}/more`, hop, kind: 'more', count, rows: [] };
}

// --- lines ----------------------------------------------------------------------------------------------------------------------------

function linesOf(input: PortMapInput, boxes: Boxes): readonly Joint[] {
  return portsOf(input.service).flatMap((port) => [
    ...boxes.computer.flatMap((box) => hostLines(input, box, { port, nodes: boxes.node })),
    ...boxes.node.flatMap((box) => nodeLine(input, box, port)),
    ...boxes.pods.flatMap((box) => podLine(input, box, port)),
  ]);
}

function hostLines(
  { brokenHop }: PortMapInput,
  box: MapBox,
  { port, nodes }: { port: ServicePort; nodes: readonly MapBox[] },
): readonly Joint[] {
  if (box.kind !== 'hostPort' || box.hostPort.nodePort !== port.nodePort || box.hostPort.protocol !== (port.protocol ?? 'TCP')) return [];
  const isOpen = box.hostPort.state === 'listening' || box.hostPort.state === 'substituted';
  const state = box.hostPort.state === 'failed' || brokenHop === 'computer' ? 'broken' : isOpen ? 'carries' : 'idle';
  return nodes.flatMap((node) => {
    if (node.kind !== 'node' && node.kind !== 'more') return [];
    const to = node.kind === 'node' ? `${node.id}/${portKey(port)}` : node.id;
    return [{ gap: 0, from: box.id, to, state: state === 'carries' && node.kind === 'node' && !node.isReady ? 'idle' : state }];
  });
}

function nodeLine({ brokenHop }: PortMapInput, box: MapBox, port: ServicePort): readonly Joint[] {
  if (!port.nodePort || (box.kind !== 'node' && box.kind !== 'more')) return [];
  const from = box.kind === 'node' ? `${box.id}/${portKey(port)}` : box.id;
  const isReady = box.kind === 'more' || box.isReady;
  return [{ gap: 1, from, to: `service/${portKey(port)}`, state: brokenHop === 'node' ? 'broken' : isReady ? 'carries' : 'idle' }];
}

function podLine({ brokenHop, service }: PortMapInput, box: MapBox, port: ServicePort): readonly Joint[] {
  const from = `service/${portKey(port)}`;
  const isBroken = brokenHop === 'service' || brokenHop === 'pods';
  if (box.kind === 'backend') {
    const state = isBroken ? 'broken' : box.backend.isReady ? 'carries' : 'idle';
    return [{ gap: 2, from, to: `${box.id}/${portKey(port)}`, state }];
  }
  if (box.kind === 'more') return [{ gap: 2, from, to: box.id, state: isBroken ? 'broken' : 'carries' }];
  if (service.spec.type === 'ExternalName') return [{ gap: 2, from, to: box.id, state: 'carries' }];
  return [{ gap: 2, from, to: box.id, state: isBroken ? 'broken' : 'idle' }];
}
