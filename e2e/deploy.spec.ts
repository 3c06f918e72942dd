/** Any image by a wizard, exposed by another, its URL opened from the port map. */
import { expect, test } from '@playwright/test';
import { keep, serveMinato } from './minato.ts';
import { languages, locales, textsOf } from './texts.ts';

for (const language of languages) {
  const t = textsOf(language);
  test.describe(language, () => {
    test.use({ locale: locales[language] });

    test('an image becomes a Deployment, its pods run, a Service opens it on localhost', async ({ page, request }) => {
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
      await keep(page, 'pods');
      await page.getByRole('tab', { name: 'Deployments' }).click();
      await expect(page.getByRole('row', { name: /hello.*2\/2/ })).toBeVisible();
      await keep(page, 'deployments');
      await page.getByRole('row', { name: /hello/ }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'hello' })).toBeVisible();
      await keep(page, 'deployment');

      await page.getByRole('link', { name: t('action.expose.title') }).click();
      await expect(page.getByText(t('wizard.dryRun.accepted'))).toBeVisible();
      await keep(page, 'expose');
      await page.getByRole('button', { name: t('wizard.expose.submit'), exact: true }).click();
      const link = page.getByRole('link', { name: /localhost:3\d{4}/ });
      await expect(link).toBeVisible();
      await expect(page.getByText(/200/).first()).toBeVisible();
      await keep(page, 'port-map');
      const url = (await link.getAttribute('href')) ?? '';
      expect((await request.get(url)).status()).toBe(200);
      const port = await minato.kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.ports[0].nodePort}');
      expect(url).toContain(`:${port}`);
    });
  });
}
