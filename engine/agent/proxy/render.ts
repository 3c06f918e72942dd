/**
 * The node's nftables, as text: pure, complete, replaced as a whole. Upstream: pkg/proxy/nftables.
 *
 * All traffic of a pod passes its node, and nodes reach other nodes' pods through those nodes; so the node that changes a destination (DNAT) sees the
 * answer, unless the answer has a shorter way. Exactly then the source is changed too (masquerade): see `masqueradeRules`.
 */
import type { AgentConfig } from '../config.ts';
import { chain, map, set } from './nft-text.ts';
import type { PodPolicy } from './pod-policies.ts';
import { policyBlocks } from './render-policies.ts';
import type { ServicePortRules, Target } from './service-ports.ts';

export interface RulesetInput {
  readonly config: Pick<AgentConfig, 'nodeIp' | 'podCidr' | 'clusterCidr' | 'serviceCidr' | 'dnsIp'>;
  readonly ports: readonly ServicePortRules[];
  /** Pod ranges and addresses of the nodes: where answers come back through the nodes. */
  readonly routed: readonly string[];
  /** Of this node's pods; `peers` is what they name by place. */
  readonly policies?: { readonly peers: readonly (readonly string[])[]; readonly pods: readonly PodPolicy[] };
}

export const tableName = 'minato';

/** A file for `nft -f`: in one transaction the old table goes and the new one is there. */
export function renderRuleset({ config, ports, routed, policies = { peers: [], pods: [] } }: RulesetInput): string {
  const chains = ports.flatMap(serviceChains);
  const table = [
    map('services', 'ipv4_addr . inet_proto . inet_service', ports.flatMap(serviceElements)),
    map('node-ports', 'inet_proto . inet_service', ports.flatMap(nodePortElements)),
    set('routed', 'ipv4_addr', [config.podCidr, config.nodeIp, ...routed], true),
    set('itself', 'ipv4_addr . ipv4_addr', ports.flatMap(hairpinElements)),
    set('refused', 'ipv4_addr . inet_proto . inet_service', ports.flatMap(refusedElements)),
    ...chains,
    // The node may send from its loopback (`route_localnet`), for host ports; nobody else may send there.
    chain('guard', ['type filter hook prerouting priority raw; policy accept;', 'iifname != "lo" ip daddr 127.0.0.0/8 drop']),
    chain('dispatch', [
      'ip daddr . meta l4proto . th dport vmap @services',
      `ip daddr ${config.nodeIp} meta l4proto . th dport vmap @node-ports`,
    ]),
    chain('arriving', ['type nat hook prerouting priority dstnat; policy accept;', 'goto dispatch']),
    chain('own', ['type nat hook output priority -100; policy accept;', 'goto dispatch']),
    chain('leaving', ['type nat hook postrouting priority srcnat; policy accept;', ...masqueradeRules(config)]),
    chain('refuse', [
      // The cluster DNS is answered here; what else is sent to a service address was not matched above: nobody serves it.
      `ip daddr ${config.dnsIp} return`,
      ...refusals(`ip daddr ${config.serviceCidr}`),
      ...refusals('ip daddr . meta l4proto . th dport @refused'),
    ]),
    chain('passing-on', ['type filter hook forward priority filter; policy accept;', 'ct state new goto refuse']),
    // The kernel would tell pods of the shorter way to each other; connection tracking must see both directions here.
    chain('sending', ['type filter hook output priority filter; policy accept;', 'icmp type redirect drop', 'ct state new goto refuse']),
    ...policyBlocks(config.nodeIp, policies),
  ];
  return [`table ip ${tableName}`, `delete table ip ${tableName}`, `table ip ${tableName} {`, table.join('\n\n'), '}', ''].join('\n');
}

function masqueradeRules({ nodeIp, podCidr, clusterCidr }: RulesetInput['config']): readonly string[] {
  return [
    // The loopback of the node is nowhere but there.
    'ct status dnat ip saddr 127.0.0.0/8 masquerade',
    // A pod that reaches itself by its own Service would get its answer from inside.
    'ct status dnat ip saddr . ip daddr @itself masquerade',
    // Targets on this node answer through it, whoever asks.
    `ct status dnat ip daddr { ${podCidr}, ${nodeIp} } accept`,
    // Targets elsewhere would answer others directly (a client outside, a pod of the target's node), but this node's pods through it, ...
    `ct status dnat ip saddr != ${podCidr} masquerade`,
    // ... if they know of nodes at all: the API server on the bridge, an address outside.
    'ct status dnat ip daddr != @routed masquerade',
    `ip saddr ${podCidr} ip daddr != ${clusterCidr} masquerade`,
  ];
}

/** The kernel sends few ICMP errors, and none to a pod that it would rather redirect; a reset always goes out, and a client takes it for a refusal at once. */
function refusals(match: string): readonly string[] {
  return [`${match} meta l4proto tcp reject with tcp reset`, `${match} reject`];
}

const internalChain = ({ id }: ServicePortRules): string => `svc/${id}`;
const externalChain = (rules: ServicePortRules): string => (sameTargets(rules) ? internalChain(rules) : `ext/${rules.id}`);

function sameTargets({ internal, external }: ServicePortRules): boolean {
  return (
    internal.length === external.length &&
    internal.every(({ ip, port }, index) => external[index]?.ip === ip && external[index].port === port)
  );
}

function serviceChains(rules: ServicePortRules): readonly string[] {
  const internal = rules.internal.length > 0 ? [chain(internalChain(rules), [destination(rules, rules.internal)])] : [];
  if (sameTargets(rules) || rules.external.length === 0) return internal;
  return [...internal, chain(externalChain(rules), [destination(rules, rules.external)])];
}

/** By chance, or by the client's address where a client should stay with a target: no state that a new ruleset would lose. */
function destination({ protocol, sticky }: ServicePortRules, targets: readonly Target[]): string {
  const [only] = targets;
  if (only && targets.length === 1) return `meta l4proto ${protocol} dnat ip to ${only.ip}:${only.port}`;
  const choice = sticky ? `jhash ip saddr mod ${targets.length} seed 0x6d` : `numgen random mod ${targets.length}`;
  const choices = targets.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(', ');
  return `meta l4proto ${protocol} dnat ip addr . port to ${choice} map { ${choices} }`;
}

function serviceElements(rules: ServicePortRules): readonly string[] {
  const { protocol, port, clusterIps, externalIps, internal, external } = rules;
  const element = (ip: string, target: string) => `${ip} . ${protocol} . ${port} : goto ${target}`;
  return [
    ...(internal.length > 0 ? clusterIps.map((ip) => element(ip, internalChain(rules))) : []),
    ...(external.length > 0 ? externalIps.map((ip) => element(ip, externalChain(rules))) : []),
  ];
}

function nodePortElements(rules: ServicePortRules): readonly string[] {
  const { protocol, nodePort, external } = rules;
  return nodePort !== undefined && external.length > 0 ? [`${protocol} . ${nodePort} : goto ${externalChain(rules)}`] : [];
}

function refusedElements({ protocol, port, externalIps, external }: ServicePortRules): readonly string[] {
  return external.length === 0 ? externalIps.map((ip) => `${ip} . ${protocol} . ${port}`) : [];
}

function hairpinElements({ internal, external }: ServicePortRules): readonly string[] {
  return [...internal, ...external].filter(({ isLocal }) => isLocal).map(({ ip }) => `${ip} . ${ip}`);
}
