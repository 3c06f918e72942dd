/** Nodes. Upstream: pkg/registry/core/node/strategy.go, printNode in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Node, NodeSpec } from '../../types.gen.ts';
import { age, orNone, text, wide } from '../columns.ts';
import { inField } from '../fill.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

function status({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

function roles({ metadata }: Node): string {
  const names = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.length > rolePrefix.length ? [key.slice(rolePrefix.length)] : [];
    return key === roleLabel && value !== '' ? [value] : [];
  });
  return orNone([...new Set(names)].toSorted().join(','));
}

function address({ status }: Node, wanted: string): string {
  return orNone(status?.addresses?.find(({ type }) => type === wanted)?.address);
}

const unknown = '<unknown>';

/** `podCIDR` and `podCIDRs[0]` are one thing; old clients set only the first. */
function specDefaults(spec: NodeSpec): NodeSpec {
  if (spec.podCIDR && !spec.podCIDRs?.length) return { ...spec, podCIDRs: [spec.podCIDR] };
  return spec;
}

export const node = kind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  schema: 'Node',
  hasStatus: true,
  hasGeneration: false,
  defaults: (node) => inField(node, 'spec', specDefaults),
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  columns: [
    { ...text('Status', status), description: 'The status of the node' },
    { ...text('Roles', roles), description: 'The roles of the node' },
    age,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (node) => address(node, 'InternalIP')),
    wide('External-IP', (node) => address(node, 'ExternalIP')),
    wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage || unknown),
    wide('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || unknown),
    wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown),
  ],
});
