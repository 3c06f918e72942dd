/** How objects fare, asked of `explain` with what the caches hold about them. One hook for each kind, so that no list is watched that is not needed. */
import { useMemo } from 'react';
import type { Live } from '../../engine/api/object.ts';
import type { CoreEvent, Deployment, EndpointSlice, Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import { explain } from '../../engine/explain/explain.ts';
import type { HostPortState, Selectable } from '../../engine/explain/related.ts';
import { explainService, type ServiceVerdict, selectedPods } from '../../engine/explain/service.ts';
import type { Verdict } from '../../engine/explain/verdict.ts';
import type { HostPort } from '../../engine/host/contract.ts';
import { usePorts, useSelected } from '../data/hooks.ts';
import { deployments, endpointSlices, events, pods, replicaSets } from '../data/kinds.ts';
import type { Probe } from '../data/ports-store.ts';
import { sameItems } from '../data/same-items.ts';

export function usePodVerdict(pod: Live<Pod>, log?: readonly string[]): Verdict {
  const about = useEventsAbout([pod.metadata.uid]);
  return useMemo(() => explain(pod, { events: about, ...(log ? { log } : {}) }), [pod, about, log]);
}

export function useReplicaSetVerdict(set: Live<ReplicaSet>): Verdict {
  const own = useOwned([set.metadata.uid]);
  return useWorkloadVerdict(set, own);
}
export function useDeploymentVerdict(deployment: Live<Deployment>): Verdict {
  const own = useOwned(useReplicaSetsOf(deployment).map(({ metadata }) => metadata.uid));
  return useWorkloadVerdict(deployment, own);
}
function useWorkloadVerdict(workload: Live<Deployment> | Live<ReplicaSet>, own: readonly Live<Pod>[]): Verdict {
  const about = useEventsAbout([workload.metadata.uid, ...own.map(({ metadata }) => metadata.uid)]);
  return useMemo(() => explain(workload, { events: about, pods: own }), [workload, about, own]);
}

/** Newest revision first. */
export function useReplicaSetsOf({ metadata: { uid } }: Live<Deployment>): readonly Live<ReplicaSet>[] {
  const sets = useSelected(replicaSets, (list) => list.by('owner', uid), sameItems);
  return useMemo(() => sets.toSorted((one, other) => revisionOf(other) - revisionOf(one)), [sets]);
}
export function revisionOf({ metadata }: Live<ReplicaSet>): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}
/** The pods that belong to one of the owners. */
export function useOwned(uids: readonly string[]): readonly Live<Pod>[] {
  return useSelected(pods, (list) => uids.flatMap((uid) => list.by('owner', uid)), sameItems);
}
export function useEventsAbout(uids: readonly string[]): readonly Live<CoreEvent>[] {
  return useSelected(events, (list) => uids.flatMap((uid) => list.by('about', uid)), sameItems);
}

export interface ServiceView {
  readonly verdict: ServiceVerdict;
  /** Those that it selects. */
  readonly pods: readonly Live<Pod>[];
  readonly slices: readonly Live<EndpointSlice>[];
  readonly hostPorts: readonly HostPort[];
  readonly probes: ReadonlyMap<string, Probe>;
}
export function useServiceView(service: Live<Service>): ServiceView {
  const { namespace = '', name } = service.metadata;
  const { selector } = service.spec;
  const slices = useSelected(endpointSlices, (list) => list.by('service', `${namespace}/${name}`), sameItems);
  const selected = useSelected(
    pods,
    (list) => selectedPods(selector ?? {}, list.by('namespace', namespace)),
    sameItems,
  ) as readonly Live<Pod>[];
  const workloads = useSelected(deployments, (list) => list.by('namespace', namespace), sameItems);
  const {
    ports: { ports, probes },
  } = usePorts();
  return useMemo(() => {
    const hostPorts = (ports ?? []).filter((port) => port.namespace === namespace && port.service === name);
    const verdict = explainService(service, {
      pods: selected,
      endpointSlices: slices,
      workloads: workloads.map(selectable),
      hostPorts: hostPorts.map((port) => hostPortState(port, probes.get(port.id))),
    });
    return { verdict, pods: selected, slices, hostPorts, probes };
  }, [service, namespace, name, slices, selected, workloads, ports, probes]);
}

function selectable({ metadata, spec }: Live<Deployment>): Selectable {
  return { name: metadata.name, replicas: spec.replicas ?? 1, labels: spec.template.metadata?.labels ?? {} };
}
/** While an answer is awaited the last one stands. */
function hostPortState(port: HostPort, probe: Probe | undefined): HostPortState {
  const last = probe?.last;
  return last ? { ...port, probe: last.ok ? { ok: true } : { ok: false, message: last.message } } : port;
}
