/** Nodes. Upstream: pkg/registry/core/node/strategy.go, printNode in pkg/printers. */
import { kind } from '../../kind.ts';
import { nodeAddress, nodeRoles, nodeStatus } from '../../node-summary.ts';
import type { Node, NodeSpec } from '../../types.gen.ts';
import { validateNode, validateNodeStatusUpdate, validateNodeUpdate } from '../../validation/node.ts';
import { age, orNone, text, wide } from '../columns.ts';
import { inField } from '../fill.ts';

const unknown = '<unknown>';

/** `podCIDR` and `podCIDRs[0]` are one thing; old clients set only the first. */
function specDefaults(spec: NodeSpec): NodeSpec {
  if (spec.podCIDR && !spec.podCIDRs?.length) return { ...spec, podCIDRs: [spec.podCIDR] };
  return spec;
}

export const node = kind<Node>({
  group: '',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  hasStatus: true,
  defaults: (node) => inField(node, 'spec', specDefaults),
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeStatusUpdate,
  columns: [
    { ...text('Status', nodeStatus), description: 'The status of the node' },
    { ...text('Roles', nodeRoles), description: 'The roles of the node' },
    age,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (node) => orNone(nodeAddress(node, 'InternalIP'))),
    wide('External-IP', (node) => orNone(nodeAddress(node, 'ExternalIP'))),
    wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage || unknown),
    wide('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || unknown),
    wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown),
  ],
});
