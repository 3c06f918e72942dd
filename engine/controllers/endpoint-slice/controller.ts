/**
 * Keeps the EndpointSlices of every Service that has a selector. Upstream: pkg/controller/endpointslice; the annotation with the time of the last change, which
 * only serves upstream's latency metrics, is not written.
 */
import { isApiError } from '../../api/errors.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import { endpointSlice as sliceKind } from '../../api/kinds/discovery/endpoint-slice.ts';
import { messageOf } from '../../api/message-of.ts';
import { keyString, type Live, parseKey } from '../../api/object.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import { Expectations } from '../../client/expectations.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byLabel, byNode } from '../indexes.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';
import { pauseAfter } from '../pause-after.ts';
import { hasSelector, podsOf, servicesAffectedBy } from '../service-pods.ts';
import { managedBy, managedByLabel, type Plan, planEndpointSlices, serviceLabel } from './plan.ts';

const component = 'endpoint-slice-controller';
const byService = { service: (slice: Live<EndpointSlice>): readonly string[] => ourServiceOf(slice) };

export const endpointSliceController: ControllerSetup = (context) => {
  const services = context.informers.cache(serviceKind);
  const slices = context.informers.cache(sliceKind, {}, byService);
  const pods = context.informers.cache(podKind, {}, { ...byLabel, ...byNode });
  const nodes = context.informers.cache(nodeKind);
  return () => {
    const reconciler = new SliceReconciler({ context, services, slices, pods, nodes });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [
        onObject(services),
        onChange(pods, (event) => servicesAffectedBy(event, services)),
        onChange(slices, (event) => reconciler.keysOfSlice(event)),
        onChange(nodes, (event) => reconciler.keysOfNode(event)),
      ],
      reconcile: (key) => reconciler.reconcile(key),
    });
  };
};

/** The Service whose slice this is, when it is one of ours. */
function ourServiceOf({ metadata: { namespace, labels = {} } }: EndpointSlice): readonly string[] {
  const name = labels[serviceLabel];
  return name && labels[managedByLabel] === managedBy ? [keyString({ namespace, name })] : [];
}

interface SliceReconcilerOptions {
  readonly context: ControllerContext;
  readonly services: Cache<Service>;
  readonly slices: Cache<EndpointSlice>;
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
}

class SliceReconciler {
  readonly #options: SliceReconcilerOptions;
  readonly #events: EventRecorder;
  readonly #expectations: Expectations;
  constructor(options: SliceReconcilerOptions) {
    this.#options = options;
    this.#events = options.context.events.recorder(component);
    this.#expectations = new Expectations(options.context.clock);
  }

  keysOfSlice(event: CacheEvent<EndpointSlice>): readonly string[] {
    const keys = ourServiceOf(event.object);
    if (event.type === 'added') for (const key of keys) this.#expectations.created(key);
    return event.type === 'updated' ? [...keys, ...ourServiceOf(event.previous)] : keys;
  }
  /** Only that a node is there, and its zone, is published. */
  keysOfNode(event: CacheEvent<Node>): readonly string[] {
    const zone = ({ metadata }: Node): string | undefined => metadata.labels?.['topology.kubernetes.io/zone'];
    if (event.type === 'updated' && zone(event.object) === zone(event.previous)) return [];
    const { pods, services } = this.#options;
    const affected = pods
      .byIndex('node', event.object.metadata.name)
      .flatMap((object) => servicesAffectedBy({ type: 'added', object }, services));
    return [...new Set(affected)];
  }

  async reconcile(key: string): Promise<Result> {
    const { services, slices, pods, nodes } = this.#options;
    const service = services.get(key);
    if (!service) this.#expectations.forget(key);
    if (!service || service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) return done;
    // The cache does not show yet what was created; that event triggers the next reconcile.
    if (!this.#expectations.satisfied(key)) return after(this.#expectations.leftMs(key));
    const selected = podsOf(service, pods);
    const existing = slices.byIndex('service', key).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const plan = planEndpointSlices({ service, pods: selected, nodeOf: (name) => nodes.get(name), slices: existing });
    await this.#apply(key, service, plan);
    return pauseAfter(selected.length);
  }

  async #apply(key: string, service: Live<Service>, plan: Plan): Promise<void> {
    const { client } = this.#options.context;
    const write = async (call: () => Promise<unknown>): Promise<void> => {
      await call().catch((error: unknown) => {
        if (!isApiError(error, 'Conflict') && !isApiError(error, 'NotFound')) this.#report(key, service, error);
        throw error;
      });
    };
    await this.#create(key, plan.create, write);
    for (const slice of plan.update) await write(() => client.update(sliceKind, slice));
    for (const { metadata } of plan.delete) await write(() => client.delete(sliceKind, metadata, { uid: metadata.uid }));
  }

  async #create(key: string, drafts: readonly EndpointSlice[], write: (call: () => Promise<unknown>) => Promise<void>): Promise<void> {
    if (drafts.length === 0) return;
    this.#expectations.expect(key, { creations: drafts.length, deletions: [] });
    for (const [index, draft] of drafts.entries()) {
      try {
        await write(() => this.#options.context.client.create(sliceKind, draft));
      } catch (error) {
        this.#expectations.created(key, drafts.length - index);
        if (!isNamespaceTerminating(error)) throw error;
        return;
      }
    }
  }

  #report(key: string, service: Live<Service>, error: unknown): void {
    if (isNamespaceTerminating(error)) return;
    const { namespace = '', name } = parseKey(key);
    const reason = messageOf(error);
    this.#events.event(
      service,
      'Warning',
      'FailedToUpdateEndpointSlices',
      `Error updating Endpoint Slices for Service ${namespace}/${name}: ${reason}`,
    );
  }
}
