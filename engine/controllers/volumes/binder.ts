/**
 * Brings PersistentVolumeClaims and PersistentVolumes together, makes volumes for claims of the default provisioner, and reclaims what was released.
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go.
 */
import { isApiError } from '../../api/errors.ts';
import { persistentVolume as volumeKind } from '../../api/kinds/core/persistent-volume.ts';
import { persistentVolumeClaim as claimKind } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { storageClass as classKind } from '../../api/kinds/storage/storage-class.ts';
import { keyOf, keyString, type Live } from '../../api/object.ts';
import { claimsOf } from '../../api/pod-references.ts';
import { bindCompleted, boundByController, classOf, hostPathProvisioner, isFullyBound, provisionedBy } from '../../api/storage.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import { Controller, done, onChange, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { findVolume, isFor, mismatch } from './match.ts';
import { volumeFor } from './provision.ts';

type Claim = Live<PersistentVolumeClaim>;
type Volume = Live<PersistentVolume>;

/** Pods by the claims they use. */
export const byClaim = {
  claim: (pod: Live<Pod>): readonly string[] => claimsOf(pod).map((name) => `${pod.metadata.namespace}/${name}`),
};
const claimPrefix = 'claim ';
const volumePrefix = 'volume ';

export const volumeBinderController: ControllerSetup = (context) => {
  const { informers, clock, onError, events } = context;
  const caches = {
    claims: informers.cache(claimKind),
    volumes: informers.cache(volumeKind),
    classes: informers.cache(classKind),
    pods: informers.cache(podKind, {}, byClaim),
  };
  return () => {
    const binder = new VolumeBinder(context, caches, events.recorder('persistentvolume-controller'));
    const waiting = (): readonly string[] =>
      caches.claims
        .list()
        .filter((claim) => !isFullyBound(claim))
        .map((claim) => claimPrefix + keyOf(claim));
    return new Controller({
      name: 'persistentvolume-binder-controller',
      clock,
      onError,
      triggers: [
        onChange(caches.claims, ({ object }) => [
          claimPrefix + keyOf(object),
          ...(object.spec.volumeName ? [volumePrefix + object.spec.volumeName] : []),
        ]),
        onChange(caches.volumes, ({ object }) => {
          const { claimRef } = object.spec;
          const claim = claimRef ? [claimPrefix + keyString({ namespace: claimRef.namespace, name: claimRef.name ?? '' })] : waiting();
          return [volumePrefix + object.metadata.name, ...claim];
        }),
        onChange(caches.classes, waiting),
        onChange(caches.pods, (event) => (event.type === 'added' ? byClaim.claim(event.object).map((key) => claimPrefix + key) : [])),
      ],
      // One after the other: two claims must not choose the same volume.
      workers: 1,
      reconcile: (key) =>
        key.startsWith(claimPrefix) ? binder.syncClaim(key.slice(claimPrefix.length)) : binder.syncVolume(key.slice(volumePrefix.length)),
    });
  };
};

interface Caches {
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly classes: Cache<StorageClass>;
  readonly pods: Cache<Pod>;
}

class VolumeBinder {
  readonly #context: ControllerContext;
  readonly #caches: Caches;
  readonly #events: EventRecorder;
  constructor(context: ControllerContext, caches: Caches, events: EventRecorder) {
    this.#context = context;
    this.#caches = caches;
    this.#events = events;
  }

  async syncClaim(key: string): Promise<Result> {
    const claim = this.#caches.claims.get(key);
    if (!claim || claim.metadata.deletionTimestamp !== undefined) return done;
    if (claim.metadata.annotations?.[bindCompleted] === undefined) await this.#syncUnbound(claim);
    else await this.#syncBound(claim);
    return done;
  }

  async #syncUnbound(claim: Claim): Promise<void> {
    const { volumeName } = claim.spec;
    if (volumeName) return this.#syncPrebound(claim, this.#caches.volumes.get(volumeName));
    const storageClass = this.#caches.classes.get(classOf(claim));
    const found = findVolume(claim, this.#caches.volumes.list());
    if (found && (isFor(found, claim) || !this.#waits(claim, storageClass))) return this.#bind(claim, found);
    const className = classOf(claim);
    if (className === '')
      return this.#tell(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    if (!storageClass)
      return this.#tell(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`);
    if (this.#waits(claim, storageClass))
      return this.#tell(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    await this.#provision(claim, storageClass);
  }

  /** Until a Pod uses the claim. Our volumes are the same on every node, so it does not matter where it will run. */
  #waits(claim: Claim, storageClass: StorageClass | undefined): boolean {
    return storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && this.#caches.pods.byIndex('claim', keyOf(claim)).length === 0;
  }

  async #syncPrebound(claim: Claim, volume: Volume | undefined): Promise<void> {
    if (!volume) return;
    if (isFor(volume, claim) || !volume.spec.claimRef) {
      const problem = mismatch(volume, claim);
      if (problem === undefined || volume.spec.claimRef?.uid === claim.metadata.uid) return this.#bind(claim, volume);
      return this.#tell(
        claim,
        'Warning',
        'VolumeMismatch',
        `Cannot bind to requested volume ${JSON.stringify(volume.metadata.name)}: ${problem}`,
      );
    }
    this.#tell(claim, 'Warning', 'FailedBinding', `volume ${JSON.stringify(volume.metadata.name)} already bound to a different claim.`);
  }

