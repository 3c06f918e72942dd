/** The window's own texts, so that a story reads the same in both languages. */
import { readdirSync, readFileSync } from 'node:fs';

export type Language = 'en' | 'ja';
export const languages: readonly Language[] = ['en', 'ja'];
export const locales: Readonly<Record<Language, string>> = { en: 'en-US', ja: 'ja-JP' };

const folder = new URL('../renderer/i18n/', import.meta.url);

/** `t('home.start')`; throws when there is no such text. */
export function textsOf(language: Language): (key: string, words?: Readonly<Record<string, string | number>>) => string {
  const areas = new Map(
    readdirSync(new URL(`${language}/`, folder)).map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8')) as unknown,
    ]),
  );
  return (key, words = {}) => {
    const [area = '', ...path] = key.split('.');
    const text = path.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], areas.get(area));
    if (typeof text !== 'string') throw new Error(`no text ${key} in ${language}`);
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(words[name]));
  };
}
