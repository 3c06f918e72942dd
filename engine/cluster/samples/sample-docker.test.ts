/** The voting app on a real node: from the button to a vote that is counted. Needs a Docker Engine. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../api/steps.ts';
import { finish, type TestCluster, testCluster } from '../../testing/test-cluster.ts';
import type { Cluster } from '../cluster.ts';
import { readSample, type Sample } from './sample.ts';
import { deploySteps, removeSteps } from './sample-steps.ts';

const namespace = 'default';
let owner: TestCluster;
let cluster: Cluster;
let sample: Sample;

beforeAll(async () => {
  owner = await testCluster({ driver: 'docker' });
  cluster = await owner.manager.running(owner.name);
  sample = await readSample('voting-app');
}, 300_000);
afterAll(() => owner?.[Symbol.asyncDispose]());

/** The link that the step of a Service ended with. */
function linkOf({ steps }: Operation, service: string): string {
  return steps.find(({ id }) => id === `service:${service}`)?.detail ?? '';
}

test('the links of a deployed voting app answer at once, and a vote at one shows at the other', async () => {
  const deployed = await finish(owner.manager.runOn(cluster, 'deploy-sample', deploySteps({ cluster, sample, namespace })));
  expect(deployed.steps.map(({ id }) => id).slice(0, 5)).toEqual(sample.images.map(({ reference }) => `sample-image:${reference}`));
  const vote = await fetch(linkOf(deployed, 'vote'), { method: 'POST', body: new URLSearchParams({ vote: 'b' }) });
  expect(vote.status).toBe(200);
  const { body } = await fetch(`${linkOf(deployed, 'result')}/events`);
  let heard = '';
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    heard += text;
    if (heard.includes('"votes": {"a": 0, "b": 1}')) break;
  }
  expect(heard).toContain('"database": true, "votes": {"a": 0, "b": 1}, "total": 1');
  await finish(owner.manager.runOn(cluster, 'remove-sample', removeSteps({ cluster, sample, namespace })));
  expect(await owner.kubectl('get', 'pods', '-o', 'name')).toBe('');
}, 120_000);

test('while an image cannot be had, its step says so in the words of the engine', async () => {
  const image = 'localhost:9/minato/nothing:1';
  const vote = sample.objects.find(({ title }) => title === 'deployment/vote');
  const text = JSON.stringify(vote?.object).replace('dockersamples/examplevotingapp_vote', image);
  const broken = {
    ...sample,
    images: [],
    objects: sample.objects.flatMap((item) => (item === vote ? [{ ...item, object: JSON.parse(text) }] : [])),
  };
  const told = Promise.withResolvers<string>();
  const unsubscribe = owner.manager.subscribe((event) => {
    if (event.type !== 'operation') return;
    const detail = event.operation.steps.find(({ id }) => id === 'deployment:vote')?.detail;
    if (detail?.includes('localhost:9')) told.resolve(detail);
  });
  const operation = owner.manager.runOn(cluster, 'deploy-sample', deploySteps({ cluster, sample: broken, namespace }));
  expect(await told.promise).toMatch(/^vote-\S+: (ErrImagePull|ImagePullBackOff): .*localhost:9.*connection refused/s);
  operation.cancel();
  expect((await operation.finished).state).toBe('cancelled');
  unsubscribe();
}, 60_000);
