/** A cluster with one click: its steps, its end in a node that is Ready, stop, start, delete. */
import { expect, test } from '@playwright/test';
import { keep, serveMinato } from './minato.ts';
import { languages, locales, textsOf } from './texts.ts';

const t = textsOf('en');

test('one click starts a cluster, step by step; it stops, starts again and is deleted', async ({ page }) => {
  await using minato = await serveMinato();
  await page.goto(minato.url);
  await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
  await expect(page.getByText(/Docker \d+\.\d+/)).toBeVisible();
  await keep(page, 'home-first');

  await page.getByRole('button', { name: t('home.start'), exact: true }).click();
  await expect(page.getByText(t('operation.create.done', { name: 'minato' }))).toBeVisible({ timeout: 120_000 });
  await page.getByText(t('operation.steps_other', { count: 9 })).click();
  for (const id of ['engine', 'image', 'network', 'certificates', 'control-plane', 'ready', 'dns', 'kubeconfig'])
    await expect(page.getByText(t(`step.${id}`)).first()).toBeVisible();
  await keep(page, 'cluster');
  await minato.withKubectl(async (kubectl) => {
    expect(await kubectl('get', 'nodes', '--no-headers')).toMatch(/^minato +Ready +control-plane +\S+ +v1\.33\.0\n$/);
    expect(await kubectl('config', 'current-context')).toBe('minato\n');
  });

  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('row', { name: /minato/ })).toContainText('10.24');
  await keep(page, 'nodes');
  await page.getByRole('link', { name: 'Events', exact: true }).click();
  await expect(page.getByText('NodeReady').first()).toBeVisible();
  await keep(page, 'events');
  await page.getByRole('link', { name: t('shell.kinds'), exact: true }).click();
  await expect(page.getByRole('row', { name: /kube-root-ca.crt/ }).first()).toBeVisible();
  await keep(page, 'kinds');
  await page.getByRole('link', { name: t('shell.settings'), exact: true }).click();
  await keep(page, 'settings');

  await page.getByRole('link', { name: t('shell.overview'), exact: true }).click();
  await page.getByRole('button', { name: t('action.stop-cluster.title'), exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('action.stop-cluster.title') })
    .click();
  await expect(page.getByText(t('cluster.stopped'))).toBeVisible({ timeout: 60_000 });
  await page
    .getByRole('button', { name: t('cluster.start'), exact: true })
    .first()
    .click();
  await expect(page.getByText(t('operation.start.done', { name: 'minato' }))).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: t('action.delete-cluster.title'), exact: true }).click();
  await keep(page, 'cluster-delete');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('action.delete-cluster.title') })
    .click();
  await expect(page.getByText(t('cluster.deleted', { name: 'minato' }))).toBeVisible({ timeout: 60_000 });
});

for (const language of languages) {
  const t = textsOf(language);
  test.describe(language, () => {
    test.use({ locale: locales[language] });

    test('without Docker it says why, and a simulated cluster is one click away', async ({ page }) => {
      await using minato = await serveMinato({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
      await page.goto(minato.url);
      await expect(page.getByRole('link', { name: t('home.installDocker') })).toBeVisible();
      await keep(page, 'home-no-docker');
      await page.getByRole('button', { name: t('home.startSimulated') }).click();
      await expect(page.getByText(t('operation.create.done', { name: 'minato' }))).toBeVisible({ timeout: 60_000 });
      await minato.withKubectl(async (kubectl) => {
        expect(await kubectl('get', 'nodes', '--no-headers')).toMatch(/^minato +Ready /);
      });
    });
  });
}
