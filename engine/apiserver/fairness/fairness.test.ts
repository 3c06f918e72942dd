/** Who waits and who is refused when more is asked than is answered at a time. */
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../../cluster/certificates.ts';
import { testClock } from '../../testing/clock.ts';
import { ask } from '../../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../../testing/test-api-server.ts';
import type { User } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';
import { FairQueue } from './fair-queue.ts';
import { createFairness } from './fairness.ts';
import { classify } from './levels.ts';

describe('a queue', () => {
  const options = { seats: 4, flowSeats: 3, flowWaiting: 2 };
  const asker = (queue: FairQueue, entered: string[], ends: (() => void)[]) => (flow: string) =>
    queue.offer(flow, {
      enter: (release) => {
        entered.push(flow);
        ends.push(release);
      },
    });

  test('keeps a seat for others, lets a few wait, and refuses the rest', () => {
    const entered: string[] = [];
    const offer = asker(new FairQueue(options), entered, []);
    expect(['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b'].map(offer)).toEqual([true, true, true, true, true, false, true, true]);
    expect(entered).toEqual(['a', 'a', 'a', 'b']);
  });

  test('lets in first who has least, and takes a seat back once', () => {
    const entered: string[] = [];
    const ends: (() => void)[] = [];
    const offer = asker(new FairQueue(options), entered, ends);
    for (const flow of ['a', 'a', 'a', 'b', 'a', 'c', 'b']) offer(flow);
    ends[0]?.();
    ends[0]?.();
    ends[1]?.();
    expect(entered.slice(4)).toEqual(['c', 'a']);
  });

  test('forgets who no longer waits', () => {
    const queue = new FairQueue({ seats: 1, flowSeats: 1, flowWaiting: 1 });
    const ends: (() => void)[] = [];
    const entered: string[] = [];
    asker(queue, entered, ends)('a');
    const waiting = { enter: () => entered.push('never') };
    expect([queue.offer('a', waiting), queue.withdraw('a', waiting), queue.withdraw('a', waiting)]).toEqual([true, true, false]);
    ends[0]?.();
    expect(entered).toEqual(['a']);
  });
});

const get = (path: string, resource?: Partial<RequestInfo['resource']>): RequestInfo =>
  ({ verb: 'get', path, ...(resource ? { resource: { group: '', version: 'v1', plural: 'pods', ...resource } } : {}) }) as RequestInfo;
const user = (username: string, ...groups: string[]): User => ({ username, groups });

test.each([
  ['an administrator is never held up', user('admin', 'system:masters'), get('/api/v1/pods', {}), undefined],
  ['nor is a probe', user('system:anonymous', 'system:unauthenticated'), get('/livez'), undefined],
  ['a node', user('system:node:a', 'system:nodes'), get('', {}), { level: 'system', flow: 'system-nodes system:node:a' }],
  [
    "a node's heartbeat",
    user('system:node:a', 'system:nodes'),
    get('', { group: 'coordination.k8s.io', plural: 'leases' }),
    { level: 'node-high', flow: 'system-node-high system:node:a' },
  ],
  [
    'a pod',
    user('system:serviceaccount:x:y', 'system:serviceaccounts'),
    get('', {}),
    { level: 'workload-low', flow: 'service-accounts system:serviceaccount:x:y' },
  ],
  ['anyone else', user('jane', 'system:authenticated'), get('', {}), { level: 'global-default', flow: 'global-default jane' }],
])('%s', (_, who, info, place) => {
  expect(classify(who, info)).toEqual(place);
});

test('who has waited for long is refused, and who went away waits no more', async () => {
  const clock = testClock();
  const fairness = createFairness(clock, { seats: 1, flowWaiting: 2 });
  const enter = (signal = new AbortController().signal): Promise<() => void> => fairness.enter(user('jane'), get('', {}), signal);
  const release = await enter();
  const gone = new AbortController();
  const waiting = [enter(gone.signal), enter()];
  const refused = Promise.allSettled(waiting);
  gone.abort();
  clock.advance(15_001);
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(waiting[1]).rejects.toMatchObject({ code: 429, details: { retryAfterSeconds: 1 } });
  release();
  (await enter())();
  expect(clock.pending).toBe(0);
});

describe('over the network', () => {
  const filler = 'x'.repeat(400_000);
  const maps = '/api/v1/namespaces/large/configmaps';
  const people = ['admin', 'greedy', 'other'] as const;
  let api: SecureApiServer;
  const as = {} as Record<(typeof people)[number], KeyPair>;
  const held: ClientRequest[] = [];

  beforeAll(async () => {
    // Of 40 seats 4 are everybody's, of which one user gets 3.
    api = await secureApiServer({ namespaces: ['large'], clock: testClock(), fairness: { seats: 40, flowWaiting: 1 } });
    for (const name of people) as[name] = await api.identity(name, name === 'admin' ? 'system:masters' : 'readers');
    const rbac = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'readers' }];
    await ask(api, rbac, { identity: as.admin, method: 'POST', body: { metadata: { name: 'readers' }, roleRef, subjects } });
    for (let index = 0; index < 24; index++)
      await ask(api, maps, { identity: as.admin, method: 'POST', body: { metadata: { name: `m${index}` }, data: { filler } } });
  });
  afterAll(async () => {
    for (const one of held) one.destroy();
    await api[Symbol.asyncDispose]();
  });

  async function open(path: string): Promise<void> {
    const { certificatePem: cert, keyPem: key } = as.greedy;
    const outgoing = request(`${api.url}${path}`, { agent: false, ca: api.authority.certificatePem, cert, key });
    outgoing.on('error', () => {});
    outgoing.end();
    held.push(outgoing);
    const [response] = await once(outgoing, 'response');
    response.on('error', () => {});
  }

  test('a greedy client is told to come again later, and others are answered', async () => {
    // Watches are not counted once they have begun.
    for (let count = 0; count < 6; count++) await open(`${maps}?watch=1&resourceVersion=${api.store.revision}`);
    for (let count = 0; count < 3; count++) await open(maps);
    const waiting = ask(api, `${maps}/m1`, { identity: as.greedy });
    const refused = async (): Promise<Awaited<ReturnType<typeof ask>>> => {
      while (true) {
        // One of them may be the one that waits.
        const answers = await Promise.race([
          ask(api, `${maps}/m1`, { identity: as.greedy }),
          ask(api, `${maps}/m2`, { identity: as.greedy }),
        ]);
        if (answers.code === 429) return answers;
      }
    };
    const { headers, json } = await refused();
    expect([headers['retry-after'], json]).toEqual([
      '1',
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Too many requests, please try again later.',
        reason: 'TooManyRequests',
        details: { retryAfterSeconds: 1 },
        code: 429,
      },
    ]);
    const answered = [
      await ask(api, `${maps}/m1`, { identity: as.other }),
      await ask(api, `${maps}/m1`, { identity: as.admin }),
      await ask(api, '/readyz', { identity: as.greedy }),
    ];
    expect(answered.map(({ code }) => code)).toEqual([200, 200, 200]);
    for (const one of held) one.destroy();
    expect([200, 429]).toContain((await waiting).code);
    const after = await ask(api, `${maps}/m1`, { identity: as.greedy });
    expect(after.code).toBe(200);
  });
});
