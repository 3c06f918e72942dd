/** Plain HTTPS to the API server as any client speaks it: the numbers include TLS, authentication, admission and the durable write. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { load } from 'js-yaml';

export interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

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

export async function connectApi(kubeconfig: string, connections: number): Promise<ApiConnection> {
  // Written by the program under test a moment ago.
  const { clusters, users } = load(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error('the kubeconfig is empty');
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  const send = (method: string, path: string, asked: Asked = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { body, accept, contentType = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json' } = asked;
      const headers = {
        ...(accept === undefined ? {} : { Accept: accept }),
        ...(body === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
      };
      request(new URL(path, cluster.server), { method, agent, headers }, resolve).on('error', reject).end(body);
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
