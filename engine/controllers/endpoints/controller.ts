/** Keeps the Endpoints object of every Service that has a selector. Upstream: pkg/controller/endpoint. */
import { isApiError } from '../../api/errors.ts';
import { endpoints as endpointsKind } from '../../api/kinds/core/endpoints.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import { messageOf } from '../../api/message-of.ts';
import { type Json, type Live, parseKey } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { Endpoints, Pod, Service } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import { Controller, done, onChange, onObject, type Result } from '../../client/controller.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byLabel } from '../indexes.ts';
import { isNamespaceTerminating } from '../namespace-terminating.ts';
import { pauseAfter } from '../pause-after.ts';
import { hasSelector, podsOf, servicesAffectedBy } from '../service-pods.ts';
import { planEndpoints } from './plan.ts';

const component = 'endpoint-controller';

export const endpointsController: ControllerSetup = (context) => {
  const services = context.informers.cache(serviceKind);
  const endpoints = context.informers.cache(endpointsKind);
  const pods = context.informers.cache(podKind, {}, byLabel);
  return () => {
    const reconciler = new EndpointsReconciler({ context, services, endpoints, pods });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [onObject(services), onObject(endpoints), onChange(pods, (event) => servicesAffectedBy(event, services))],
      reconcile: (key) => reconciler.reconcile(key),
    });
  };
};

interface EndpointsReconcilerOptions {
  readonly context: ControllerContext;
  readonly services: Cache<Service>;
  readonly endpoints: Cache<Endpoints>;
  readonly pods: Cache<Pod>;
}

class EndpointsReconciler {
  readonly #options: EndpointsReconcilerOptions;
  constructor(options: EndpointsReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: string): Promise<Result> {
    const { services, endpoints, pods } = this.#options;
    const service = services.get(key);
    const current = endpoints.get(key);
    if (!service) return this.#remove(key, current);
    if (!hasSelector(service)) return done;
    const selected = podsOf(service, pods);
    const next = planEndpoints(service, selected, current);
    if (!current || !sameEndpoints(current, next)) await this.#write(service, current, next);
    return pauseAfter(selected.length);
  }

  /** Of a Service that is gone; what others lock or announce with an Endpoints object of their own is none of our business. */
  async #remove(key: string, current: Live<Endpoints> | undefined): Promise<Result> {
    if (!current?.metadata.labels?.['endpoints.kubernetes.io/managed-by']) return done;
    try {
      await this.#options.context.client.delete(endpointsKind, parseKey(key), { uid: current.metadata.uid });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
    return done;
  }

  async #write(service: Live<Service>, current: Live<Endpoints> | undefined, next: Endpoints): Promise<void> {
    const { client, events } = this.#options.context;
    try {
      await (current ? client.update(endpointsKind, next) : client.create(endpointsKind, next));
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      // The cache was behind; the next round knows better.
      if (isApiError(error, 'Conflict') || isApiError(error, 'AlreadyExists')) throw error;
      const { namespace, name } = service.metadata;
      const reason = messageOf(error);
      const [event, message] = current
        ? ['FailedToUpdateEndpoint', `Failed to update endpoint ${namespace}/${name}: ${reason}`]
        : ['FailedToCreateEndpoint', `Failed to create endpoint for service ${namespace}/${name}: ${reason}`];
      events.recorder(component).event(current ?? service, 'Warning', event ?? '', message ?? '');
      throw error;
    }
  }
}

function sameEndpoints(a: Endpoints, b: Endpoints): boolean {
  const content = ({ metadata: { labels = {}, annotations = {} }, subsets = [] }: Endpoints): Json =>
    // Everything here came over the API or was made of strings and numbers.
    ({ labels, annotations, subsets }) as unknown as Json;
  return sameJson(content(a), content(b));
}
