/** How to reach the one cluster of a kubeconfig that Minato wrote: its server, its authority, and the certificate of its one user. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

export interface KubeconfigCredentials {
  /** `https://…` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}
interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

export function credentialsOf(kubeconfig: string): KubeconfigCredentials {
  // Written by the program under test a moment ago.
  const { clusters, users } = load(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfig} names no cluster`);
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  return {
    server: cluster.server,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
}
