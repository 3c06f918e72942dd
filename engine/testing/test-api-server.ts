/** An API server over a store of its own, for tests of it and of everything that needs the real rules; over HTTPS when asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../api/clock.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { serviceAccount as serviceAccountKind } from '../api/kinds/core/service-account.ts';
import { type ApiServer, type ApiServerOptions, createApiServer } from '../apiserver/api-server.ts';
import type { Client } from '../client/client.ts';
import { HttpsClient } from '../client/https.ts';
import { systemClock } from '../client/system-clock.ts';
import { type CertificateAuthority, type KeyPair, openCertificateAuthority } from '../cluster/certificates.ts';
import { openStore } from '../store/lmdb.ts';
import type { Store } from '../store/store.ts';
import { testClock } from './clock.ts';

export interface TestApiServer extends AsyncDisposable {
  readonly server: ApiServer;
  readonly store: Store;
  /** As `system:masters`. */
  readonly client: Client;
  readonly clock: Clock;
}

export interface TestApiServerOptions extends Partial<Omit<ApiServerOptions, 'store'>> {
  /** Made with their default ServiceAccount, as controllers would; the namespace `default` gets its account in any case. */
  readonly namespaces?: readonly string[];
}

export async function testApiServer({ namespaces = [], ...options }: TestApiServerOptions = {}): Promise<TestApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-api-'));
  const clock = options.clock ?? testClock();
  const store = await openStore({ directory, clock });
  const errors: unknown[] = [];
  const server = await createApiServer({ onError: (error) => errors.push(error), ...options, store, clock });
  const client: Client = server.as({ username: 'admin', groups: ['system:masters'] });
  for (const name of new Set(['default', ...namespaces])) {
    if (name !== 'default') await client.create(namespaceKind, { metadata: { name }, spec: {} });
    await client.create(serviceAccountKind, { metadata: { name: 'default', namespace: name } });
  }
  return {
    server,
    store,
    client,
    clock,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
      if (errors.length > 0) throw new AggregateError(errors, 'a part of the API server ended');
    },
  };
}

export interface SecureApiServer extends TestApiServer {
  readonly url: string;
  readonly authority: CertificateAuthority;
  readonly port: number;
  /** A certificate of the cluster's authority. */
  identity(username: string, group?: string): Promise<KeyPair>;
  /** Ends with the server. */
  httpsClient(username: string, group?: string): Promise<HttpsClient>;
  /** A kubeconfig for `kubectl --kubeconfig`. */
  kubeconfig(username: string, group?: string): Promise<string>;
}

/** The same on 127.0.0.1 with real certificates. Its clock is the system's unless one is given. */
export async function secureApiServer(options: TestApiServerOptions = {}): Promise<SecureApiServer> {
  const api = await testApiServer({ clock: systemClock, ...options });
  const directory = await mkdtemp(join(tmpdir(), 'minato-pki-'));
  const authority = await openCertificateAuthority({ directory, clock: systemClock });
  const serving = await authority.ensureLeaf({
    file: 'apiserver',
    commonName: 'kube-apiserver',
    usage: 'server',
    names: ['localhost', '127.0.0.1'],
  });
  const { port } = await api.server.listen({
    host: '127.0.0.1',
    port: 0,
    tls: { ...serving, clientCaPem: authority.certificatePem },
  });
  const url = `https://127.0.0.1:${port}`;
  const clients: HttpsClient[] = [];
  const identity = (commonName: string, organization?: string): Promise<KeyPair> =>
    authority.ensureLeaf({
      file: `client-${commonName.replaceAll(/[^a-z0-9]/gi, '-')}`,
      commonName,
      ...(organization ? { organization } : {}),
      usage: 'client',
    });
  return {
    ...api,
    url,
    port,
    authority,
    identity,
    async httpsClient(username, group) {
      const client = new HttpsClient({ url, caPem: authority.certificatePem, ...(await identity(username, group)) });
      clients.push(client);
      return client;
    },
    async kubeconfig(username, group) {
      const { certificatePem, keyPem } = await identity(username, group);
      const base64 = (text: string): string => Buffer.from(text).toString('base64');
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': base64(authority.certificatePem) } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        users: [{ name: 'test', user: { 'client-certificate-data': base64(certificatePem), 'client-key-data': base64(keyPem) } }],
      };
      const path = join(directory, `${username.replaceAll(/[^a-z0-9]/gi, '-')}.kubeconfig`);
      await writeFile(path, JSON.stringify(config));
      return path;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
