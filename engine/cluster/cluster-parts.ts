/** What the parts of a cluster (control plane, node plans, tunnels) are given of it. `Cluster` is all of this; none of them needs to know it. */

import type { Clock } from '../api/clock.ts';
import type { HostError } from '../api/host-error.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { ClusterState, clusterPaths } from './cluster-state.ts';

/** Who a cluster is: its state, and the authority that signs for it. */
export interface ClusterIdentity {
  /** Replaced by every `save`: read it when it is needed. */
  readonly state: ClusterState;
  openAuthority(): Promise<CertificateAuthority>;
}

/** Where a cluster lives, and with what its parts are made. */
export interface ClusterHome extends ClusterIdentity {
  readonly options: {
    readonly clock: Clock;
    readonly log: (line: string) => void;
    /** The store takes no writes, for this reason; undefined when it takes them again. */
    readonly onRefusal: (failure: HostError | undefined) => void;
  };
  readonly paths: ReturnType<typeof clusterPaths>;
  save(change: Partial<ClusterState>): Promise<void>;
}
