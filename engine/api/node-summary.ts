/** The words kubectl prints about a node under STATUS, ROLES and INTERNAL-IP. Upstream: printNode and findNodeRoles in pkg/printers/internalversion/printers.go. */
import type { Node } from './types.gen.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

export function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

export function nodeRoles({ metadata }: Node): string {
  const names = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.length > rolePrefix.length ? [key.slice(rolePrefix.length)] : [];
    return key === roleLabel && value !== '' ? [value] : [];
  });
  return [...new Set(names)].toSorted().join(',') || '<none>';
}

export function nodeAddress({ status }: Node, wanted: string): string | undefined {
  return status?.addresses?.find(({ type }) => type === wanted)?.address;
}
