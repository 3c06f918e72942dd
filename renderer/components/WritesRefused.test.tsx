import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { expect, it } from 'vitest';
import type { ClusterSummary } from '../../engine/host/contract.ts';
import { createTexts, type Language } from '../i18n/i18n.ts';
import { WritesRefused } from './WritesRefused.tsx';

function shown(language: Language, refusal?: ClusterSummary['refusal']): string {
  const cluster = { name: 'a', refusal } as ClusterSummary;
  return renderToStaticMarkup(
    <I18nextProvider i18n={createTexts(language)}>
      <WritesRefused cluster={cluster} />
    </I18nextProvider>,
  );
}

it.each([
  ['en', 'There is no room left on the disk that holds'],
  ['ja', 'ディスク'],
] as const)('says in %s that the disk is full, where, and what frees it; says nothing while all is well', (language, words) => {
  const html = shown(language, { code: 'disk-full', params: { path: '/data/store' }, message: 'the disk that holds /data/store is full' });
  expect(html).toContain('role="alert"');
  for (const part of [words, '/data/store']) expect(html).toContain(part);
  expect(shown(language)).toMatch(/^<div[^>]* role="alert"[^>]*><\/div>$/);
});
