/**
 * UDP has no end of a connection: a client that keeps its port would be sent to a pod that is gone for as long as it asks. Such flows are taken out of connection
 * tracking when targets go. Upstream: pkg/proxy/conntrack/cleanup.go.
 */
import type { ServicePortRules, Target } from './service-ports.ts';

/** Argument lists for `conntrack -D`. */
export function staleFlows(
  before: readonly ServicePortRules[],
  now: readonly ServicePortRules[],
  nodeIp: string,
): readonly (readonly string[])[] {
  const current = new Map(now.filter(isUdp).map((rules) => [rules.id, rules]));
  const known = new Set(before.map(({ id }) => id));
  const fresh = now.filter((rules) => isUdp(rules) && !known.has(rules.id)).map((rules) => ({ ...rules, internal: [], external: [] }));
  return [...before.filter(isUdp), ...fresh].flatMap((old) => {
    const next = current.get(old.id);
    const inside = old.clusterIps.map((ip) => ({ ip, port: old.port }));
    const outside = old.externalIps.map((ip) => ({ ip, port: old.port }));
    const nodePorts = old.nodePort === undefined ? [] : [{ ip: nodeIp, port: old.nodePort }];
    return [...flows(inside, old.internal, next?.internal ?? []), ...flows([...outside, ...nodePorts], old.external, next?.external ?? [])];
  });
}

const isUdp = ({ protocol }: ServicePortRules): boolean => protocol === 'udp';

interface Front {
  readonly ip: string;
  readonly port: number;
}

function flows(fronts: readonly Front[], before: readonly Target[], now: readonly Target[]): readonly (readonly string[])[] {
  const kept = new Set(now.map(({ ip, port }) => `${ip}:${port}`));
  const gone = before.filter(({ ip, port }) => !kept.has(`${ip}:${port}`));
  const to = ({ ip, port }: Front) => ['-D', '-f', 'ipv4', '-p', 'udp', '--orig-dst', ip, '--orig-port-dst', String(port)];
  // Without a target before, packets were refused or swallowed by the node itself, and tracked as that.
  const unserved = before.length === 0 && now.length > 0 ? fronts.map(to) : [];
  return [...unserved, ...fronts.flatMap((front) => gone.map(({ ip }) => [...to(front), '--reply-src', ip]))];
}
