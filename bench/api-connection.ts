/** Plain HTTPS to the API server as any client speaks it: the numbers include TLS, authentication, admission and the durable write. */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { credentialsOf } from '../engine/testing/kubeconfig-credentials.ts';

interface Asked {
  readonly body?: string | Buffer;
  readonly accept?: string;
  readonly contentType?: string;
}

export interface ApiConnection extends Disposable {
  /** Resolves to the body's bytes; rejects on any status that is not 2xx. */
  call(method: string, path: string, body?: string | Asked): Promise<Buffer>;
  /** An open stream. */
  stream(path: string): Promise<IncomingMessage>;
}

export function connectApi(kubeconfig: string, connections: number): ApiConnection {
  const { server, ...tls } = credentialsOf(kubeconfig);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ...tls });
  const send = (method: string, path: string, asked: Asked = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { body, accept, contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json' } = asked;
      const headers = {
        ...(accept === undefined ? {} : { Accept: accept }),
        ...(body === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
      };
      request(new URL(path, server), { method, agent, headers }, resolve).on('error', reject).end(body);
    });
  return {
    async call(method, path, body) {
      const response = await send(method, path, typeof body === 'string' ? { body } : body);
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if ((response.statusCode ?? 500) >= 300)
        throw new Error(`${method} ${path}: ${response.statusCode} ${bytes.toString().slice(0, 300)}`);
      return bytes;
    },
    stream: (path) => send('GET', path),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
