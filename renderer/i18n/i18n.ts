/** Texts in both languages: one file per area and language, `area.key`. Kubernetes' own words stay as they are. Parity is checked by texts.test.ts. */
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '../../engine/host/contract.ts';

export type Language = 'en' | 'ja';
type Area = Readonly<Record<string, unknown>>;
const files = import.meta.glob<Area>('./{en,ja}/*.json', { eager: true, import: 'default' });

function textsOf(language: Language): Record<string, Area> {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`));
  return Object.fromEntries(own.map(([path, area]) => [path.slice(5, -5), area]));
}

export function createTexts(language: Language): i18n {
  const texts = createInstance({
    lng: language,
    fallbackLng: false,
    keySeparator: '.',
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { en: { translation: textsOf('en') }, ja: { translation: textsOf('ja') } },
  });
  // Resources are at hand, so this completes at once; React must not wait for it.
  void texts.use(initReactI18next).init();
  return texts;
}

export function languageOf(setting: Settings['language'], system: readonly string[]): Language {
  if (setting !== 'system') return setting;
  return system[0]?.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
