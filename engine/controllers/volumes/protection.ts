/**
 * Claims stay until no Pod uses them, volumes until no claim is bound to them: takes off the finalizers that StorageObjectInUseProtection puts on.
 * Upstream: pkg/controller/volume/{pvcprotection,pvprotection}.
 */
import { persistentVolume as volumeKind } from '../../api/kinds/core/persistent-volume.ts';
import { persistentVolumeClaim as claimKind } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { keyOf } from '../../api/object.ts';
import { claimProtection, volumeProtection } from '../../api/storage.ts';
import { Controller, done, onChange, onObject } from '../../client/controller.ts';
import type { ControllerSetup } from '../context.ts';
import { isTerminated } from '../pods.ts';
import { byClaim } from './binder.ts';

export const claimProtectionController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const claims = informers.cache(claimKind);
  const pods = informers.cache(podKind, {}, byClaim);
  return () =>
    new Controller({
      name: 'persistentvolumeclaim-protection-controller',
      clock,
      onError,
      triggers: [onObject(claims), onChange(pods, ({ object }) => byClaim.claim(object))],
      async reconcile(key) {
        const claim = claims.get(key);
        const finalizers = claim?.metadata.finalizers ?? [];
        if (!claim || claim.metadata.deletionTimestamp === undefined || !finalizers.includes(claimProtection)) return done;
        // A Pod that was never given a node has mounted nothing.
        const isUsed = pods.byIndex('claim', key).some((pod) => pod.spec.nodeName && !isTerminated(pod));
        if (isUsed) return done;
        await client.update(claimKind, {
          ...claim,
          metadata: { ...claim.metadata, finalizers: finalizers.filter((one) => one !== claimProtection) },
        });
        return done;
      },
    });
};

export const volumeProtectionController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const volumes = informers.cache(volumeKind);
  return () =>
    new Controller({
      name: 'persistentvolume-protection-controller',
      clock,
      onError,
      triggers: [onChange(volumes, ({ object }) => [keyOf(object)])],
      async reconcile(key) {
        const volume = volumes.get(key);
        const finalizers = volume?.metadata.finalizers ?? [];
        if (!volume || volume.metadata.deletionTimestamp === undefined || !finalizers.includes(volumeProtection)) return done;
        if (volume.status?.phase === 'Bound') return done;
        await client.update(volumeKind, {
          ...volume,
          metadata: { ...volume.metadata, finalizers: finalizers.filter((one) => one !== volumeProtection) },
        });
        return done;
      },
    });
};
