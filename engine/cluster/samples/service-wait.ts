/** Waits until a Service has its address and, where it has a port on this computer, until somebody answers there: then the link can be given out. */
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { ObjectKey } from '../../api/object.ts';
import type { Service } from '../../api/types.gen.ts';
import { wait } from '../../client/wait.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';
import type { Cluster } from '../cluster.ts';
import type { Forward } from '../ports/port-forwarder.ts';
import { probePort } from '../ports/probe-port.ts';
import { watchUntil } from './watch-until.ts';

/** A program that has just started listens a moment later; nothing tells when, so it is asked. */
const askAgainMs = 100;

/** Resolves to where it answers: `http://localhost:31000`, or its cluster IP. */
export async function waitForService(cluster: Cluster, key: ObjectKey, call: NodeCall): Promise<string> {
  const { spec } = await watchUntil<Service>(cluster.client, {
    kind: serviceKind,
    key,
    signal: call.signal,
    accept: (service) => service.spec.clusterIP !== undefined && service.spec.clusterIP !== '',
  });
  const forwards = cluster.forwards.filter(({ namespace, service }) => namespace === key.namespace && service === key.name);
  for (const forward of forwards) await untilAnswered(cluster, forward, call);
  return forwards.length === 0 ? (spec.clusterIP ?? '') : forwards.map(addressOf).join(', ');
}

async function untilAnswered(cluster: Cluster, forward: Forward, { signal, progress }: NodeCall): Promise<void> {
  // Simulated pods run nothing that could answer.
  if (forward.hostPort === undefined || cluster.options.provider.driver === 'simulated') return;
  for (;;) {
    const answer = await probePort(forward.hostPort);
    if (answer.ok) return;
    progress.detail(`${addressOf(forward)} does not answer yet: ${answer.message}`);
    await wait(cluster.options.clock, askAgainMs, signal);
    signal.throwIfAborted();
  }
}

function addressOf({ hostPort, nodePort, reason }: Forward): string {
  if (hostPort === undefined) return `port ${nodePort} is not open on this computer${reason === undefined ? '' : `: ${reason}`}`;
  return `http://localhost:${hostPort}`;
}
