/** The voting app's five images, in containers on a network of their own: a vote goes all the way, and no fault on the way loses one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSample } from '../../engine/cluster/samples/sample.ts';
import { ensureFolderImage } from '../../engine/nodes/image/folder-image.ts';
import { sampleImage } from '../../engine/nodes/image/sample-image.ts';
import { untrackedCall } from '../../engine/nodes/untracked-call.ts';
import { docker } from '../../engine/testing/docker.ts';
import { type TestNetwork, testNetwork } from '../../engine/testing/docker-network.ts';

let network: TestNetwork;
/** What each program is called on the network; the containers' names carry the test's own prefix. */
const parts = ['redis', 'db', 'vote', 'worker', 'result'] as const;
type Part = (typeof parts)[number];
const containerOf = (part: Part) => `${network.cluster}-${part}`;
/** Tags of our own, so that it is our programs that are tested even where the engine has the public images. */
const tagOf = (part: string) => `minato/voting-app-${part}:test`;

beforeAll(async () => {
  for (const { directory, reference } of (await readSample('voting-app')).images) {
    const image = sampleImage(reference, directory);
    await ensureFolderImage(new Docker(), { ...image, tags: [tagOf(image.name)] }, untrackedCall());
  }
  network = await testNetwork();
  for (const part of parts) {
    const database = part === 'db' ? ['-e', 'POSTGRES_USER=postgres', '-e', 'POSTGRES_PASSWORD=postgres'] : [];
    const labels = ['--label', `io.minato.cluster=${network.cluster}`];
    const names = ['--name', containerOf(part), '--network', network.networkName, '--network-alias', part];
    await docker('run', '-d', ...labels, ...names, ...database, '-p', '127.0.0.1::80', tagOf(part));
  }
  await Promise.all([
    untilSaid('vote', 'listening'),
    untilSaid('worker', 'redis at redis is there'),
    untilSaid('result', 'the database at db is there'),
  ]);
}, 300_000);
afterAll(async () => {
  await network?.[Symbol.asyncDispose]();
});

async function addressOf(part: Part): Promise<string> {
  return `http://${await docker('port', containerOf(part), '80')}`;
}

/** Until the container writes a line with the text, from now on or since a moment that `docker logs --since` understands. */
async function untilSaid(part: Part, text: string, since?: string): Promise<void> {
  const child = spawn('docker', ['logs', '-f', ...(since === undefined ? [] : ['--since', since]), containerOf(part)]);
  try {
    for await (const line of createInterface(child.stdout)) if (line.includes(text)) return;
    throw new Error(`${part} ended without saying "${text}"`);
  } finally {
    child.kill();
    await once(child, 'close');
  }
}

interface Answer {
  readonly status: number;
  readonly page: string;
  readonly cookie: string;
}
async function castVote(vote: string, cookie = ''): Promise<Answer> {
  const body = new URLSearchParams({ vote });
  const response = await fetch(await addressOf('vote'), { method: 'POST', body, headers: { cookie } });
  return { status: response.status, page: await response.text(), cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
}

interface State {
  readonly database: boolean;
  readonly votes: { readonly a: number; readonly b: number };
  readonly total: number;
}
/** What the result page's stream tells: the state now, then each change. */
async function* resultStream(): AsyncGenerator<State> {
  const abort = new AbortController();
  const { body } = await fetch(`${await addressOf('result')}/events`, { signal: abort.signal });
  try {
    let rest = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as State;
    }
  } finally {
    abort.abort();
  }
}
async function nextState(stream: AsyncGenerator<State>): Promise<State> {
  const { value, done } = await stream.next();
  if (done) throw new Error('the stream of the result ended');
  return value;
}
async function untilState(stream: AsyncGenerator<State>, accept: (state: State) => boolean): Promise<State> {
  for (;;) {
    const state = await nextState(stream);
    if (accept(state)) return state;
  }
}

test('a vote shows in the result at once, and who votes again changes the vote', async () => {
  const stream = resultStream();
  expect(await nextState(stream)).toMatchObject({ database: true, votes: { a: 0, b: 0 }, total: 0 });
  const first = await castVote('a');
  expect(first).toMatchObject({ status: 200, page: expect.stringContaining('You voted for Cats.') });
  expect(first.page).toContain('value="a" aria-pressed="true"');
  expect(await nextState(stream)).toMatchObject({ votes: { a: 1, b: 0 }, total: 1 });
  expect(await castVote('b', first.cookie)).toMatchObject({ status: 200, cookie: first.cookie });
  expect(await nextState(stream)).toMatchObject({ votes: { a: 0, b: 1 }, total: 1 });
  await stream.return(undefined);
});

test('the page shows which pod serves it', async () => {
  const page = await (await fetch(await addressOf('vote'))).text();
  expect(page).toContain(`Served by <strong>${await docker('exec', containerOf('vote'), 'hostname')}</strong>`);
});

test.each(['', 'c', 'a&vote=b'.repeat(500)])('what is no vote is refused: %.10s', async (vote) => {
  const { status, page } = await castVote(vote);
  expect([400, 413]).toContain(status);
  expect(page).toContain('That is no vote.');
});

test('a vote that cannot be queued is not taken for cast', async () => {
  await docker('stop', containerOf('redis'));
  expect(await castVote('a')).toMatchObject({ status: 503, page: expect.stringContaining('could not be stored') });
  const since = new Date().toISOString();
  await docker('start', containerOf('redis'));
  await untilSaid('worker', 'redis at redis is there', since);
});

test('a vote that meets no database waits, also when the worker is replaced meanwhile', async () => {
  const stream = resultStream();
  const { total } = await nextState(stream);
  await docker('stop', containerOf('db'));
  const away = await untilState(stream, ({ database }) => !database);
  expect(away.total).toBe(total);
  const since = new Date().toISOString();
  expect(await castVote('a')).toMatchObject({ status: 200 });
  await untilSaid('worker', 'the database at db is away', since);
  await docker('stop', containerOf('worker'));
  expect(await docker('exec', containerOf('redis'), 'redis-cli', 'llen', 'votes')).toBe('1');
  await docker('start', containerOf('worker'), containerOf('db'));
  expect(await untilState(stream, (state) => state.total !== total)).toMatchObject({ database: true, total: total + 1 });
  await stream.return(undefined);
});

test('a worker that was killed finds what it had taken', async () => {
  const stream = resultStream();
  const { total } = await nextState(stream);
  await docker('stop', containerOf('db'));
  const since = new Date().toISOString();
  await castVote('b');
  await untilSaid('worker', 'the database at db is away', since);
  await docker('kill', '--signal', 'KILL', containerOf('worker'));
  await docker('start', containerOf('worker'), containerOf('db'));
  expect(await untilState(stream, (state) => state.total !== total)).toMatchObject({ total: total + 1 });
  await stream.return(undefined);
});

test('each ends by itself when it is asked to', async () => {
  await docker('stop', ...parts.map(containerOf));
  const codes = await docker('inspect', '--format', '{{.State.ExitCode}}', ...parts.map(containerOf));
  // 137 would be the engine's own doing, after it has waited.
  expect(codes.split('\n')).toEqual(parts.map(() => '0'));
});
