/** What is the matter with a Service: follows a request from this computer to the pods and names the first hop that is broken. */
import type { ContainerPort, EndpointSlice, Pod, Service, ServicePort } from '../api/types.gen.ts';
import type { Params } from './cause.ts';
import { explainPod, isReady } from './pod.ts';
import type { HostPortState, Related, Selectable } from './related.ts';
import { type Evidence, type Verdict, verdict } from './verdict.ts';

/** The four columns of the port map. */
export type Hop = 'computer' | 'node' | 'service' | 'pods';
export interface ServiceVerdict extends Verdict {
  /** The first hop that does not lead on; absent while all do. */
  readonly brokenHop?: Hop;
}

export function explainService(service: Service, related: Related): ServiceVerdict {
  const { type, externalName = '' } = service.spec ?? {};
  if (type === 'ExternalName') return verdict('service-external-name', { params: { host: externalName } });
  // Asked from the back to the front: without pods behind it, an open port on this computer says nothing.
  return (
    explainSelector(service, related) ??
    explainTargetPorts(service, related) ??
    explainEndpoints(service, related) ??
    explainHostPorts(service, related)
  );
}

function explainSelector(service: Service, related: Related): ServiceVerdict | undefined {
  const selector = service.spec?.selector;
  if (!selector || Object.keys(selector).length === 0) {
    return readyAddresses(related.endpointSlices).length > 0 ? undefined : { ...verdict('service-no-selector'), brokenHop: 'pods' };
  }
  if (!related.pods || selectedPods(selector, related.pods).length > 0) return undefined;
  const params = { selector: formatLabels(selector) };
  const evidence: readonly Evidence[] = [{ source: 'endpoints', text: `selector ${params.selector}: 0 pods` }];
  const idle = related.workloads?.find(({ labels, replicas }) => replicas === 0 && matches(selector, labels));
  if (idle) return { ...verdict('service-scaled-to-zero', { params: { ...params, workload: idle.name }, evidence }), brokenHop: 'pods' };
  const near = nearestWorkload(selector, related.workloads ?? []);
  if (!near) return { ...verdict('service-selects-nothing', { params, evidence }), brokenHop: 'pods' };
  const nearParams = { ...params, workload: near.name, labels: formatLabels(near.labels) };
  return { ...verdict('service-selector-near-miss', { params: nearParams, evidence }), brokenHop: 'pods' };
}

/** A targetPort given by name must be the name of a container's port; a number may be anything, so only a probe can tell. */
function explainTargetPorts(service: Service, related: Related): ServiceVerdict | undefined {
  const pods = selectedPods(service.spec?.selector ?? {}, related.pods ?? []);
  if (pods.length === 0) return undefined;
  for (const port of service.spec?.ports ?? []) {
    if (typeof port.targetPort !== 'string' || pods.some((pod) => portNames(pod).includes(String(port.targetPort)))) continue;
    const params = { targetPort: port.targetPort, ports: describePorts(pods) };
    return { ...verdict('service-target-port-unnamed', { params }), brokenHop: 'pods' };
  }
  return undefined;
}

function explainEndpoints(service: Service, related: Related): ServiceVerdict | undefined {
  const pods = selectedPods(service.spec?.selector ?? {}, related.pods ?? []);
  const ready = related.endpointSlices ? readyAddresses(related.endpointSlices).length : pods.filter(isReady).length;
  if (ready > 0 || pods.length === 0) return undefined;
  const worst = pods
    .map((pod) => ({ pod, verdict: explainPod(pod, {}) }))
    .find(({ verdict: { level } }) => level === 'error' || level === 'warning');
  const params: Params = { count: pods.length, pod: worst?.pod.metadata?.name ?? pods[0]?.metadata?.name ?? '' };
  const evidence: readonly Evidence[] = [
    { source: 'endpoints', text: `0 of ${pods.length} pods ready` },
    ...(worst?.verdict.evidence.slice(0, 2) ?? []),
  ];
  return { ...verdict('service-not-ready', { params, evidence }), brokenHop: 'pods' };
}

