/** The port map's left side: the ports of this computer, and what answers behind them. */
import { request } from 'node:http';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { Forward } from '../../cluster/ports/port-forwarder.ts';
import type { HostPort, ProbeResult } from '../contract.ts';
import { type PortsArea, untilAborted } from '../handler-types.ts';

const probeTimeoutMs = 3000;

export function portsArea(manager: ClusterManager): PortsArea {
  return {
    calls: {
      'ports.probe': async ({ cluster, id }) => {
        const forward = (await manager.running(cluster)).forwards.find((candidate) => candidate.id === id);
        if (forward?.hostPort === undefined)
          return { ok: false, elapsedMs: 0, reason: 'not-listening', message: forward?.reason ?? 'no port is open' };
        return probe(forward.hostPort);
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

/** One GET: an HTTP answer of any status is an answer, and so are bytes that are not HTTP. */
function probe(port: number): Promise<ProbeResult> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  return new Promise((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port,
      method: 'GET',
      path: '/',
      timeout: probeTimeoutMs,
      agent: false,
      headers: { 'User-Agent': 'minato-probe' },
    });
    call.on('response', (response) => {
      response.destroy();
      resolve({ ok: true, elapsedMs: elapsed(), httpStatus: response.statusCode });
    });
    call.on('timeout', () => {
      resolve({ ok: false, elapsedMs: elapsed(), reason: 'timeout', message: `nothing came back within ${probeTimeoutMs} ms` });
      call.destroy();
    });
    call.on('error', (error: NodeJS.ErrnoException) => resolve(failedProbe(error, elapsed())));
    call.end();
  });
}

function failedProbe(error: NodeJS.ErrnoException, elapsedMs: number): ProbeResult {
  // The parser's own codes: something did answer, but it does not speak HTTP (redis, postgres).
  if (error.code?.startsWith('HPE_')) return { ok: true, elapsedMs };
  return { ok: false, elapsedMs, reason: error.code === 'ECONNREFUSED' ? 'refused' : 'reset', message: error.message };
}
