import type { NodeInfo } from '../node-info.ts';
import type { Filter } from '../plugin.ts';
import type { PodInfo } from '../pod-info.ts';

/** Names everything that is short, in upstream's order. */
export const resourceFit: Filter = {
  name: 'NodeResourcesFit',
  prepare: (pod) => (node) => {
    if (fits(pod, node)) return undefined;
    return { reasons: shortages(pod, node), final: false };
  },
  requeueOn: ['node-added', 'node-resources', 'pod-removed', 'pod-shrunk'],
};

/** Only what is asked for counts: a pod without requests runs on an over-committed node. */
function fits({ requests }: PodInfo, { allocatable, requested, pods }: NodeInfo): boolean {
  return (
    pods.size + 1 <= allocatable.pods &&
    (requests.milliCpu === 0 || requests.milliCpu <= allocatable.milliCpu - requested.milliCpu) &&
    (requests.memoryBytes === 0 || requests.memoryBytes <= allocatable.memoryBytes - requested.memoryBytes) &&
    (requests.storageBytes === 0 || requests.storageBytes <= allocatable.storageBytes - requested.storageBytes) &&
    (requests.others.size === 0 || shortOthers(requests.others, allocatable.others, requested.others).length === 0)
  );
}

function shortages({ requests }: PodInfo, { allocatable, requested, pods }: NodeInfo): readonly string[] {
  const short = (wanted: number, room: number, name: string): readonly string[] =>
    wanted > 0 && wanted > room ? [`Insufficient ${name}`] : [];
  return [
    ...(pods.size + 1 > allocatable.pods ? ['Too many pods'] : []),
    ...short(requests.milliCpu, allocatable.milliCpu - requested.milliCpu, 'cpu'),
    ...short(requests.memoryBytes, allocatable.memoryBytes - requested.memoryBytes, 'memory'),
    ...short(requests.storageBytes, allocatable.storageBytes - requested.storageBytes, 'ephemeral-storage'),
    ...shortOthers(requests.others, allocatable.others, requested.others),
  ];
}

type Others = ReadonlyMap<string, number>;
function shortOthers(wanted: Others, allocatable: Others, requested: Others): readonly string[] {
  return [...wanted].flatMap(([name, amount]) =>
    amount > 0 && amount > (allocatable.get(name) ?? 0) - (requested.get(name) ?? 0) ? [`Insufficient ${name}`] : [],
  );
}
