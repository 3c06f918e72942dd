/** Any image by a wizard, exposed by another, its URL opened from the port map. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from '@playwright/test';
import { keep, serveMinato } from './minato.ts';
import { textsOf } from './texts.ts';

/** Over a connection of its own: one that is kept open leads to the same pod each time. */
async function statusOf(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

const t = textsOf('en');

test('an image becomes a Deployment, its pods run, a Service opens it on localhost', async ({ page }) => {
  await using minato = await serveMinato();
  await page.goto(minato.url);
  await page.getByRole('button', { name: t('home.start'), exact: true }).click();
  await expect(page.getByText(t('operation.create.done', { name: 'minato' }))).toBeVisible({ timeout: 120_000 });

  await page.getByRole('link', { name: t('shell.workloads'), exact: true }).click();
  await expect(page.getByText(t('workloads.empty.title', { title: 'Deployments' }))).toBeVisible();
  await keep(page, 'workloads-empty');
  await page
    .getByRole('link', { name: t('wizard.deployment.title') })
    .first()
    .click();
  await page.getByRole('combobox', { name: t('wizard.image.label') }).fill('nginx');
  await page.getByRole('textbox', { name: t('wizard.name'), exact: true }).fill('Not_A_Name');
  await expect(page.getByText(/a lowercase RFC 1123 subdomain/)).toBeVisible();
  await keep(page, 'create-refused');
  await page.getByRole('textbox', { name: t('wizard.name'), exact: true }).fill('hello');
  await page.getByRole('spinbutton', { name: t('field.replicas') }).fill('2');
  await expect(page.getByText(t('wizard.dryRun.accepted'))).toBeVisible();
  await expect(page.getByText('kubectl create deployment hello --image=nginx --replicas=2 --port=80')).toBeVisible();
  await keep(page, 'create');
  await page.getByRole('button', { name: t('wizard.deployment.submit'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'hello' })).toBeVisible();

  await page.getByRole('link', { name: t('shell.workloads'), exact: true }).click();
  await page.getByRole('tab', { name: 'Pods' }).click();
  await expect(page.getByRole('row', { name: /hello-.*Running/ })).toHaveCount(2);
  await page.keyboard.press('/');
  await page.keyboard.type('nothing is called so');
  await expect(page.getByRole('row', { name: /hello-/ })).toHaveCount(0);
  await page.getByRole('searchbox').fill('hello');
  await expect(page.getByRole('row', { name: /hello-.*Running/ })).toHaveCount(2);
  await page.getByRole('searchbox').fill('');
  await keep(page, 'pods');
  await page.getByRole('tab', { name: 'Deployments' }).click();
  await expect(page.getByRole('row', { name: /hello.*2\/2/ })).toBeVisible();
  await keep(page, 'deployments');
  await page.getByRole('row', { name: /hello/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'hello' })).toBeVisible();
  await keep(page, 'deployment');
  await page.getByRole('tab', { name: t('detail.tab.events') }).click();
  await expect(page.getByText(/Scaled up replica set hello-/).first()).toBeVisible();
  await keep(page, 'deployment-events');
  await page.getByRole('tab', { name: t('detail.tab.yaml') }).click();
  await expect(page.getByText('apiVersion').first()).toBeVisible();
  await keep(page, 'deployment-yaml');
  await page.getByRole('tab', { name: t('detail.tab.overview') }).click();

  await page.getByRole('link', { name: t('action.expose.title') }).click();
  await expect(page.getByText(t('wizard.dryRun.accepted'))).toBeVisible();
  await keep(page, 'expose');
  await page.getByRole('button', { name: t('wizard.expose.submit'), exact: true }).click();
  const link = page.getByRole('link', { name: /localhost:3\d{4}/ });
  await expect(link).toBeVisible();
  await expect(page.getByText(/200/).first()).toBeVisible();
  await keep(page, 'port-map');
  const url = (await link.getAttribute('href')) ?? '';
  // Often enough that each of two pods has been asked.
  for (let times = 0; times < 20; times++) expect(await statusOf(url)).toBe(200);
  // The page that answered has been written down by nginx.
  await page.getByRole('link', { name: t('shell.workloads'), exact: true }).click();
  await page.getByRole('tab', { name: 'Pods' }).click();
  await page
    .getByRole('row', { name: /hello-.*Running/ })
    .first()
    .click();
  await keep(page, 'pod');
  await page.getByRole('tab', { name: t('detail.tab.logs') }).click();
  await expect(page.getByText(/GET \/ HTTP/).first()).toBeVisible();
  await keep(page, 'pod-logs');
  await minato.withKubectl(async (kubectl) => {
    const port = await kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    expect(url).toContain(`:${port}`);
  });
});
