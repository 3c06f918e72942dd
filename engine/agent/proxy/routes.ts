/** The ways to the other nodes' pods: through those nodes, never directly, so that answers pass the node that changed an address. */
import { isIPv4 } from 'node:net';
import type { Node } from '../../api/types.gen.ts';

export interface Route {
  readonly podCidr: string;
  readonly nodeIp: string;
}

/** Sorted; nodes without a range or an address yet are left out. */
export function routesTo(nodes: readonly Node[], ownName: string): readonly Route[] {
  return nodes
    .filter(({ metadata }) => metadata.name !== ownName)
    .flatMap(({ spec, status }) => {
      const nodeIp = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
      return spec.podCIDR && nodeIp && isIPv4(nodeIp) ? [{ podCidr: spec.podCIDR, nodeIp }] : [];
    })
    .sort((a, b) => (a.podCidr < b.podCidr ? -1 : 1));
}

/** Marks our routes among the kernel's and the engine's (an unused number of /etc/iproute2/rt_protos). */
export const routeProtocol = '84';

/** Lines for `ip -batch`, given what `ip -4 route show proto 84` says is there. */
export function routeCommands(wanted: readonly Route[], shown: string): readonly string[] {
  const present = new Set(shown.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? ''));
  present.delete('');
  const stale = [...present].filter((range) => !wanted.some(({ podCidr }) => podCidr === range));
  return [
    ...stale.map((range) => `route del ${range} proto ${routeProtocol}`),
    ...wanted.map(({ podCidr, nodeIp }) => `route replace ${podCidr} via ${nodeIp} proto ${routeProtocol}`),
  ];
}
