/** Creates and deletes the pods of a set, and tells of it. Upstream: RealPodControl and slowStartBatch. */
import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { messageOf } from '../../api/message-of.ts';
import { keyOf, type Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Expectations } from '../../client/expectations.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { batchSize, inBatches } from '../in-batches.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';
import type { Replicated } from './replicated.ts';

export interface PodControlOptions<T extends Replicated> {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly expectations: Expectations;
  readonly kind: Kind<T>;
}

export class PodControl<T extends Replicated> {
  readonly #options: PodControlOptions<T>;
  constructor(options: PodControlOptions<T>) {
    this.#options = options;
  }

  /**
   * In batches of 1, 2, 4, … 64: where the first would fail, thousands need not be tried. What was not tried or has failed is not expected any more.
   * Rejects with the first failure, after the batch in which it happened.
   */
  async create(set: Live<T>, count: number): Promise<void> {
    const { expectations } = this.#options;
    const key = keyOf(set);
    expectations.expectCreations(key, count);
    const template = this.#podOf(set);
    let left = count;
    for (let batch = 1; left > 0; batch *= 2) {
      const size = Math.min(batch, batchSize, left);
      const outcomes = await Promise.allSettled(Array.from({ length: size }, () => this.#createOne(set, template)));
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      left -= size;
      if (failed.length === 0) continue;
      expectations.created(key, left + failed.length);
      throw failed[0]?.reason;
    }
  }

  async delete(set: Live<T>, pods: readonly Live<Pod>[]): Promise<void> {
    const { expectations } = this.#options;
    const key = keyOf(set);
    const uids = pods.map(({ metadata }) => metadata.uid);
    expectations.expectDeletions(key, uids);
    const [failure] = await inBatches(pods, (pod) => this.#deleteOne(set, pod));
    if (failure !== undefined) throw failure;
  }

  #podOf(set: Live<T>): Pod {
    const { metadata = {}, spec } = set.spec.template ?? {};
    const { labels = {}, annotations = {}, finalizers = [] } = metadata;
    const { namespace, name } = set.metadata;
    const references = [controllerReference(this.#options.kind as unknown as Kind, set)];
    // A template without containers does not pass validation, so there is a spec; were there none, the API server would say so.
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: `${name}-`, namespace, labels, annotations, finalizers, ownerReferences: references },
      spec: spec ?? { containers: [] },
    };
  }

  async #createOne(set: Live<T>, template: Pod): Promise<void> {
    const { client, events, expectations } = this.#options;
    try {
      const pod = await client.create(podKind, template);
      events.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNamespaceTerminating(error)) {
        // Nothing can be created there any more, and nothing need be.
        expectations.created(keyOf(set));
        return;
      }
      events.event(set, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      throw error;
    }
  }

  async #deleteOne(set: Live<T>, { metadata: { namespace, name, uid } }: Live<Pod>): Promise<void> {
    const { client, events, expectations } = this.#options;
    try {
      await client.delete(podKind, { namespace, name }, { uid });
      events.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      expectations.deleted(keyOf(set), uid);
      // Gone already, or another has its name: that is what we wanted.
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      events.event(set, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      throw error;
    }
  }
}
