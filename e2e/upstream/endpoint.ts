/** One API server as a client sees it: requests in, whole answers out. */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { load } from 'js-yaml';

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

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

/** The endpoint that a kubeconfig of ours names. */
export async function endpointOf(kubeconfig: string): Promise<Endpoint> {
  // Written by the program under test a moment ago.
  const { clusters, users } = load(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfig} names no cluster`);
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  return httpsEndpoint(cluster.server, {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
}
