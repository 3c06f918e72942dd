/** The addresses a cluster owns, chosen once and kept. Pure: what is taken is asked of the caller. */
import { isIP } from 'node:net';
import type { NetworkPlan } from '../nodes/node-provider.ts';

/** Subnets to try in turn; the first is what kubeadm's and minikube's users know. */
export const clusterCidrs: readonly string[] = [244, 245, 246, 247, 248, 249, 250, 251, 188, 189, 190, 191].map(
  (second) => `10.${second}.0.0/16`,
);
export const serviceCidrs: readonly string[] = ['10.96.0.0/16', '10.97.0.0/16', '10.98.0.0/16', '10.99.0.0/16'];

/** Node and pod addresses lie in one /16: pods of node N in `.N.0/24`, nodes in `.255.10` and up, the bridge at `.255.254`. */
export function networkPlan(cluster: string, clusterCidr: string, serviceCidr: string): NetworkPlan {
  return {
    networkName: `minato-${cluster}`,
    clusterCidr,
    gatewayIp: `${prefixOf(clusterCidr)}.255.254`,
    serviceCidr,
    dnsIp: `${prefixOf(serviceCidr)}.0.10`,
  };
}

/** Pod ranges end below `.250`, so that nodes' own range is never a node's pods. */
export const maxNodes = 240;
export function nodeAddresses(
  { clusterCidr }: { readonly clusterCidr: string },
  index: number,
): { readonly ip: string; readonly podCidr: string } {
  const prefix = prefixOf(clusterCidr);
  return { ip: `${prefix}.255.${10 + index}`, podCidr: `${prefix}.${index}.0/24` };
}

/** First node: the cluster's name; then `<cluster>-m02`, `-m03`, … as minikube names them. */
export function nodeName(cluster: string, index: number): string {
  return index === 0 ? cluster : `${cluster}-m${String(index + 1).padStart(2, '0')}`;
}

/** The `kubernetes` Service's address: the first of the range. */
export function kubernetesServiceIp(serviceCidr: string): string {
  return `${prefixOf(serviceCidr)}.0.1`;
}

/** `10.244` of `10.244.0.0/16`. */
function prefixOf(cidr: string): string {
  const [address = '', bits] = cidr.split('/');
  if (isIP(address) !== 4 || bits !== '16') throw new Error(`expected an IPv4 /16, got ${cidr}`);
  return address.split('.').slice(0, 2).join('.');
}
