/** The tray's words. Phases and steps are the window's own texts; only what the window does not say is written here. */
import type { OperationKind, Step } from '../engine/api/steps.ts';
import englishPhases from '../renderer/i18n/en/phase.json' with { type: 'json' };
import englishSteps from '../renderer/i18n/en/step.json' with { type: 'json' };
import japanesePhases from '../renderer/i18n/ja/phase.json' with { type: 'json' };
import japaneseSteps from '../renderer/i18n/ja/step.json' with { type: 'json' };

export interface TrayTexts {
  readonly show: string;
  readonly start: string;
  readonly stop: string;
  readonly cancel: string;
  readonly retry: string;
  readonly quit: string;
  readonly phases: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, string>>;
}
const english: TrayTexts = {
  show: 'Open Minato',
  start: 'Start',
  stop: 'Stop',
  cancel: 'Cancel',
  retry: 'Retry',
  quit: 'Quit (pods keep running)',
  phases: englishPhases,
  steps: englishSteps,
};
const japanese: TrayTexts = {
  show: 'Minato を開く',
  start: '起動',
  stop: '停止',
  cancel: 'キャンセル',
  retry: '再試行',
  quit: '終了（Pod は動き続けます）',
  phases: japanesePhases,
  steps: japaneseSteps,
};

/** `locale` as Electron gives it: `ja`, `en-US`. */
export function trayTexts(locale: string): TrayTexts {
  return locale === 'ja' || locale.startsWith('ja-') ? japanese : english;
}

/** As the window titles its steps: by the id up to the colon, what follows is a name. A step without a text of its own keeps its English title. */
export function stepText({ id, title }: Pick<Step, 'id' | 'title'>, kind: OperationKind, { steps }: TrayTexts): string {
  const [, what = id, name = ''] = /^([^:]*):(.*)$/.exec(id) ?? [];
  const text = (key: string, value: string): string | undefined =>
    Object.hasOwn(steps, key) ? steps[key]?.replace(/\{\{\w+\}\}/, () => value) : undefined;
  const isObject = name !== '' && what !== 'sample-image';
  if (isObject && kind === 'deploy-sample') return `${what}/${name}`;
  if (isObject && kind === 'remove-sample') return text('remove-object', `${what}/${name}`) ?? title;
  return text(what, name) ?? title;
}
