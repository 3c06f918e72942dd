/**
 * Streams into the cluster: a TLS connection to a node's agent and HTTP CONNECT in it. Container addresses cannot be reached from macOS, so everything that
 * goes from this computer to a node, Service or pod goes this way, on every system.
 */
import { request } from 'node:https';
import type { Duplex } from 'node:stream';

export interface AgentEndpoint {
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** A name in the agent's certificate. */
  readonly serverName: string;
}

/** What the agent answered when it could not connect to the target. */
export class TunnelRefused extends Error {
  readonly status: number;
  constructor(target: string, status: number, reason: string) {
    super(`the node could not connect to ${target}: ${reason}`);
    this.name = 'TunnelRefused';
    this.status = status;
  }
}

const dialTimeoutMs = 10_000;

/** Connects to `target` (`10.244.255.10:31000`) as seen from the node. Rejects with `TunnelRefused` when nothing answers there. */
export function openTunnel(agent: AgentEndpoint, target: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const connect = request({
      host: agent.host,
      port: agent.port,
      method: 'CONNECT',
      path: target,
      ca: agent.caPem,
      cert: agent.certificatePem,
      key: agent.keyPem,
      servername: agent.serverName,
      agent: false,
      timeout: dialTimeoutMs,
      signal,
    });
    connect.on('connect', (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new TunnelRefused(target, response.statusCode ?? 0, response.statusMessage || 'connection refused'));
        return;
      }
      // The timeout was for dialling; an established stream may be silent for as long as it likes.
      socket.setTimeout?.(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connect.on('timeout', () =>
      connect.destroy(new Error(`the agent at ${agent.host}:${agent.port} did not answer within ${dialTimeoutMs} ms`)),
    );
    connect.on('error', reject);
    connect.end();
  });
}
