/** One API server as a client sees it: requests in, whole answers out. */
import { Agent, request } from 'node:https';
import { credentialsOf } from '../../engine/testing/kubeconfig-credentials.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}
export interface Endpoint extends Disposable {
  /** Resolves to any answer, whatever its status; rejects when there is none. */
  request(request: ApiRequest): Promise<ApiAnswer>;
}
interface Credentials {
  readonly token?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Without a `ca` any certificate of the server is taken: only for one that this process started on loopback. */
export function httpsEndpoint(server: string, { token, ca, cert, key }: Credentials): Endpoint {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca, cert, key, rejectUnauthorized: ca !== undefined });
  return {
    request: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const all = {
          Accept: 'application/json',
          ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...headers,
        };
        const outgoing = request(new URL(server).origin + path, { method, agent, headers: all }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
          );
        });
        outgoing.on('error', reject).end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The endpoint that a kubeconfig of ours names. */
export function endpointOf(kubeconfig: string): Endpoint {
  const { server, ...credentials } = credentialsOf(kubeconfig);
  return httpsEndpoint(server, credentials);
}
