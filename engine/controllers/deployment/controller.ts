/** Rolls Deployments out. Upstream: pkg/controller/deployment. */
import { isApiError } from '../../api/errors.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { type Json, keyOf, keyString, type Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import { matchesLabels, selectorOf } from '../../api/selector.ts';
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, onOwned, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import { OwnWrites } from '../../client/own-writes.ts';
import { claim, controllerOf } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byController, orphansOf, ownedBy } from '../indexes.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';
import { sameTemplate } from '../template.ts';
import { type Plan, planDeployment } from './plan.ts';
import { isRolling } from './replica-sets.ts';
import { hasDeadline, withCondition } from './status.ts';

const component = 'deployment-controller';

export const deploymentController: ControllerSetup = (context) => {
  const deployments = context.informers.cache(deploymentKind);
  const replicaSets = context.informers.cache(replicaSetKind, {}, byController);
  const pods = context.informers.cache(podKind, {}, byController);
  return () => {
    const reconciler = new DeploymentReconciler({ context, deployments, replicaSets, pods });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [
        onObject(deployments),
        onOwned(replicaSets, 'Deployment'),
        onChange(replicaSets, (event) => reconciler.wanting(event)),
        onChange(pods, (event) => reconciler.waitingFor(event)),
      ],
      reconcile: (key) => reconciler.reconcile(key),
    });
  };
};

interface DeploymentReconcilerOptions {
  readonly context: ControllerContext;
  readonly deployments: Cache<Deployment>;
  readonly replicaSets: Cache<ReplicaSet>;
  readonly pods: Cache<Pod>;
}

class DeploymentReconciler {
  readonly #options: DeploymentReconcilerOptions;
  readonly #written = new OwnWrites();
  readonly #events: EventRecorder;
  constructor(options: DeploymentReconcilerOptions) {
    this.#options = options;
    this.#events = options.context.events.recorder(component);
  }

  /** The Deployments that would adopt a ReplicaSet nobody controls. */
  wanting({ type, object }: CacheEvent<ReplicaSet>): readonly string[] {
    if (type === 'deleted' || controllerOf(object)) return [];
    return this.#options.deployments
      .list(object.metadata.namespace)
      .filter(({ spec }) => matchesLabels(selectorOf(spec.selector), object.metadata.labels))
      .map(keyOf);
  }
  /** A Deployment that recreates goes on when the last old pod is really gone; no ReplicaSet tells of that. */
  waitingFor({ type, object }: CacheEvent<Pod>): readonly string[] {
    if (type !== 'deleted') return [];
    const { deployments, replicaSets } = this.#options;
    const { namespace } = object.metadata;
    const set = replicaSets.get(keyString({ namespace, name: controllerOf(object)?.name ?? '' }));
    const key = keyString({ namespace, name: (set && controllerOf(set)?.name) ?? '' });
    const deployment = deployments.get(key);
    return deployment && !isRolling(deployment) ? [key] : [];
  }

  async reconcile(key: string): Promise<Result> {
    const { context, deployments, replicaSets, pods } = this.#options;
    const deployment = deployments.get(key);
    if (!deployment) {
      this.#written.forget(key);
      return done;
    }
    const { matchLabels = {}, matchExpressions = [] } = deployment.spec.selector;
    if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return this.#refuse(deployment);
    const claimed = await claim({
      client: context.client,
      ownerKind: deploymentKind,
      owner: deployment,
      kind: replicaSetKind,
      selector: selectorOf(deployment.spec.selector),
      candidates: [...ownedBy(replicaSets, deployment), ...orphansOf(replicaSets, deployment.metadata.namespace)],
    });
    // Our own last change is not in the cache yet: a plan made now would count pods that are on their way out. The change wakes us.
    if (!this.#written.areShownIn(key, claimed)) return done;
    const podsOf = ({ metadata: { uid } }: ReplicaSet): readonly Pod[] => (uid ? pods.byIndex('controller', uid) : []);
    const plan = planDeployment({ deployment, replicaSets: claimed, podsOf, nowMs: context.clock.now() });
    await this.#apply(deployment, plan);
    return plan.wakeMs === undefined ? done : after(plan.wakeMs);
  }

  async #refuse(deployment: Live<Deployment>): Promise<Result> {
    this.#events.event(deployment, 'Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
    const { generation = 0 } = deployment.metadata;
    if ((deployment.status?.observedGeneration ?? 0) < generation)
      await this.#writeStatus(deployment, { ...deployment.status, observedGeneration: generation });
    return done;
  }

