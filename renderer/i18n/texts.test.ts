// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources that the check reads
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../engine/explain/catalogue.ts';
import { deleteCluster, stopCluster } from '../actions/cluster-actions.ts';
import { fixActions, objectActions } from '../actions/object-actions.ts';
import { removeSample } from '../actions/sample-actions.ts';
import { fixPages } from '../objects/fix-pages.ts';
import { clusterFixes } from '../pages/cluster/cluster-fixes.ts';
import { checkTexts, flatTexts } from './check-texts.ts';
import { textUsage } from './text-usage.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const files = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root.pathname }).filter((file) => !/\.test\.tsx?$/.test(file));

/** What the engine and the window's own values name at run time. */
function domains(): Readonly<Record<string, readonly string[]>> {
  const causes = catalogue.map(({ id }) => id);
  const fixes = [...new Set(catalogue.flatMap((cause) => cause.fixes))];
  const hostCodes = [...read('engine/api/host-error.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].flatMap(([, code]) => code ?? []);
  const actions = [...objectActions, stopCluster, deleteCluster, removeSample];
  const asked = actions.filter(({ type }) => type === 'does').map(({ id }) => id);
  const toasted = actions.filter((action) => action.type === 'does' && !action.showsItself).map(({ id }) => id);
  const stepFiles = [...files('engine/cluster/steps/*.ts'), ...files('engine/cluster/samples/*.ts')].map(read).join('\n');
  const steps = [...stepFiles.matchAll(/\bid: (?:'([a-z-]+)'|`([a-z-]+):)/g)].flatMap(([, plain, named]) => plain ?? named ?? []);
  const details = [...read('engine/api/step-detail.ts').matchAll(/^ {2}'?([a-z-]+)'?: \(/gm)].flatMap(([, code]) => code ?? []);
  return {
    'explain.*.title': causes,
    'explain.*.text': causes,
    'fix.*.text': fixes,
    'fix.*.button': [...new Set([...Object.keys(fixActions), ...Object.keys(fixPages), ...clusterFixes])],
    'error.*': [...hostCodes, 'api', 'unknown-call', 'disconnected'],
    'said.*': details,
    'step.*': [...new Set(steps)],
    'action.*.title': actions.map(({ id }) => id),
    'action.*.ask': asked,
    'action.*.text': asked,
    'action.*.done': toasted,
    'phase.*': ['stopped', 'starting', 'running', 'stopping', 'failed', 'elsewhere', 'lost'],
  };
}

describe('texts', () => {
  const texts = Object.fromEntries(
    ['en', 'ja'].map((language) => [
      language,
      flatTexts(
        Object.fromEntries(
          files(`renderer/i18n/${language}/*.json`).map((file) => [file.replace(/^.*\/|\.json$/g, ''), JSON.parse(read(file))]),
        ),
      ),
    ]),
  );
  const usages = files('renderer/**/*.{ts,tsx}').map((file) => textUsage(file, read(file)));

  it('are complete in both languages, none is unused, and both say the same things', () => {
    expect(Object.keys(texts.en ?? {}).length).toBeGreaterThan(300);
    expect(checkTexts({ texts, keys: usages.flatMap(({ keys }) => keys), domains: domains() })).toEqual([]);
  });

  it('are texts: no words for people stand in the code', () => {
    expect(usages.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

describe('the check of the texts', () => {
  const whole = {
    en: { 'a.b': 'One {{name}}', 'a.n_one': '{{count}} x', 'a.n_other': '{{count}} xs' },
    ja: { 'a.b': '一つ {{name}}', 'a.n_other': '{{count}} 個' },
  };
  const check = (change: Partial<Parameters<typeof checkTexts>[0]>): readonly string[] =>
    checkTexts({ texts: whole, keys: ['a.b', 'a.n'], domains: {}, ...change });

  it('finds nothing where all is well', () => {
    expect(check({})).toEqual([]);
  });
  it('finds a key that is used and missing', () => {
    expect(check({ keys: ['a.b', 'a.n', 'a.c'] })).toEqual(['en: missing a.c', 'ja: missing a.c']);
  });
  it('finds a text that one language lacks', () => {
    expect(check({ texts: { ...whole, ja: { 'a.n_other': '{{count}} 個' } } })).toEqual(['ja: missing a.b']);
  });
  it('finds an empty text', () => {
    expect(check({ texts: { en: whole.en, ja: { ...whole.ja, 'a.b': ' {{name}}'.trim().replace('{{name}}', '') } } })).toContain(
      'ja: empty a.b',
    );
  });
  it('finds a text that nobody uses', () => {
    expect(check({ keys: ['a.n'] })).toEqual(['unused a.b']);
  });
  it('finds placeholders that differ', () => {
    expect(check({ texts: { en: whole.en, ja: { ...whole.ja, 'a.b': '一つ {{nmae}}' } } })).toEqual([
      'placeholders differ in a.b: name | nmae',
    ]);
  });
  it('finds a plural form that is missing', () => {
    expect(check({ texts: { ...whole, en: { 'a.b': whole.en['a.b'], 'a.n_other': '{{count}} xs' } } })).toEqual(['en: missing a.n_one']);
  });
  it('knows what a part that is known only at run time may be', () => {
    expect(check({ keys: ['a.*'], domains: { 'a.*': ['b', 'n', 'z'] } })).toEqual(['en: missing a.z', 'ja: missing a.z']);
    expect(check({ keys: ['a.*'] })).toEqual([]);
    expect(check({ keys: ['a.b', 'a.n', 'q.*.r'] })).toEqual(['no text for q.*.r']);
  });

  const faults = (source: string): readonly string[] => textUsage('x.tsx', source).faults.map((fault) => fault.replace(/^x\.tsx:/, ''));
  it('finds words in elements, in what is spoken, and in conditions', () => {
    expect(faults('const a = <p>Hello</p>;')).toEqual(['1: words in the code: "Hello"']);
    expect(faults('const a =\n <p aria-label="Close" />;')).toEqual(['2: words in the code: "Close"']);
    expect(faults('const a = <p>{open ? "Open" : null}</p>;')).toEqual(['1: words in the code: "Open"']);
    expect(faults('const a = <p title={`Port ${port}`} />;')).toEqual(['1: words in the code: "Port"']);
    expect(faults('const a = <p>{items.length && `${n} 件`}</p>;')).toEqual(['1: words in the code: "件"']);
  });
  it('takes no names, signs and ids for words', () => {
    expect(faults('const a = <p className="wide" component="li">{kind === "Pod" && <b />} · {`${name}:${port}`}</p>;')).toEqual([]);
  });
  it('finds keys in all branches, and says which it cannot read', () => {
    const source = 'const a = [t("a.b"), i18n.t(x ? "c.d" : `e.${f}.g`), t(key)];';
    expect(textUsage('x.ts', source)).toEqual({
      keys: ['a.b', 'c.d', 'e.*.g'],
      faults: ['x.ts:1: a key that cannot be read off the code: t(key)'],
    });
  });
});
