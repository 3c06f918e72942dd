/** What Services get filled in, and what an update keeps. Upstream: pkg/apis/core/v1/defaults.go, pkg/registry/core/service/{strategy,storage/alloc}.go. */
import type { Service, ServicePort, ServiceSpec } from '../../types.gen.ts';
import { each, fill, inField, without } from '../fill.ts';

/** Three hours. */
const clientIpTimeoutSeconds = 10_800;

export function isExternallyAccessible({ type, externalIPs }: ServiceSpec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs ?? []).length > 0);
}
export function needsHealthCheckPort({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}
export function needsClusterIp({ type }: ServiceSpec): boolean {
  return type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';
}
export function needsNodePort({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}
export function isHeadless({ clusterIPs }: ServiceSpec): boolean {
  return clusterIPs?.length === 1 && clusterIPs[0] === 'None';
}

function portDefaults(port: ServicePort): ServicePort {
  const isTargetMissing = port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '';
  return fill(isTargetMissing ? { ...port, targetPort: port.port } : port, { protocol: 'TCP' });
}

function affinityDefaults(spec: ServiceSpec): ServiceSpec {
  const named = fill(spec, { sessionAffinity: 'None' });
  if (named.sessionAffinity === 'None') return without(named, 'sessionAffinityConfig');
  if (named.sessionAffinity !== 'ClientIP' || named.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) return named;
  return { ...named, sessionAffinityConfig: { clientIP: { timeoutSeconds: clientIpTimeoutSeconds } } };
}

function specDefaults(before: ServiceSpec): ServiceSpec {
  let spec = inField(fill(affinityDefaults(before), { type: 'ClusterIP' }), 'ports', each(portDefaults));
  if (isExternallyAccessible(spec)) spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (needsClusterIp(spec) && spec.internalTrafficPolicy === undefined) spec = { ...spec, internalTrafficPolicy: 'Cluster' };
  return spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec;
}

export function serviceDefaults(service: Service): Service {
  const filled = inField(service, 'spec', specDefaults);
  if (filled.spec?.type !== 'LoadBalancer') return filled;
  return inField(filled, 'status', (status) =>
    inField(status, 'loadBalancer', (balancer) =>
      inField(
        balancer,
        'ingress',
        each((ingress) => (ingress.ip && ingress.ipMode === undefined ? { ...ingress, ipMode: 'VIP' } : ingress)),
      ),
    ),
  );
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `clusterIP` and `clusterIPs[0]` are one thing; whoever sets only the first means both. */
function withClusterIps(next: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  if (old === undefined) return next.clusterIP && !next.clusterIPs?.length ? { ...next, clusterIPs: [next.clusterIP] } : next;
  if ((next.clusterIP ?? '') === (old.clusterIP ?? '')) {
    const isListChanged = next.clusterIPs?.length && !same(next.clusterIPs, old.clusterIPs);
    return isListChanged || next.clusterIPs?.length || !next.clusterIP ? next : { ...next, clusterIPs: [next.clusterIP] };
  }
  if (!next.clusterIP) return same(next.clusterIPs, old.clusterIPs) ? without(next, 'clusterIPs') : next;
  const isListKept = !next.clusterIPs?.length || same(next.clusterIPs, old.clusterIPs);
  return isListKept ? { ...next, clusterIPs: [next.clusterIP, ...(next.clusterIPs ?? []).slice(1)] } : next;
}

function keepNodePorts(next: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const given = new Set((next.ports ?? []).map(({ nodePort }) => nodePort));
  const taken = new Set((old.ports ?? []).map(({ nodePort }) => nodePort).filter((port) => given.has(port)));
  const byName = new Map((old.ports ?? []).map(({ name, nodePort }) => [name ?? '', nodePort]));
  const keep = (port: ServicePort): ServicePort => {
    const known = byName.get(port.name ?? '');
    return port.nodePort || !known || taken.has(known) ? port : { ...port, nodePort: known };
  };
  return inField(next, 'ports', each(keep));
}

/** An update that leaves out what was allocated keeps it. */
function keepAllocated(next: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let spec = next;
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if (old.clusterIP) spec = fill(spec, { clusterIP: old.clusterIP });
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP && old.clusterIPs) spec = { ...spec, clusterIPs: old.clusterIPs };
  }
  if (needsNodePort(old) && needsNodePort(spec)) spec = keepNodePorts(spec, old);
  const checkPort = old.healthCheckNodePort;
  if (checkPort && needsHealthCheckPort(old) && needsHealthCheckPort(spec)) spec = fill(spec, { healthCheckNodePort: checkPort });
  return spec;
}

const nodePorts = ({ ports }: ServiceSpec): readonly (number | undefined)[] => (ports ?? []).map(({ nodePort }) => nodePort);
const isNoneNew = (next: ServiceSpec, old: ServiceSpec): boolean => {
  const before = new Set(nodePorts(old));
  return nodePorts(next).every((port) => !port || before.has(port));
};

/** What only the old type had is dropped, unless the update itself changed it: then validation says so. */
function dropOfOldType(next: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let spec = next;
  const dropSame = (...keys: readonly (keyof ServiceSpec)[]): void => {
    for (const key of keys) if (same(spec[key], old[key])) spec = without(spec, key);
  };
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (same(spec.clusterIPs, old.clusterIPs)) dropSame('clusterIP', 'clusterIPs');
    dropSame('ipFamilies', 'ipFamilyPolicy');
  }
  if (needsNodePort(old) && !needsNodePort(spec) && isNoneNew(spec, old))
    spec = inField(
      spec,
      'ports',
      each((port) => without(port, 'nodePort')),
    );
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec)) dropSame('healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') dropSame('allocateLoadBalancerNodePorts', 'loadBalancerClass');
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) dropSame('externalTrafficPolicy');
  return spec;
}

export function prepareServiceCreate(service: Service): Service {
  return { ...service, spec: withClusterIps(service.spec ?? {}, undefined), status: { loadBalancer: {} } };
}
export function prepareServiceUpdate(next: Service, old: Service): Service {
  const spec = withClusterIps(keepAllocated(next.spec, old.spec), old.spec);
  const prepared = { ...next, spec: dropOfOldType(spec, old.spec) };
  // A Service that no longer balances load has no ingress to show.
  const isBalancerGone = old.spec.type === 'LoadBalancer' && next.spec.type !== 'LoadBalancer';
  return isBalancerGone ? { ...prepared, status: { ...old.status, loadBalancer: {} } } : prepared;
}
