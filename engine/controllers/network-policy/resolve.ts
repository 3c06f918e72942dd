/** NetworkPolicies with the addresses of the pods that they name. Pure. Upstream: the semantics in staging/src/k8s.io/api/networking/v1/types.go. */
import type { NetworkRules, PodPort, PolicyRules, PortRange, TrafficRule } from '../../api/network-rules.ts';
import { matchesLabels, selectorOf } from '../../api/selector.ts';
import type {
  LabelSelector,
  Namespace,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Pod,
} from '../../api/types.gen.ts';

export interface Resolvable {
  readonly policies: readonly NetworkPolicy[];
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
}

export function resolvePolicies({ policies, namespaces, pods }: Resolvable): NetworkRules {
  const resolver = new Resolver(namespaces, pods);
  const sorted = policies.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rules = sorted.map((policy) => resolver.policy(policy));
  return { peers: resolver.peers, policies: rules };
}
const keyOf = ({ metadata }: NetworkPolicy): string => `${metadata.namespace}/${metadata.name}`;

class Resolver {
  readonly peers: (readonly string[])[] = [];
  /** By what the list of addresses is, its place. */
  readonly #places = new Map<string, number>();
  readonly #labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #pods: readonly Pod[];

  constructor(namespaces: readonly Namespace[], pods: readonly Pod[]) {
    this.#labels = new Map(namespaces.map(({ metadata }) => [metadata.name ?? '', metadata.labels ?? {}]));
    this.#pods = pods.filter(hasAddress);
  }

  policy({ metadata, spec }: NetworkPolicy): PolicyRules {
    const { namespace = '', name = '' } = metadata;
    const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
    const incoming = ({ from, ports }: NetworkPolicyIngressRule): TrafficRule => ({
      ...this.#from(namespace, from),
      ...(ports?.length ? { ports: ports.map(rangeOf) } : {}),
    });
    return {
      namespace,
      name,
      podSelector,
      ...(policyTypes.includes('Ingress') ? { ingress: ingress.map(incoming) } : {}),
      ...(policyTypes.includes('Egress') ? { egress: egress.map((rule) => this.#outgoing(namespace, rule)) } : {}),
    };
  }

  #outgoing(namespace: string, { to, ports }: NetworkPolicyEgressRule): TrafficRule {
    const peers = this.#from(namespace, to);
    if (!ports?.length) return peers;
    const isNamed = ({ port }: NetworkPolicyPort): boolean => typeof port === 'string';
    const named = ports.filter(isNamed);
    const targets = named.length === 0 ? [] : this.#selected(namespace, to).flatMap((pod) => named.flatMap((port) => podPorts(pod, port)));
    return { ...peers, ports: ports.filter((port) => !isNamed(port)).map(rangeOf), ...(targets.length > 0 ? { targets } : {}) };
  }

  /** An empty list, as an absent one, means everybody. */
  #from(namespace: string, peers: readonly NetworkPolicyPeer[] = []): Pick<TrafficRule, 'peers' | 'blocks'> {
    if (peers.length === 0) return {};
    const blocks = peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock] : []));
    const addresses = [...new Set(this.#selected(namespace, peers).map(addressOf))].toSorted();
    return { peers: this.#place(addresses), ...(blocks.length > 0 ? { blocks } : {}) };
  }

  #selected(namespace: string, peers: readonly NetworkPolicyPeer[] = []): readonly Pod[] {
    if (peers.length === 0) return this.#pods;
    const matchers = peers.filter(({ ipBlock }) => ipBlock === undefined).map((peer) => this.#matcher(namespace, peer));
    return this.#pods.filter((pod) => matchers.some((matches) => matches(pod)));
  }

  #matcher(namespace: string, { podSelector, namespaceSelector }: NetworkPolicyPeer): (pod: Pod) => boolean {
    const pods = selectorOf(podSelector ?? everything);
    const spaces = namespaceSelector && selectorOf(namespaceSelector);
    return ({ metadata }) => {
      const { namespace: own = '', labels } = metadata;
      const isInSpace = spaces ? matchesLabels(spaces, this.#labels.get(own)) : own === namespace;
      return isInSpace && matchesLabels(pods, labels);
    };
  }

  #place(addresses: readonly string[]): number {
    const text = addresses.join();
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.peers.push(addresses) - 1;
    this.#places.set(text, place);
    return place;
  }
}
const everything: LabelSelector = {};

/** Pods with an address of their own. Those of a node's network are the node; what policies say of them is left open by the API. */
export function hasAddress({ spec, status }: Pod): boolean {
  return !spec.hostNetwork && status?.podIP !== undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}
const addressOf = ({ status }: Pod): string => status?.podIP ?? '';

function rangeOf({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): PortRange {
  return { protocol, ...(port === undefined ? {} : { port }), ...(endPort === undefined ? {} : { endPort }) };
}

function podPorts(pod: Pod, { port, protocol = 'TCP' }: NetworkPolicyPort): readonly PodPort[] {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const found = ports.filter((one) => one.name === port && (one.protocol ?? 'TCP') === protocol);
  return found.map(({ containerPort }) => ({ ip: addressOf(pod), protocol, port: containerPort }));
}
