/** A pod's /etc/hosts: the kubelet writes it, not the engine. Pure. Upstream: ensureHostsFile in pkg/kubelet/kubelet_pods.go. */
import type { Pod } from '../../api/types.gen.ts';
import { podHostName } from './host-name.ts';

export interface HostsFileInput {
  readonly pod: Pod;
  /** Absent where the pod has the node's network. */
  readonly podIp: string | undefined;
  /** Text of the node's own /etc/hosts: what a pod with the node's network sees, with its aliases behind. */
  readonly nodeHosts: string;
  readonly dnsDomain: string;
}

/** Upstream's lines, its own `fe00::` addresses included: programs compare the file with them. */
const everyPod = [
  '# Kubernetes-managed hosts file.',
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

export function hostsFile({ pod, podIp, nodeHosts, dnsDomain }: HostsFileInput): string {
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames }) => [ip, ...(hostnames ?? [])].join('\t'));
  const added = aliases.length === 0 ? '' : lines(['', '# Entries added by HostAliases.', ...aliases]);
  if (podIp === undefined) return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${added}`;
  const { hostname, domainName } = podHostName(pod, dnsDomain);
  const names = domainName === undefined ? [hostname] : [`${hostname}.${domainName}`, hostname];
  return lines([...everyPod, [podIp, ...names].join('\t')]) + added;
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