  async #syncBound(claim: Claim): Promise<void> {
    const volume = claim.spec.volumeName ? this.#caches.volumes.get(claim.spec.volumeName) : undefined;
    if (!claim.spec.volumeName)
      return this.#lose(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
    if (!volume) return this.#lose(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) return this.#bind(claim, volume);
    await this.#lose(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }

  async #lose(claim: Claim, reason: string, message: string): Promise<void> {
    if (claim.status?.phase === 'Lost') return;
    this.#events.event(claim, 'Warning', reason, message);
    await this.#context.client.update(claimKind, { ...claim, status: { phase: 'Lost' } }, { subresource: 'status' });
  }

  /** Volume first, then claim, each with its status; what is done already is skipped. */
  async #bind(claim: Claim, volume: Volume): Promise<void> {
    const { client } = this.#context;
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    let bound = volume;
    if (volume.spec.claimRef?.uid !== uid) {
      const mark = volume.spec.claimRef ? {} : { [boundByController]: 'yes' };
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
      const annotations = { ...volume.metadata.annotations, ...mark };
      bound = await client.update(volumeKind, {
        ...volume,
        metadata: { ...volume.metadata, annotations },
        spec: { ...volume.spec, claimRef },
      });
    }
    await this.#setPhase(bound, 'Bound');
    let held = claim;
    if (!isFullyBound(claim) || claim.spec.volumeName !== volume.metadata.name) {
      const mark = claim.spec.volumeName ? {} : { [boundByController]: 'yes' };
      const annotations = { ...claim.metadata.annotations, ...mark, [bindCompleted]: 'yes' };
      const spec = { ...claim.spec, volumeName: volume.metadata.name };
      held = await client.update(claimKind, { ...claim, metadata: { ...claim.metadata, annotations }, spec });
    }
    const { accessModes, capacity } = volume.spec;
    if (held.status?.phase === 'Bound') return;
    await client.update(
      claimKind,
      { ...held, status: { ...held.status, phase: 'Bound', accessModes, capacity } },
      { subresource: 'status' },
    );
  }

  async #provision(claim: Claim, storageClass: StorageClass): Promise<void> {
    const { provisioner } = storageClass;
    if (provisioner === 'kubernetes.io/no-provisioner') return;
    if (provisioner !== hostPathProvisioner) {
      const wait = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator.`;
      const hint = 'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
      return this.#tell(claim, 'Normal', 'ExternalProvisioning', `${wait} ${hint}`);
    }
    const volume = volumeFor(claim, storageClass);
    try {
      await this.#context.client.create(volumeKind, volume);
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
      return;
    }
    this.#events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`);
  }

  async syncVolume(name: string): Promise<Result> {
    const volume = this.#caches.volumes.get(name);
    if (!volume) return done;
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      await this.#setPhase(volume, 'Available');
      return done;
    }
    const claim = this.#caches.claims.get(keyString({ namespace: claimRef.namespace, name: claimRef.name ?? '' }));
    // The claim's own turn does the rest.
    if (claim?.metadata.uid === claimRef.uid) return done;
    await this.#release(volume);
    return done;
  }

  async #release(volume: Volume): Promise<void> {
    if (volume.status?.phase !== 'Failed') await this.#setPhase(volume, 'Released');
    const { persistentVolumeReclaimPolicy: policy } = volume.spec;
    if (volume.metadata.deletionTimestamp !== undefined) return;
    if (policy === 'Delete') return this.#delete(volume);
    if (policy === 'Recycle' && volume.status?.phase !== 'Failed') {
      this.#events.event(volume, 'Warning', 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
      await this.#setPhase(volume, 'Failed');
    }
  }

  async #delete(volume: Volume): Promise<void> {
    const provisioner = volume.metadata.annotations?.[provisionedBy];
    if (provisioner !== hostPathProvisioner) {
      if (provisioner !== undefined || volume.status?.phase === 'Failed') return;
      this.#events.event(
        volume,
        'Warning',
        'VolumeFailedDelete',
        `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata.name)}: no deletable volume plugin matched`,
      );
      return this.#setPhase(volume, 'Failed');
    }
    await this.#context.removeStorage?.(volume.spec.hostPath?.path ?? '');
    await this.#context.client.delete(volumeKind, { name: volume.metadata.name }, { uid: volume.metadata.uid }).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error;
    });
  }

  async #setPhase(volume: Volume, phase: string): Promise<void> {
    if (volume.status?.phase === phase) return;
    const { namespace: _, ...metadata } = volume.metadata;
    await this.#context.client.patch(volumeKind, metadata, { type: 'merge', patch: { status: { phase } } }, { subresource: 'status' });
  }

  #tell(claim: Claim, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.event(claim, type, reason, message);
  }
}
