/** The voting app with one button: deployed live, voted in one page, seen in the other. */
import { expect, test } from '@playwright/test';
import { keep, serveMinato } from './minato.ts';
import { textsOf } from './texts.ts';

const t = textsOf('en');

test('a vote cast in one page shows in the other', async ({ page, context }) => {
  await using minato = await serveMinato();
  await page.goto(minato.url);
  await page.getByRole('button', { name: t('home.start'), exact: true }).click();
  await expect(page.getByText(t('operation.create.done', { name: 'minato' }))).toBeVisible({ timeout: 120_000 });
  await page.getByRole('link', { name: t('shell.samples'), exact: true }).click();
  await expect(page.getByText(t('samples.willCreate_other', { count: 9 }))).toBeVisible();
  await keep(page, 'samples');
  await page.getByRole('button', { name: t('samples.deploy'), exact: true }).click();
  await expect(page.getByText(t('operation.deploy-sample.done'))).toBeVisible({ timeout: 120_000 });
  const vote = page.locator('a[href="http://localhost:31000"]').first();
  const result = page.locator('a[href="http://localhost:31001"]').first();
  await expect(vote).toBeVisible();
  await expect(result).toBeVisible();
  await keep(page, 'samples-deployed');
  await page.getByText(t('operation.steps_other', { count: 15 })).click();
  await expect(page.getByText(t('said.available', { available: 1, wanted: 1 }))).toHaveCount(5);
  await keep(page, 'samples-steps');

  const [voting, results] = [await context.newPage(), await context.newPage()];
  await results.goto('http://localhost:31001');
  await voting.goto('http://localhost:31000');
  await voting.getByRole('button', { name: 'Dogs' }).click();
  await expect(results.getByText(/1 vote/).first()).toBeVisible();
  await results.close();
  await voting.close();

  await page.getByRole('link', { name: t('shell.services'), exact: true }).click();
  await expect(page.getByRole('link', { name: /localhost:31000/ })).toBeVisible();
  await keep(page, 'port-map-voting-app');
  await minato.withKubectl(async (kubectl) => {
    const columns = 'custom-columns=N:.metadata.name,A:.status.availableReplicas';
    const deployments = await kubectl('get', 'deployments', '--no-headers', '-o', columns);
    const rows = deployments
      .trim()
      .split('\n')
      .map((row) => row.split(/\s+/));
    expect(rows).toEqual(['db', 'redis', 'result', 'vote', 'worker'].map((name) => [name, '1']));
  });
});
