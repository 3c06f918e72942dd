/** A TCP connection as a probe. Upstream: pkg/probe/tcp. */
import { connect } from 'node:net';
import { dialReason, type ProbeOutcome } from './http-probe.ts';

export function tcpProbe(host: string, port: number, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (outcome: ProbeOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(timeoutMs, () => end({ ok: false, message: `dial tcp ${host}:${port}: i/o timeout` }));
    socket.on('connect', () => end({ ok: true, message: '' }));
    socket.on('error', (error) => end({ ok: false, message: dialReason(error, host, port) }));
  });
}
