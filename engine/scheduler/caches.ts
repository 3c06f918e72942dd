/** What the scheduler looks at. */
import { replicaSet } from '../api/kinds/apps/replica-set.ts';
import { namespace } from '../api/kinds/core/namespace.ts';
import { node } from '../api/kinds/core/node.ts';
import { persistentVolumeClaim } from '../api/kinds/core/persistent-volume-claim.ts';
import { pod } from '../api/kinds/core/pod.ts';
import { service } from '../api/kinds/core/service.ts';
import type { Namespace, Node, PersistentVolumeClaim, Pod, ReplicaSet, Service } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { Informers } from '../client/informers.ts';

/** All must have synced before the scheduler starts: else pods would be refused for want of nodes that are only not known yet. */
export interface SchedulerCaches {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly services: Cache<Service>;
  readonly replicaSets: Cache<ReplicaSet>;
  readonly namespaces: Cache<Namespace>;
  readonly claims: Cache<PersistentVolumeClaim>;
}

export function schedulerCaches(informers: Informers): SchedulerCaches {
  return {
    pods: informers.cache(pod),
    nodes: informers.cache(node),
    services: informers.cache(service),
    replicaSets: informers.cache(replicaSet),
    namespaces: informers.cache(namespace),
    claims: informers.cache(persistentVolumeClaim),
  };
}
