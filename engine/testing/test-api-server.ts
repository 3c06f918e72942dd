/** An API server over a store of its own, for tests of it and of everything that needs the real rules. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../api/clock.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { serviceAccount as serviceAccountKind } from '../api/kinds/core/service-account.ts';
import { type ApiServer, type ApiServerOptions, createApiServer } from '../apiserver/api-server.ts';
import type { Client } from '../client/client.ts';
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
  /** Made with their default ServiceAccount, as controllers would. */
  readonly namespaces?: readonly string[];
}

export async function testApiServer({ namespaces = [], ...options }: TestApiServerOptions = {}): Promise<TestApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-api-'));
  const clock = options.clock ?? testClock();
  const store = await openStore({ directory, clock });
  const errors: unknown[] = [];
  const server = await createApiServer({ onError: (error) => errors.push(error), ...options, store, clock });
  const client: Client = server.as({ username: 'admin', groups: ['system:masters'] });
  for (const name of namespaces) {
    await client.create(namespaceKind, { metadata: { name }, spec: {} });
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
