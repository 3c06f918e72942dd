/** CronJobs as a stock kubectl sees them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockKubectls, tableRows } from '../../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../../testing/kubectl-server.ts';

const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('CronJobs by kubectl', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (newest) it = await kubectlServer(newest, { nodes: 1 });
  });
  afterAll(() => it?.[Symbol.asyncDispose]());

  test('one is made, shown, suspended, and a Job is made of it by hand', async () => {
    expect(await it.out(`create cronjob tick --image=busybox --schedule='0 0 1 1 *' -- true`)).toBe('cronjob.batch/tick created\n');
    expect(tableRows(await it.out('get cj'))).toEqual([
      'NAME|SCHEDULE|TIMEZONE|SUSPEND|ACTIVE|LAST SCHEDULE|AGE',
      'tick|0 0 1 1 *|<none>|False|0|<none>|<age>',
    ]);
    expect(await it.out('create job now --from=cronjob/tick')).toBe('job.batch/now created\n');
    await it.out('wait --for=condition=complete job/now --timeout=20s');
    await it.out(`patch cronjob tick -p '{"spec":{"suspend":true}}'`);
    expect(tableRows(await it.out('get cj tick'))[1]).toContain('|True|');
    expect(await it.out('describe cronjob tick')).toMatch(/Schedule: +0 0 1 1 \*\nConcurrency Policy: +Allow\nSuspend: +True/);
    await it.out('delete cronjob tick');
    await expect.poll(async () => (await it.out('get jobs -o name')).trim(), { timeout: 15_000 }).toBe('');
  });

  test('what cannot be is refused in upstream’s words', async () => {
    const { stderr } = await it.kubectl(`create cronjob tick --image=busybox --schedule='61 * * * *' -- true`);
    expect(stderr).toContain('spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61');
    const long = await it.kubectl(`create cronjob ${'a'.repeat(53)} --image=busybox --schedule='@daily' -- true`);
    expect(long.stderr).toContain('must be no more than 52 characters');
  });
});