  async #apply(deployment: Live<Deployment>, plan: Plan): Promise<void> {
    if (plan.create && !(await this.#create(deployment, plan.create))) return;
    for (const set of plan.update) await this.#update(deployment, set);
    for (const { metadata } of plan.delete) await this.#delete(metadata);
    const noted = plan.revision === undefined ? deployment : await this.#noteRevision(deployment, plan.revision);
    await this.#writeStatus(noted, plan.status);
  }

  /** False when another name must be tried, or nothing can be created there any more. */
  async #create(deployment: Live<Deployment>, set: ReplicaSet): Promise<boolean> {
    const { name = '', namespace } = set.metadata;
    try {
      await this.#options.context.client.create(replicaSetKind, set);
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return this.#meet(deployment, keyString({ namespace, name }));
      if (isNamespaceTerminating(error)) return false;
      await this.#reportFailure(
        deployment,
        `Failed to create new replica set "${name}": ${error instanceof Error ? error.message : error}`,
      );
      throw error;
    }
    const size = set.spec.replicas ?? 0;
    if (size > 0) this.#events.event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
    return true;
  }
  /** The name is taken: by our own that the cache has not shown yet, or by a stranger, then the next round makes another hash. */
  async #meet(deployment: Live<Deployment>, key: string): Promise<boolean> {
    const { client } = this.#options.context;
    const [namespace = '', name = ''] = key.split('/');
    const found = await client.get(replicaSetKind, { namespace, name });
    if (controllerOf(found)?.uid === deployment.metadata.uid && sameTemplate(found.spec.template, deployment.spec.template)) return false;
    const { status = {} } = deployment;
    await this.#writeStatus(deployment, { ...status, collisionCount: (status.collisionCount ?? 0) + 1 });
    return false;
  }
  async #reportFailure(deployment: Live<Deployment>, message: string): Promise<void> {
    this.#events.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
    if (!hasDeadline(deployment)) return;
    const draft = { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message } as const;
    const conditions = withCondition(deployment.status?.conditions ?? [], draft, this.#options.context.clock.now());
    await this.#writeStatus(deployment, { ...deployment.status, conditions });
  }

  async #update(deployment: Live<Deployment>, set: ReplicaSet): Promise<void> {
    const { client } = this.#options.context;
    const before = this.#options.replicaSets.get(keyOf(set))?.spec.replicas ?? 1;
    const written = await client.update(replicaSetKind, set);
    this.#written.wrote(keyOf(deployment), written);
    const size = set.spec.replicas ?? 1;
    if (size === before) return;
    const message = `Scaled ${size > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${size}`;
    this.#events.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  async #delete({ namespace, name = '' }: ReplicaSet['metadata']): Promise<void> {
    try {
      await this.#options.context.client.delete(replicaSetKind, { namespace, name });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }

  async #noteRevision(deployment: Live<Deployment>, revision: string): Promise<Live<Deployment>> {
    const { resourceVersion } = deployment.metadata;
    const patch = { metadata: { resourceVersion, annotations: { 'deployment.kubernetes.io/revision': revision } } };
    return this.#options.context.client.patch(deploymentKind, deployment.metadata, { type: 'merge', patch });
  }
  async #writeStatus(deployment: Live<Deployment>, status: DeploymentStatus): Promise<void> {
    // Both are JSON: one came over the API, the other is made of numbers, strings and conditions.
    if (sameJson(deployment.status as unknown as Json, status as unknown as Json)) return;
    await this.#options.context.client.update(deploymentKind, { ...deployment, status }, { subresource: 'status' });
  }
}
