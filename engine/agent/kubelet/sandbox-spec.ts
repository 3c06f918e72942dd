/** A pod's sandbox: name, DNS, routes. Pure. Upstream: generatePodSandboxConfig, pkg/kubelet/network/dns. */
import type { Pod } from '../../api/types.gen.ts';
import type { AgentConfig } from '../config.ts';
import type { SandboxSpec } from '../runtime/runtime.ts';
import { podHostName } from './host-name.ts';
import { uidOf } from './pod-view.ts';

export interface SandboxSpecInput {
  readonly pod: Pod;
  readonly attempt: number;
  readonly ip: string | undefined;
  readonly config: Pick<AgentConfig, 'nodeIp' | 'dnsIp' | 'dnsDomain'>;
  /** Text of the node's own /etc/resolv.conf, for dnsPolicy Default. */
  readonly nodeResolvConf: string;
  readonly memoryVolumes: readonly string[];
}

export function sandboxSpec(input: SandboxSpecInput): SandboxSpec {
  const { pod, attempt, ip, config } = input;
  const { name = '', namespace = '' } = pod.metadata;
  const { hostname, domainName } = podHostName(pod, config.dnsDomain);
  return {
    pod: { name, namespace, uid: uidOf(pod) },
    attempt,
    ...(ip === undefined ? {} : { ip }),
    hostname: pod.spec.setHostnameAsFQDN && domainName ? `${hostname}.${domainName}` : hostname,
    ...(domainName === undefined ? {} : { domainName }),
    // What `pause.sh` reads. With the node's network the node's routes and name servers stand.
    environment: ip === undefined ? {} : { POD_ROUTER: config.nodeIp, POD_RESOLV_CONF: resolvConf(pod, input) },
    hostPid: pod.spec.hostPID ?? false,
    hostIpc: pod.spec.hostIPC ?? false,
    sysctls: Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map((sysctl) => [sysctl.name, sysctl.value])),
    memoryVolumes: input.memoryVolumes,
  };
}

/**
 * With the node's network the sandbox's resolv.conf is the node's own, so a pod that wants another gets it as a mount in each container. ClusterFirst means
 * the node's there (upstream: getPodDNSType).
 */
export function mountedResolvConf(pod: Pod, input: Pick<SandboxSpecInput, 'config' | 'nodeResolvConf'>): string | undefined {
  const { hostNetwork, dnsPolicy = 'ClusterFirst', dnsConfig } = pod.spec;
  if (!hostNetwork || ((dnsPolicy === 'ClusterFirst' || dnsPolicy === 'Default') && !dnsConfig)) return undefined;
  const spec = { ...pod.spec, dnsPolicy: dnsPolicy === 'ClusterFirst' ? 'Default' : dnsPolicy };
  return `${resolvConf({ ...pod, spec }, input)}\n`;
}

interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export function resolvConf(pod: Pod, { config, nodeResolvConf }: Pick<SandboxSpecInput, 'config' | 'nodeResolvConf'>): string {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const base = policy === 'None' ? empty : policy === 'Default' ? parse(nodeResolvConf) : clusterResolver(pod, config);
  const own = pod.spec.dnsConfig;
  const ownOptions = (own?.options ?? []).map(({ name, value }) => (value === undefined ? (name ?? '') : `${name}:${value}`));
  const overridden = new Set(ownOptions.map(optionName));
  const searches = [...new Set([...base.searches, ...(own?.searches ?? [])])];
  const options = [...base.options.filter((option) => !overridden.has(optionName(option))), ...ownOptions];
  return [
    ...new Set([...base.nameservers, ...(own?.nameservers ?? [])].map((server) => `nameserver ${server}`)),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ].join('\n');
}

const empty: Resolver = { nameservers: [], searches: [], options: [] };
const optionName = (option: string): string => option.split(':')[0] ?? '';

function clusterResolver(pod: Pod, { dnsIp, dnsDomain }: Pick<AgentConfig, 'dnsIp' | 'dnsDomain'>): Resolver {
  const searches = [`${pod.metadata.namespace}.svc.${dnsDomain}`, `svc.${dnsDomain}`, dnsDomain];
  return { nameservers: [dnsIp], searches, options: ['ndots:5'] };
}

function parse(text: string): Resolver {
  const words = (keyword: string): readonly string[] =>
    text.split('\n').flatMap((line) => {
      const [first, ...rest] = line.trim().split(/\s+/);
      return first === keyword ? rest : [];
    });
  return { nameservers: words('nameserver'), searches: words('search'), options: words('options') };
}
