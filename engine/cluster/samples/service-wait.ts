/** Waits until a Service has its address and, where it has a port on this computer, until somebody answers there: then the link can be given out. */
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { ObjectKey } from '../../api/object.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
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
export async function waitForService(cluster: Cluster, key: ObjectKey, call: NodeCall): Promise<string | StepDetail> {
  const { spec } = await watchUntil<Service>(cluster.client, {
    kind: serviceKind,
    key,
    signal: call.signal,
    accept: (service) => service.spec.clusterIP !== undefined && service.spec.clusterIP !== '',
  });
  const forwards = cluster.forwards.filter(({ namespace, service }) => namespace === key.namespace && service === key.name);
  for (const forward of forwards) await untilAnswered(cluster, forward, call);
  const closed = forwards.find(({ hostPort }) => hostPort === undefined);
  if (closed) return closedPort(closed);
  return forwards.flatMap(({ hostPort }) => (hostPort === undefined ? [] : localAddress(hostPort))).join(', ') || (spec.clusterIP ?? '');
}

async function untilAnswered(cluster: Cluster, forward: Forward, { signal, progress }: NodeCall): Promise<void> {
  // Simulated pods run nothing that could answer.
  if (forward.hostPort === undefined || cluster.options.provider.driver === 'simulated') return;
  for (;;) {
    const answer = await probePort(forward.hostPort);
    if (answer.ok) return;
    progress.detail(detail('no-answer', { address: localAddress(forward.hostPort), reason: answer.message }));
    await wait(cluster.options.clock, askAgainMs, signal);
    signal.throwIfAborted();
  }
}

function closedPort({ nodePort, reason }: Forward): StepDetail {
  return reason === undefined ? detail('port-closed', { port: nodePort }) : detail('port-refused', { port: nodePort, reason });
}

function localAddress(hostPort: number): string {
  return `http://localhost:${hostPort}`;
}
