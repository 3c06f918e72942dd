/** The port map's left side: the ports of this computer, and what answers behind them. */
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { Forward } from '../../cluster/ports/port-forwarder.ts';
import { probePort } from '../../cluster/ports/probe-port.ts';
import type { HostPort } from '../contract.ts';
import { type PortsArea, untilAborted } from '../handler-types.ts';

export function portsArea(manager: ClusterManager): PortsArea {
  return {
    calls: {
      'ports.probe': async ({ cluster, id }) => {
        const forward = (await manager.running(cluster)).forwards.find((candidate) => candidate.id === id);
        if (forward?.hostPort === undefined)
          return { ok: false, elapsedMs: 0, reason: 'not-listening', message: forward?.reason ?? 'no port is open' };
        return probePort(forward.hostPort);
      },
    },
    subscriptions: {
      'ports.watch': async ({ cluster: name }, { emit, signal }) => {
        const cluster = await manager.running(name);
        const unsubscribe = manager.subscribe(
          (event) => event.type === 'forwards' && event.cluster === name && emit(event.forwards.map(hostPort)),
        );
        emit(cluster.forwards.map(hostPort));
        await untilAborted(signal);
        unsubscribe();
      },
    },
  };
}

function hostPort(forward: Forward): HostPort {
  return { ...forward, ...(forward.hostPort === undefined ? {} : { url: `http://localhost:${forward.hostPort}` }) };
}
