/** Creates and deletes the pods of an owner, and tells of it. Upstream: RealPodControl and slowStartBatch in pkg/controller. */
import { isApiError } from '../api/errors.ts';
import type { Kind } from '../api/kind.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { messageOf } from '../api/message-of.ts';
import { type KubeObject, keyOf, type Live } from '../api/object.ts';
import type { Pod, PodTemplateSpec } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Expectations } from '../client/expectations.ts';
import { controllerReference } from '../client/owner-references.ts';
import { batchSize, inBatches } from './in-batches.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';

export interface PodControlOptions<T extends KubeObject> {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly expectations: Expectations;
  readonly kind: Kind<T>;
}
export interface PodChange {
  readonly create?: readonly Pod[];
  readonly delete?: readonly Live<Pod>[];
}

export class PodControl<T extends KubeObject> {
  readonly #options: PodControlOptions<T>;
  constructor(options: PodControlOptions<T>) {
    this.#options = options;
  }

  /** A pod of the owner, named after it. */
  podOf(owner: Live<T>, { metadata = {}, spec }: PodTemplateSpec): Pod {
    const { labels = {}, annotations = {}, finalizers = [] } = metadata;
    const { namespace, name } = owner.metadata;
    const references = [controllerReference(this.#options.kind as unknown as Kind, owner)];
    // A template without containers does not pass validation, so there is a spec; were there none, the API server would say so.
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: `${name}-`, namespace, labels, annotations, finalizers, ownerReferences: references },
      spec: spec ?? { containers: [] },
    };
  }

  /** Expects all of it, then creates and deletes; both are tried to the end. Rejects with the first failure. */
  async apply(owner: Live<T>, { create = [], delete: doomed = [] }: PodChange): Promise<void> {
    const deletions = doomed.map(({ metadata }) => metadata.uid);
    this.#options.expectations.expect(keyOf(owner), { creations: create.length, deletions });
    const [creation] = await Promise.allSettled([this.#create(owner, create)]);
    const [deletion] = await inBatches(doomed, (pod) => this.#deleteOne(owner, pod));
    if (creation.status === 'rejected') throw creation.reason;
    if (deletion !== undefined) throw deletion;
  }

  /**
   * In batches of 1, 2, 4, … 64: where the first would fail, thousands need not be tried. What was not tried or has failed is not expected any more.
   * Rejects with the first failure, after the batch in which it happened.
   */
  async #create(owner: Live<T>, pods: readonly Pod[]): Promise<void> {
    for (let batch = 1, start = 0; start < pods.length; start += batch, batch = Math.min(2 * batch, batchSize)) {
      const tried = pods.slice(start, start + batch);
      const outcomes = await Promise.allSettled(tried.map((pod) => this.#createOne(owner, pod)));
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      if (failed.length === 0) continue;
      this.#options.expectations.created(keyOf(owner), pods.length - start - tried.length + failed.length);
      throw failed[0]?.reason;
    }
  }

  async #createOne(owner: Live<T>, template: Pod): Promise<void> {
    const { client, events, expectations } = this.#options;
    try {
      const pod = await client.create(podKind, template);
      events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNamespaceTerminating(error)) {
        // Nothing can be created there any more, and nothing need be.
        expectations.created(keyOf(owner));
        return;
      }
      events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      throw error;
    }
  }

  async #deleteOne(owner: Live<T>, { metadata: { namespace, name, uid } }: Live<Pod>): Promise<void> {
    const { client, events, expectations } = this.#options;
    try {
      await client.delete(podKind, { namespace, name }, { uid });
      events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      expectations.deleted(keyOf(owner), uid);
      // Gone already, or another has its name: that is what we wanted.
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      events.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      throw error;
    }
  }
}
