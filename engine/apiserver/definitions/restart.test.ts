/** What was defined is there again when the control plane is, with its objects. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTrue } from '../../api/custom/definition.ts';
import { customKinds } from '../../api/custom/kind-of.ts';
import { customResourceDefinition } from '../../api/kinds/apiextensions/custom-resource-definition.ts';
import type { KubeObject } from '../../api/object.ts';
import { systemClock } from '../../client/system-clock.ts';
import { openStore } from '../../store/lmdb.ts';
import { createApiServer } from '../api-server.ts';

const definition = {
  metadata: { name: 'buoys.restart.test' },
  spec: {
    group: 'restart.test',
    scope: 'Cluster',
    names: { plural: 'buoys', kind: 'Buoy' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { light: { type: 'string', default: 'red' } } } },
          },
        },
      },
    ],
  },
};

test('definitions and their objects outlive the server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'minato-restart-'));
  const [kind] = customKinds(definition);
  if (!kind) throw new Error('no version is served');
  const run = async <T>(use: (client: ReturnType<Awaited<ReturnType<typeof createApiServer>>['as']>) => Promise<T>): Promise<T> => {
    await using store = await openStore({ directory, clock: systemClock });
    await using server = await createApiServer({ store, clock: systemClock });
    return await use(server.as({ username: 'admin', groups: ['system:masters'] }));
  };
  try {
    await run(async (client) => {
      const made = await client.create(customResourceDefinition, definition);
      const signal = AbortSignal.timeout(20_000);
      const { resourceVersion } = made.metadata;
      for await (const event of client.watch(customResourceDefinition, { resourceVersion, signal }))
        if (event.type !== 'BOOKMARK' && isTrue(event.object, 'Established')) break;
      const buoy: KubeObject & { readonly spec: object } = { metadata: { name: 'b' }, spec: {} };
      await client.create(kind, buoy);
    });
    // No waiting here: what was served before is served from the first request on.
    expect(await run((client) => client.get(kind, { name: 'b' }))).toMatchObject({ apiVersion: 'restart.test/v1', spec: { light: 'red' } });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
