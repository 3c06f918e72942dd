/** Makes the claims of Pods' ephemeral volumes; they go with their Pod. Upstream: pkg/controller/volume/ephemeral. */
import { isApiError } from '../../api/errors.ts';
import { persistentVolumeClaim as claimKind } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { messageOf } from '../../api/message-of.ts';
import { keyOf, type Live } from '../../api/object.ts';
import { claimOf } from '../../api/pod-references.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/types.gen.ts';
import { Controller, done, onChange } from '../../client/controller.ts';
import type { ControllerSetup } from '../context.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';

export const ephemeralVolumeController: ControllerSetup = ({ client, clock, informers, events, onError }) => {
  const pods = informers.cache(podKind);
  const claims = informers.cache(claimKind);
  return () => {
    const recorder = events.recorder('ephemeral_volume');
    const make = async (pod: Live<Pod>, wanted: PersistentVolumeClaim): Promise<void> => {
      try {
        await client.create(claimKind, wanted);
      } catch (error) {
        if (isApiError(error, 'AlreadyExists') || isNamespaceTerminating(error)) return;
        recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume: create PVC ${wanted.metadata.name}: ${messageOf(error)}`);
        throw error;
      }
    };
    return new Controller({
      name: 'ephemeral-volume-controller',
      clock,
      onError,
      triggers: [
        onChange(pods, ({ type, object }) =>
          type === 'added' && object.spec.volumes?.some(({ ephemeral }) => ephemeral) ? [keyOf(object)] : [],
        ),
      ],
      async reconcile(key) {
        const pod = pods.get(key);
        if (!pod || pod.metadata.deletionTimestamp !== undefined) return done;
        for (const wanted of claimsOf(pod)) if (!claims.get(keyOf(wanted))) await make(pod, wanted);
        return done;
      },
    });
  };
};

function claimsOf(pod: Live<Pod>): readonly PersistentVolumeClaim[] {
  const { namespace, name: podName, uid } = pod.metadata;
  const owner = { apiVersion: 'v1', kind: 'Pod', name: podName, uid, controller: true, blockOwnerDeletion: true };
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const template = volume.ephemeral?.volumeClaimTemplate;
    const name = claimOf(pod, volume);
    if (!template || name === undefined) return [];
    const { labels, annotations } = template.metadata ?? {};
    const metadata = { name, namespace, ownerReferences: [owner], ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    return [{ metadata, spec: template.spec }];
  });
}
