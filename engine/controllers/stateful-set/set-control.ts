/** Carries out the steps of a StatefulSet and tells of them. Upstream: pkg/controller/statefulset/stateful_pod_control.go. */
import { isApiError } from '../../api/errors.ts';
import { persistentVolumeClaim as claimKind } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { messageOf } from '../../api/message-of.ts';
import { keyOf, keyString, type Live } from '../../api/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Expectations } from '../../client/expectations.ts';
import { claimOwners } from './claim-owners.ts';
import { claimsOf, withIdentity } from './identity.ts';
import type { Step } from './plan.ts';

export interface SetControlOptions {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly expectations: Expectations;
  readonly claims: Cache<PersistentVolumeClaim>;
}

export class SetControl {
  readonly #options: SetControlOptions;
  constructor(options: SetControlOptions) {
    this.#options = options;
  }

  /** Rejects with what went wrong; what was expected of it is expected no longer. */
  async take(set: Live<StatefulSet>, step: Step): Promise<void> {
    const { expectations } = this.#options;
    switch (step.type) {
      case 'create':
        return this.#create(set, step).catch((error: unknown) => {
          expectations.created(keyOf(set));
          throw error;
        });
      case 'delete':
        return this.#delete(set, step.pod);
      case 'identify':
        return this.#told(set, 'update', step.pod.metadata.name, async () => {
          await this.#createClaims(set, step);
          const { metadata, spec } = withIdentity(set, step.pod);
          await this.#options.client.update(podKind, { ...step.pod, metadata, spec });
        });
      case 'claims':
        if (step.create) await this.#createClaims(set, step);
        await this.#fixOwners(set, step.pod, step.ordinal);
    }
  }

  async #create(set: Live<StatefulSet>, { pod, ordinal }: Extract<Step, { type: 'create' }>): Promise<void> {
    try {
      await this.#createClaims(set, { pod, ordinal });
      await this.#options.client.create(podKind, pod);
    } catch (error) {
      // Somebody else's pod has the name, or the cache is late: the next round sees which.
      if (!isApiError(error, 'AlreadyExists')) this.#tell(set, 'create', pod.metadata.name, error);
      throw error;
    }
    this.#tell(set, 'create', pod.metadata.name);
  }

  async #delete(set: Live<StatefulSet>, { metadata: { namespace, name, uid } }: Live<Pod>): Promise<void> {
    const { client, expectations } = this.#options;
    try {
      await client.delete(podKind, { namespace, name }, { uid });
    } catch (error) {
      expectations.deleted(keyOf(set), uid);
      // Gone already, or another has its name: that is what we wanted.
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      this.#tell(set, 'delete', name, error);
      throw error;
    }
    this.#tell(set, 'delete', name);
  }

  /** Those that are not there. Rejects when one cannot be made, or is about to go. */
  async #createClaims(set: Live<StatefulSet>, { pod, ordinal }: { readonly pod: Pod; readonly ordinal: number }): Promise<void> {
    const { client, events, claims } = this.#options;
    const problems: string[] = [];
    for (const { claim } of claimsOf(set, ordinal)) {
      const { namespace, name = '' } = claim.metadata;
      const known = claims.get(keyString({ namespace, name }));
      if (known?.metadata.deletionTimestamp !== undefined) problems.push(`pvc ${name} is being deleted`);
      if (known) continue;
      const whose = `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
      try {
        await client.create(claimKind, claim);
        events.event(set, 'Normal', 'SuccessfulCreate', `create Claim ${name} ${whose} success`);
      } catch (error) {
        // The cache is late.
        if (isApiError(error, 'AlreadyExists')) continue;
        problems.push(`failed to create PVC ${name}: ${messageOf(error)}`);
        events.event(set, 'Warning', 'FailedCreate', `create Claim ${name} for ${whose} failed error: ${messageOf(error)}`);
      }
    }
    if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  }

  async #fixOwners(set: Live<StatefulSet>, pod: Live<Pod>, ordinal: number): Promise<void> {
    const { client, events, claims } = this.#options;
    for (const { claim: wanted } of claimsOf(set, ordinal)) {
      const claim = claims.get(keyOf({ metadata: wanted.metadata }));
      if (!claim) continue;
      const { references, isForeign } = claimOwners({ claim, set, pod });
      const conflict = 'has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim';
      if (isForeign) events.event(set, 'Warning', 'ConflictingController', `PersistentVolumeClaim ${claim.metadata.name} ${conflict}`);
      if (references) await client.update(claimKind, { ...claim, metadata: { ...claim.metadata, ownerReferences: references } });
    }
  }

  async #told(set: Live<StatefulSet>, verb: Verb, pod: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#tell(set, verb, pod, error);
      throw error;
    }
    this.#tell(set, verb, pod);
  }
  #tell(set: Live<StatefulSet>, verb: Verb, pod: string | undefined, error?: unknown): void {
    const { events } = this.#options;
    const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    const reason = reasons[verb];
    if (error === undefined) events.event(set, 'Normal', `Successful${reason}`, `${what} successful`);
    else events.event(set, 'Warning', `Failed${reason}`, `${what} failed error: ${messageOf(error)}`);
  }
}
type Verb = 'create' | 'update' | 'delete';
const reasons: Readonly<Record<Verb, string>> = { create: 'Create', update: 'Update', delete: 'Delete' };
