/** Addresses, ports and images on narrow windows: never broken, shortened in the middle, whole on hover and on focus. Needs no Docker. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { hasKubectl } from '../engine/testing/kubectl.ts';
import { keep, serveMinato } from './minato.ts';
import { locales, textsOf } from './texts.ts';
import { expectUnbroken } from './unbroken.ts';

const image = 'registry.internal.example.com/a-team-with-a-long-name/an-image-with-a-long-name/service:2026.11.27-rc1';
const manifest = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'long', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'long' } },
        template: {
          metadata: { labels: { app: 'long' } },
          spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 31999 }] }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'long', namespace: 'default' },
      spec: {
        type: 'NodePort',
        selector: { app: 'long' },
        ports: [31091, 31092, 31093].map((nodePort) => ({ name: `p${nodePort}`, port: nodePort, targetPort: 31999, nodePort })),
      },
    },
  ],
});

async function startSimulated(page: Page): Promise<void> {
  await page.getByText(t('home.options')).click();
  await page.getByRole('radio', { name: t('home.driverSimulated') }).check();
  await page.getByRole('button', { name: t('home.start'), exact: true }).click();
  await expect(page.getByText(t('operation.create.done', { name: 'minato' }))).toBeVisible({ timeout: 120_000 });
}

// The language whose lines may break almost anywhere.
test.use({ locale: locales.ja });
const t = textsOf('ja');
// biome-ignore lint/suspicious/noSkippedTests: said, not silent, where there is no kubectl
test.skip(!hasKubectl, 'no kubectl on the PATH');

test('no address, port or image is broken, at any width', async ({ page }) => {
  await using minato = await serveMinato();
  await page.goto(minato.url);
  await startSimulated(page);
  const folder = await mkdtemp(join(tmpdir(), 'minato-unbroken-'));
  try {
    await writeFile(join(folder, 'long.json'), manifest);
    await minato.withKubectl(async (kubectl) => {
      await kubectl('apply', '-f', join(folder, 'long.json'));
      await kubectl('rollout', 'status', 'deployment/long', '--timeout=60s');
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  const pages = [
    ['/c/minato', 'unbroken-cluster', false],
    ['/c/minato/services', 'unbroken-port-map', true],
    ['/c/minato/workloads/deployments', 'unbroken-deployments', false],
    ['/c/minato/workloads/pods', 'unbroken-pods', false],
    ['/c/minato/object/deployments/default/long/overview', 'unbroken-deployment', true],
    ['/c/minato/object/services/default/long/overview', 'unbroken-service', false],
    ['/c/minato/nodes', 'unbroken-nodes', false],
    ['/c/minato/kinds/endpointslices', 'unbroken-kind', false],
    ['/c/minato/events', 'unbroken-events', false],
  ] as const;
  for (const [path, name, kept] of pages) {
    await page.evaluate((hash) => location.assign(hash), `#${path}`);
    await expect(
      page
        .getByRole('main')
        .getByText(/long|minato/)
        .first(),
    ).toBeVisible();
    for (const width of [1024, 1280, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await expectUnbroken(page);
    }
    if (kept) await keep(page, name);
  }

  // Shortened, it ends as the image does; whole under the pointer and with the focus.
  await page.evaluate(() => location.assign('#/c/minato/workloads/deployments'));
  const shown = page.locator(`[data-unbroken="${image}"]`).first();
  await expect(shown.locator('[data-tail]')).toHaveText(image.slice(-8));
  await shown.hover();
  await expect(page.getByRole('tooltip')).toHaveText(image);
  await page.mouse.move(0, 0);
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  await page.getByRole('row', { name: /long/ }).focus();
  for (let step = 0; step < 5 && (await page.getByRole('tooltip').count()) === 0; step++) await page.keyboard.press('Tab');
  await expect(page.getByRole('tooltip')).toHaveText(image);
  await expectUnbroken(page);
});
