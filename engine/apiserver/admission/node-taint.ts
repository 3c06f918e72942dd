/** A new node takes no Pods until it has said that it is ready; the node lifecycle controller takes the taint off. Upstream: plugin/pkg/admission/nodetaint. */
import type { Node, Taint } from '../../api/types.gen.ts';
import type { Admission } from '../context.ts';

const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export const nodeTaint: Admission = async ({ operation, target, object }) => {
  const { group, plural } = target.resource.kind;
  if (operation !== 'CREATE' || group !== '' || plural !== 'nodes' || !object) return object;
  // The kind was just looked at.
  const node = object as Node;
  const taints = node.spec.taints ?? [];
  if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return node;
  const tainted: Node = { ...node, spec: { ...node.spec, taints: [...taints, notReady] } };
  return tainted;
};
