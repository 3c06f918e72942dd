/** Jobs as a stock kubectl sees them: an API server with the real controllers, the scheduler and two simulated nodes, where the pods of Jobs end by themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockKubectls, tableRows } from '../../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../../testing/kubectl-server.ts';

const manifest = (name: string, spec: string): string => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
${spec}
  template:
    spec: { restartPolicy: Never, containers: [{ name: main, image: busybox }] }
`;

const patient = { timeout: 15_000, interval: 100 };
const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('Jobs by kubectl', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (newest) it = await kubectlServer(newest, { nodes: 2 });
  });
  afterAll(() => it?.[Symbol.asyncDispose]());
  const status = async (name: string) => JSON.parse(await it.out(`get job ${name} -o json`)).status;
  const pods = async (name: string) => JSON.parse(await it.out(`get pods -l job-name=${name} -o json`)).items;

  test('one pod that ends well completes it', async () => {
    expect(await it.out('create job once --image=busybox -- true')).toBe('job.batch/once created\n');
    expect(await it.out('wait --for=condition=complete job/once --timeout=20s')).toBe('job.batch/once condition met\n');
    expect((await it.out('get jobs once --no-headers')).trim().split(/ {2,}/).slice(0, 3)).toEqual(['once', 'Complete', '1/1']);
    const told = await status('once');
    expect(told).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {}, completionTime: expect.any(String) });
    expect(told.conditions.map(({ type, reason }: { type: string; reason: string }) => [type, reason])).toEqual([
      ['SuccessCriteriaMet', 'CompletionsReached'],
      ['Complete', 'CompletionsReached'],
    ]);
    const [pod] = await pods('once');
    expect([pod.metadata.finalizers, pod.status.phase]).toEqual([undefined, 'Succeeded']);
    expect(pod.metadata.labels).toMatchObject({ 'batch.kubernetes.io/job-name': 'once', 'job-name': 'once' });
    const said = await it.out('describe job once');
    for (const words of [
      'SuccessfulCreate',
      'Created pod: once-',
      'Completed',
      'Job completed',
      '0 Active (0 Ready) / 1 Succeeded / 0 Failed',
    ])
      expect(said).toContain(words);
  });

  test('many at a time, never more than its parallelism, each index once', async () => {
    await it.out('apply -f -', manifest('many', '  completions: 7\n  parallelism: 3\n  completionMode: Indexed'));
    let most = 0;
    await expect
      .poll(async () => {
        const told = await status('many');
        most = Math.max(most, told.active ?? 0);
        return told.succeeded;
      }, patient)
      .toBe(7);
    expect(most).toBeLessThanOrEqual(3);
    await it.out('wait --for=condition=complete job/many --timeout=20s');
    expect(await status('many')).toMatchObject({ completedIndexes: '0-6' });
    const made = await pods('many');
    const indexes = made.map(
      (pod: { metadata: { annotations: Record<string, string> } }) => pod.metadata.annotations['batch.kubernetes.io/job-completion-index'],
    );
    expect(indexes.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    const third = made.find((pod: { spec: { hostname: string } }) => pod.spec.hostname === 'many-3');
    expect(third.metadata.name).toMatch(/^many-3-[a-z0-9]{5}$/);
    expect(third.spec.containers[0].env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
      },
    ]);
  });

  test('suspended it has no pods, and its deadline rests; resumed it goes on', async () => {
    await it.out('apply -f -', manifest('later', '  suspend: true\n  activeDeadlineSeconds: 3600'));
    await expect.poll(async () => (await status('later')).conditions?.[0]?.reason, patient).toBe('JobSuspended');
    expect([await pods('later'), (await status('later')).startTime]).toEqual([[], undefined]);
    expect(tableRows(await it.out('get job later'))[1]).toMatch(/^later\|Suspended\|0\/1\|/);
    await it.out(`patch job later -p '{"spec":{"suspend":false}}'`);
    await it.out('wait --for=condition=complete job/later --timeout=20s');
    expect((await status('later')).conditions[0]).toMatchObject({ type: 'Suspended', status: 'False', reason: 'JobResumed' });
  });

  test('it goes a while after its end, with its pods, where it says so; deleted in the middle it leaves nothing either', async () => {
    await it.out('apply -f -', manifest('gone', '  ttlSecondsAfterFinished: 0'));
    await expect.poll(async () => (await it.kubectl('get job gone')).stderr, patient).toContain('NotFound');
    await it.out('apply -f -', manifest('cut', '  completions: 50\n  parallelism: 5'));
    await expect.poll(async () => (await pods('cut')).length, patient).toBeGreaterThan(0);
    await it.out('delete job cut');
    for (const name of ['gone', 'cut']) await expect.poll(() => pods(name), patient).toEqual([]);
  });

  test('what cannot be is refused in upstream’s words', async () => {
    const { stderr } = await it.kubectl('apply -f -', { input: manifest('wrong', '  completions: -1').replace('Never', 'Always') });
    expect(stderr).toContain('spec.completions: Invalid value: -1: must be greater than or equal to 0');
    expect(stderr).toContain('spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"');
    expect((await it.kubectl(`patch job once -p '{"spec":{"completions":5}}'`)).stderr).toContain(
      'spec.completions: Invalid value: 5: field is immutable',
    );
  });
});
