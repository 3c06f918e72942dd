/** What ReplicaSets and ReplicationControllers have in common, so that one controller serves both. Upstream: pkg/controller/replication/conversion.go. */
import type { Kind } from '../../api/kind.ts';
import { replicaSet } from '../../api/kinds/apps/replica-set.ts';
import { replicationController } from '../../api/kinds/core/replication-controller.ts';
import type { KubeObject } from '../../api/object.ts';
import { type Selector, selectorOf, selectorOfLabels } from '../../api/selector.ts';
import type { PodTemplateSpec, ReplicaSet, ReplicaSetStatus, ReplicationController } from '../../api/types.gen.ts';

export interface Replicated extends KubeObject {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly minReadySeconds?: number | undefined;
    readonly template?: PodTemplateSpec | undefined;
  };
  readonly status?: ReplicaSetStatus | undefined;
}
export interface ReplicatedKind<T extends Replicated> {
  readonly kind: Kind<T>;
  /** In the `From` column of its events. */
  readonly component: string;
  readonly selector: (object: T) => Selector;
}

export const replicaSets: ReplicatedKind<ReplicaSet> = {
  kind: replicaSet,
  component: 'replicaset-controller',
  selector: ({ spec }) => selectorOf(spec.selector),
};
export const replicationControllers: ReplicatedKind<ReplicationController> = {
  kind: replicationController,
  component: 'replication-controller',
  selector: ({ spec }) => selectorOfLabels(spec.selector),
};
