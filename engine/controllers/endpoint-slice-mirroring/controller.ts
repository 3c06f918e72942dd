/**
 * Mirrors Endpoints that people write for Services without a selector into EndpointSlices, which are what nodes read.
 * Upstream: pkg/controller/endpointslicemirroring.
 */
import { isApiError } from '../../api/errors.ts';
import { endpoints as endpointsKind } from '../../api/kinds/core/endpoints.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import { endpointSlice as sliceKind } from '../../api/kinds/discovery/endpoint-slice.ts';
import { type Json, keyString, type Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { EndpointSlice, Endpoints } from '../../api/types.gen.ts';
import { Controller, done, onChange, onObject } from '../../client/controller.ts';
import type { ControllerSetup } from '../context.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';
import { hasSelector } from '../service-pods.ts';
import { templateHash } from '../template.ts';
import { isMirrored, managedByLabel, mirroredBy, planSlices, serviceLabel } from './plan.ts';

const byMirrored = { mirrored: (slice: Live<EndpointSlice>): readonly string[] => mirroredOf(slice) };

function mirroredOf({ metadata: { namespace, labels = {} } }: Live<EndpointSlice>): readonly string[] {
  const name = labels[serviceLabel];
  return name && labels[managedByLabel] === mirroredBy ? [keyString({ namespace, name })] : [];
}

export const endpointSliceMirroringController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const services = informers.cache(serviceKind);
  const endpoints = informers.cache(endpointsKind);
  const slices = informers.cache(sliceKind, {}, byMirrored);
  const wanted = (key: string, source: Live<Endpoints> | undefined): readonly EndpointSlice[] => {
    const service = services.get(key);
    if (!service || hasSelector(service) || !source || source.metadata.deletionTimestamp !== undefined || !isMirrored(source)) return [];
    return planSlices(source, nameOf);
  };
  const write = async (next: EndpointSlice, present: Live<EndpointSlice> | undefined): Promise<void> => {
    if (!present) await client.create(sliceKind, next);
    else if (!isSameSlice(present, next)) await client.update(sliceKind, { ...next, metadata: { ...present.metadata, ...next.metadata } });
  };
  return () =>
    new Controller({
      name: 'endpointslicemirroring-controller',
      clock,
      onError,
      triggers: [onObject(services), onObject(endpoints), onChange(slices, ({ object }) => mirroredOf(object))],
      async reconcile(key) {
        const plan = wanted(key, endpoints.get(key));
        const present = new Map(slices.byIndex('mirrored', key).map((slice) => [slice.metadata.name, slice]));
        try {
          for (const next of plan) {
            await write(next, present.get(next.metadata.name ?? ''));
            present.delete(next.metadata.name ?? '');
          }
          for (const { metadata } of present.values()) await client.delete(sliceKind, metadata, { uid: metadata.uid });
        } catch (error) {
          if (!isNamespaceTerminating(error) && !isApiError(error, 'NotFound')) throw error;
        }
        return done;
      },
    });
};

/** Upstream draws names; the same for the same set spares the question whether one was made that the cache does not show yet. */
function nameOf(base: string, set: object): string {
  return `${base}-${templateHash({ metadata: { annotations: { set: JSON.stringify(set) } } })}`;
}

function isSameSlice(present: Live<EndpointSlice>, next: EndpointSlice): boolean {
  const shown = ({ metadata, endpoints, ports }: EndpointSlice) =>
    // Decoded from JSON, or made of such.
    ({ labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, endpoints, ports }) as unknown as Json;
  return sameJson(shown(present), shown(next));
}
