import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { expect, it } from 'vitest';
import type { WireError } from '../../engine/host/contract.ts';
import type { ListState } from '../data/live-list.ts';
import { createTexts, type Language } from '../i18n/i18n.ts';
import { ListGate } from './ListGate.tsx';

function shown(
  state: ListState,
  { count = 0, error, language = 'en' }: { count?: number; error?: WireError; language?: Language } = {},
): string {
  const listing = { state, error, objects: Array.from({ length: count }), retry: () => undefined };
  return renderToStaticMarkup(
    <I18nextProvider i18n={createTexts(language)}>
      <ListGate listing={listing} title="Pods" empty={<p>the empty state</p>}>
        <p>the list</p>
      </ListGate>
    </I18nextProvider>,
  );
}
const refused = (code: number, message: string): WireError => ({
  code: 'api',
  params: {},
  message,
  status: { metadata: {}, code, message },
});

it('says that it loads, and shows no list before it is whole', () => {
  expect(shown('loading', { count: 3 })).toContain('Loading Pods…');
  expect(shown('loading', { count: 3 })).not.toContain('the list');
});
it('offers another try when it failed, with the reason', () => {
  const html = shown('failed', { error: refused(500, 'no such luck') });
  expect(html).toContain('Pods could not be loaded');
  expect(html).toContain('no such luck');
  expect(html).toContain('<button');
});
it('tells what is forbidden apart from what failed', () => {
  const html = shown('failed', { error: refused(403, 'pods is forbidden: User "x" cannot list resource "pods"') });
  expect(html).toContain('You may not see Pods here');
  expect(html).toContain('cannot list resource');
});
it('shows the empty state only once the list is known', () => {
  expect(shown('ready')).toContain('the empty state');
  expect(shown('ready', { count: 1 })).toBe('<p>the list</p>');
});
it('keeps the list while its connection is being mended, and says that it may be old', () => {
  const html = shown('interrupted', { count: 1, language: 'ja' });
  expect(html).toContain('つなぎ直しています');
  expect(html).toContain('the list');
});
