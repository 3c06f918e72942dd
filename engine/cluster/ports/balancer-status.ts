/**
 * Tells clients where a LoadBalancer Service is reached: `status.loadBalancer.ingress` is 127.0.0.1 while this computer carries all its ports there, and
 * empty otherwise. Upstream: pkg/controller (cloud-provider's service controller), whose events these are.
 */
import { isApiError } from '../../api/errors.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { Service } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Forward } from './port-forwarder.ts';

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number];

export interface BalancerChange {
  readonly service: Service;
  readonly ingress: readonly Ingress[];
  /** Why there is no address: the ports that this computer does not carry. */
  readonly problem?: string;
}

/** `Proxy`: connections end here, they are not led on to the address itself, so nodes must not catch what is sent to it. */
const here: Ingress = { ip: '127.0.0.1', ipMode: 'Proxy' };

/** The Services whose status says something else than the ports of this computer. A Service whose ports are not decided yet is left as it is. */
export function balancerChanges(services: readonly Service[], forwards: readonly Forward[]): readonly BalancerChange[] {
  return services.filter(isOurs).flatMap((service): readonly BalancerChange[] => {
    const ports = service.spec.ports ?? [];
    const carried = ports.map(({ port, protocol = 'TCP' }) => forwards.find((one) => isOf(one, service, port, protocol)));
    if (ports.length === 0 || carried.includes(undefined)) return [];
    const problems = carried.flatMap((forward) => (forward && forward.state !== 'listening' ? [problemOf(forward)] : []));
    const ingress = problems.length === 0 ? [here] : [];
    const present = service.status?.loadBalancer?.ingress ?? [];
    if (problems.length === 0 && isSame(present, ingress)) return [];
    return [{ service, ingress, ...(problems.length === 0 ? {} : { problem: problems.join('; ') }) }];
  });
}

/** A class names somebody else's load balancer. */
function isOurs({ spec, metadata }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined;
}
function isOf(forward: Forward, { metadata }: Service, port: number, protocol: string): boolean {
  const isPort = forward.port === port && forward.preferredHostPort === port && forward.protocol === protocol;
  return isPort && forward.service === metadata.name && forward.namespace === metadata.namespace;
}
function problemOf({ port, protocol, state, hostPort, reason }: Forward): string {
  if (state === 'unsupported') return `port ${port}/${protocol} is not carried by this computer`;
  const instead = hostPort === undefined ? '' : `; localhost:${hostPort} leads there instead`;
  return `port ${port} of this computer cannot be opened (${reason})${instead}`;
}
function isSame(one: readonly Ingress[], other: readonly Ingress[]): boolean {
  return one.length === other.length && one.every(({ ip, ipMode }, index) => ip === other[index]?.ip && ipMode === other[index]?.ipMode);
}

export interface BalancerWriter {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly onError: (error: unknown) => void;
  /** Problems that were told, by the Service's uid: each is told once, though the ports of other Services change. */
  readonly told: Map<string, string>;
}

/** Writes what `balancerChanges` found, and says in an event what came of it. */
export async function writeBalancers(changes: readonly BalancerChange[], { client, events, onError, told }: BalancerWriter): Promise<void> {
  for (const { service, ingress, problem } of changes) {
    const { name = '', namespace, uid = '' } = service.metadata;
    if (problem !== undefined && told.get(uid) === problem) continue;
    try {
      if (ingress.length > 0 || (service.status?.loadBalancer?.ingress ?? []).length > 0) {
        const patch = { status: { loadBalancer: { ingress: ingress.length > 0 ? ingress : null } } };
        await client.patch(serviceKind, { name, namespace }, { type: 'merge', patch }, { subresource: 'status' });
      }
      if (problem === undefined) told.delete(uid);
      else told.set(uid, problem);
      if (problem === undefined) events.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
      else
        events.event(
          service,
          'Warning',
          'SyncLoadBalancerFailed',
          `Error syncing load balancer: failed to ensure load balancer: ${problem}`,
        );
    } catch (error) {
      // Deleted meanwhile: there is nobody left to tell.
      if (!isApiError(error, 'NotFound')) onError(error);
    }
  }
}
