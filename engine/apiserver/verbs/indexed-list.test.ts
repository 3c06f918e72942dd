/** Lists that ask for one object's Events, or one node's Pods, read those and not all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMap } from '../../api/kinds/core/config-map.ts';
import { event as eventKind } from '../../api/kinds/core/event.ts';
import { eventsEvent } from '../../api/kinds/events/event.ts';
import type { CoreEvent } from '../../api/types.gen.ts';
import { openStore } from '../../store/lmdb.ts';
import type { Scan, Store } from '../../store/store.ts';
import { testClock } from '../../testing/clock.ts';
import { type ApiServer, createApiServer } from '../api-server.ts';
import type { LocalClient } from '../local-client.ts';

const objects = 20;
const each = 30;
const clock = testClock();
let directory: string;
let store: Store;
let server: ApiServer;
let client: LocalClient;
let read = 0;

/** Counts the entries that are looked at. */
function counted(scan: Scan): Scan {
  return {
    ...{ revision: scan.revision, size: scan.size, remaining: scan.remaining, lastKey: scan.lastKey },
    async *pages() {
      for await (const page of scan.pages()) {
        read += page.length;
        yield page;
      }
    },
    [Symbol.dispose]: () => scan[Symbol.dispose](),
  };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minato-index-'));
  store = await openStore({ directory, clock });
  const counting: Store = {
    get revision() {
      return store.revision;
    },
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    scan: async (prefix, options) => counted(await store.scan(prefix, options)),
    index: (definition) => store.index(definition),
    write: (change) => store.write(change),
    watch: (prefix, options) => store.watch(prefix, options),
    compact: (before) => store.compact(before),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  server = await createApiServer({ store: counting, clock });
  client = server.as({ username: 'admin', groups: ['system:masters'] });
  for (let index = 0; index < objects * each; index++) await record(index);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const nameOf = (index: number): string => `e${String(index).padStart(4, '0')}`;
async function record(index: number): Promise<void> {
  const pod = `p${index % objects}`;
  const involvedObject = { kind: 'Pod', namespace: 'default', name: pod, uid: `uid-${pod}` };
  await client.create<CoreEvent>(eventKind, { metadata: { name: nameOf(index), namespace: 'default' }, involvedObject, reason: 'Test' });
}
const of = (pod: number, from = 0): string[] => Array.from({ length: each - from }, (_, round) => nameOf((round + from) * objects + pod));

async function find(fieldSelector: string, kind: typeof eventKind | typeof eventsEvent = eventKind): Promise<string[]> {
  const { items } = await client.list(kind as typeof eventKind, { namespace: 'default', fieldSelector });
  return items.map(({ metadata }) => metadata.name ?? '');
}

test('what kubectl describe asks for reads the Events of one object', async () => {
  const selector = (pod: number): string =>
    `involvedObject.name=p${pod},involvedObject.namespace=default,involvedObject.kind=Pod,involvedObject.uid=uid-p${pod}`;
  expect(await find(selector(3))).toEqual(of(3));
  read = 0;
  expect([await find(selector(7)), read]).toEqual([of(7), each]);
  expect(await find('regarding.uid=uid-p7', eventsEvent)).toEqual(of(7));
});

test('page after page, though others write meanwhile', async () => {
  read = 0;
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.list(eventKind, {
      ...{ namespace: 'default', fieldSelector: 'involvedObject.uid=uid-p5', limit: 10 },
      ...(token ? { continue: token } : {}),
    });
    found.push(...page.items.map(({ metadata }) => metadata.name ?? ''));
    token = page.continue;
    await client.create(configMap, { metadata: { name: `between-${found.length}`, namespace: 'default' } });
  } while (token);
  expect(found).toEqual(of(5));
  expect(read).toBeLessThanOrEqual(3 * each);
});

test('what is written, changed and deleted since is found as it is now', async () => {
  await client.delete(eventKind, { namespace: 'default', name: nameOf(9) });
  await record(objects * each + 9);
  expect(await find('involvedObject.uid=uid-p9')).toEqual([...of(9, 1), nameOf(objects * each + 9)]);
});
