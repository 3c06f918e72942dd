/** Nodes. Upstream: ValidateNode, ValidateNodeUpdate in pkg/apis/core/validation. */
import { duplicate, forbiddenValue, Path } from '../field-error.ts';
import type { Node } from '../types.gen.ts';
import { validCidr } from './addresses.ts';
import { type Errors, entries, isSame, none } from './fields.ts';
import { validAmount } from './resources.ts';
import { taintErrors } from './tolerations.ts';

const spec = new Path('spec');
const status = new Path('status');

export function validateNode(node: Node): Errors {
  return [
    // Upstream reports taints under metadata.
    ...taintErrors(new Path('metadata').at('taints'), node.spec.taints),
    ...amountErrors(node),
    ...(node.spec.podCIDRs ?? []).flatMap((range, index) => validCidr(spec.at('podCIDRs', index), range)),
  ];
}

function amountErrors(node: Node): Errors {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    entries(node.status?.[list]).flatMap(([name, amount]) => validAmount(status.at(list, name), name, amount)),
  );
}

/** Names and ranges of a Node are given once. */
export function validateNodeUpdate(next: Node, old: Node): Errors {
  const { podCIDRs = [], providerID } = old.spec;
  const once = (field: string): string => `node updates may not change ${field} except from "" to valid`;
  return [
    ...(podCIDRs.length > 0 && !isSame(podCIDRs, next.spec.podCIDRs) ? [forbiddenValue(spec.at('podCIDRs'), once('podCIDR'))] : none),
    ...(providerID && providerID !== next.spec.providerID ? [forbiddenValue(spec.at('providerID'), once('providerID'))] : none),
  ];
}

export function validateNodeStatusUpdate(next: Node): Errors {
  const seen = new Set<string>();
  const twice = (next.status?.addresses ?? []).flatMap((address, index) => {
    const key = `${address.type} ${address.address}`;
    if (seen.has(key)) return [duplicate(status.at('addresses', index), address)];
    seen.add(key);
    return none;
  });
  return [...amountErrors(next), ...twice];
}
