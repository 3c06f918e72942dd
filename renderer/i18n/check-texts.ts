/** Whether the texts are whole: each key that is used exists in both languages, none is empty or unused, and both say the same things. Pure. */

export type Texts = Readonly<Record<string, string>>;
export interface Checked {
  /** By language, with flat keys: `home.start`. */
  readonly texts: Readonly<Record<string, Texts>>;
  /** As `textUsage` finds them. */
  readonly keys: readonly string[];
  /** What a `*` may be, by key: `explain.*.title` → the ids of all causes. A key with a `*` that is not here must find at least one text. */
  readonly domains: Readonly<Record<string, readonly string[]>>;
}

/** The plural forms that each language has (CLDR), for what the window counts. */
const forms: Readonly<Record<string, readonly string[]>> = { en: ['one', 'other'], ja: ['other'] };
const suffix = /_(zero|one|two|few|many|other)$/;

export function flatTexts(value: unknown, prefix = ''): Texts {
  if (typeof value === 'string') return { [prefix]: value };
  if (typeof value !== 'object' || value === null) return { [prefix]: '' };
  return Object.assign({}, ...Object.entries(value).map(([key, part]) => flatTexts(part, prefix === '' ? key : `${prefix}.${key}`)));
}

export function checkTexts(checked: Checked): readonly string[] {
  const { texts, keys, domains } = checked;
  const used = keys.flatMap((key) => (key in domains ? (domains[key] ?? []).map((value) => key.replace('*', value)) : [key]));
  const patterns = used.filter((key) => key.includes('*')).map((key) => ({ key, pattern: patternOf(key) }));
  const all = new Set(Object.values(texts).flatMap((own) => Object.keys(own).map(baseOf)));
  const exact = new Set(used);
  return [
    ...Object.entries(texts).flatMap(([language, own]) => [
      ...used.filter((key) => !key.includes('*') && !has(own, key)).map((key) => `${language}: missing ${key}`),
      ...Object.entries(own).flatMap(([key, text]) => (text.trim() === '' ? [`${language}: empty ${key}`] : [])),
      ...[...all].filter((base) => !has(own, base) && !exact.has(base)).map((base) => `${language}: missing ${base}`),
      ...pluralFaults(language, own),
    ]),
    ...patterns.filter(({ pattern }) => ![...all].some((base) => pattern.test(base))).map(({ key }) => `no text for ${key}`),
    ...[...all].filter((base) => !exact.has(base) && !patterns.some(({ pattern }) => pattern.test(base))).map((base) => `unused ${base}`),
    ...placeholderFaults(texts, all),
  ];
}

function baseOf(key: string): string {
  return key.replace(suffix, '');
}
function has(texts: Texts, base: string): boolean {
  return base in texts || `${base}_other` in texts;
}
function patternOf(key: string): RegExp {
  return new RegExp(`^${key.replace(/[.]/g, '\\.').replaceAll('*', '[^.]+')}$`);
}

function pluralFaults(language: string, own: Texts): readonly string[] {
  const bases = new Set(Object.keys(own).flatMap((key) => (suffix.test(key) ? [baseOf(key)] : [])));
  const wanted = forms[language] ?? [];
  return [...bases].flatMap((base) =>
    wanted.filter((form) => !(`${base}_${form}` in own)).map((form) => `${language}: missing ${base}_${form}`),
  );
}

/** `{{count}}` may be left out of a form that says the number in words. */
function placeholderFaults(texts: Readonly<Record<string, Texts>>, bases: ReadonlySet<string>): readonly string[] {
  return [...bases].flatMap((base) => {
    const said = Object.values(texts).flatMap((own) => (has(own, base) ? [placeholders(own[base] ?? own[`${base}_other`] ?? '')] : []));
    return new Set(said).size > 1 ? [`placeholders differ in ${base}: ${said.join(' | ')}`] : [];
  });
}
function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}/g)].map(([, name]) => name))].toSorted().join(', ');
}