function explainHostPorts(service: Service, related: Related): ServiceVerdict {
  const ports = related.hostPorts ?? [];
  const failed = ports.find(({ state }) => state === 'failed');
  if (failed)
    return {
      ...verdict('service-host-port-failed', { params: hostPortParams(failed), evidence: hostPortEvidence(failed) }),
      brokenHop: 'computer',
    };
  const unanswered = ports.find(({ probe }) => probe?.ok === false);
  if (unanswered) return explainUnanswered(service, related, unanswered);
  const substituted = ports.find(({ state }) => state === 'substituted');
  if (substituted)
    return verdict('service-host-port-taken', { params: hostPortParams(substituted), evidence: hostPortEvidence(substituted) });
  if (ports.some(({ state }) => state === 'unsupported')) return verdict('service-protocol-not-carried');
  return verdict('service-serving', { params: { count: readyAddresses(related.endpointSlices).length } });
}

/** The pods are ready, the port is open here, and yet nothing answers: most likely nobody listens on targetPort. */
function explainUnanswered(service: Service, related: Related, port: HostPortState): ServiceVerdict {
  const pods = selectedPods(service.spec?.selector ?? {}, related.pods ?? []);
  const servicePort = service.spec?.ports?.find(({ nodePort }) => nodePort === port.nodePort);
  const evidence: readonly Evidence[] = [
    { source: 'probe', text: `localhost:${port.hostPort ?? port.nodePort}: ${port.probe?.message ?? 'no answer'}` },
  ];
  if (!servicePort || pods.length === 0)
    return { ...verdict('service-unreachable', { evidence, params: hostPortParams(port) }), brokenHop: 'node' };
  const params = { targetPort: targetPortOf(servicePort), ports: describePorts(pods) };
  return { ...verdict('service-target-port-closed', { params, evidence }), brokenHop: 'pods' };
}

// --- small readers --------------------------------------------------------------------------------------------------------------------

export function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}
/** An empty selector selects nothing here: such a Service's endpoints are somebody else's work. Finished pods do not count. */
export function selectedPods(selector: Readonly<Record<string, string>>, pods: readonly Pod[]): readonly Pod[] {
  if (Object.keys(selector).length === 0) return [];
  return pods.filter(
    ({ metadata, status }) => matches(selector, metadata?.labels) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
  );
}
export function targetPortOf({ targetPort, port }: ServicePort): string | number {
  return targetPort === undefined || targetPort === 0 || targetPort === '' ? port : targetPort;
}
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
function readyAddresses(slices: readonly EndpointSlice[] | undefined): readonly string[] {
  return (slices ?? []).flatMap(({ endpoints }) =>
    (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).flatMap(({ addresses }) => addresses ?? []),
  );
}
function portNames(pod: Pod): readonly string[] {
  return portsOf(pod).flatMap(({ name }) => (name === undefined ? [] : [name]));
}
/** Those of sidecars count, as in upstream's podutil.FindPort. */
function portsOf({ spec }: Pod): readonly ContainerPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports }) => ports ?? []);
}
/** `http (8080), 9090`, or a dash where the pods declare none. */
function describePorts(pods: readonly Pod[]): string {
  const texts = pods.flatMap(portsOf).map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : String(containerPort)));
  return [...new Set(texts)].join(', ') || '–';
}
/** The workload that shares a key of the selector, or carries its Service's value under another key: what was probably meant. */
function nearestWorkload(selector: Readonly<Record<string, string>>, workloads: readonly Selectable[]): Selectable | undefined {
  const scored = workloads.map((workload) => ({ workload, score: likeness(selector, workload.labels) })).filter(({ score }) => score > 0);
  return scored.sort((one, other) => other.score - one.score)[0]?.workload;
}
function likeness(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): number {
  const values = new Set(Object.values(labels));
  return Object.entries(selector).reduce((sum, [key, value]) => {
    if (labels[key] === value) return sum + 3;
    if (values.has(value)) return sum + 2;
    const own = labels[key];
    return own !== undefined && (own.startsWith(value) || value.startsWith(own)) ? sum + 2 : sum;
  }, 0);
}
function hostPortParams({ preferredHostPort, hostPort, nodePort, reason }: HostPortState): Params {
  return { port: preferredHostPort, hostPort: hostPort ?? '', nodePort, reason: reason ?? '' };
}
function hostPortEvidence({ preferredHostPort, reason }: HostPortState): readonly Evidence[] {
  return reason ? [{ source: 'host', text: `127.0.0.1:${preferredHostPort}: ${reason}` }] : [];
}
