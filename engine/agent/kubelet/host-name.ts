/** What a pod calls itself. Pure. Upstream: GeneratePodHostNameAndDomain, pkg/kubelet/kubelet_pods.go. */
import type { Pod } from '../../api/types.gen.ts';

export interface PodHostName {
  readonly hostname: string;
  /** `db.shop.svc.cluster.local`, for a pod with a subdomain. */
  readonly domainName: string | undefined;
}

/** The kernel's limit. */
const maxHostname = 63;

export function podHostName({ metadata, spec }: Pod, dnsDomain: string): PodHostName {
  const { name = '', namespace = '' } = metadata;
  return {
    hostname: spec.hostname ?? name.slice(0, maxHostname).replace(/[-.]+$/, ''),
    domainName: spec.subdomain ? `${spec.subdomain}.${namespace}.svc.${dnsDomain}` : undefined,
  };
}
