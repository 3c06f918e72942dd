/** The tray's menu in both languages, drawn from the operations that the window draws. */
import { describe, expect, it } from 'vitest';
import type { Operation, Step, StepState } from '../engine/api/steps.ts';
import { stepText, trayTexts } from './tray-texts.ts';
import { type TrayInput, type TrayItem, trayView } from './tray-view.ts';

const step = (id: string, state: StepState): Step => ({ id, title: `title of ${id}`, state, deadlineMs: 1000, log: [] });
const starting: Operation = {
  id: 'op-1',
  kind: 'create',
  cluster: 'minato',
  state: 'running',
  startedAt: 0,
  elapsedMs: 0,
  steps: [step('engine', 'done'), step('image', 'skipped'), step('node:worker-1', 'running'), step('dns', 'waiting')],
};
const draw = (locale: string, input: Omit<TrayInput, 'texts'>) => trayView({ ...input, texts: trayTexts(locale) });
const outline = (items: readonly TrayItem[]): readonly unknown[] =>
  items.map((item) => {
    if (item.type === 'separator') return '---';
    if (item.type === 'cluster') return [item.label, ...outline(item.items)];
    return item.type === 'action' ? `${item.label} → ${Object.values(item.action).join(' ')}` : `(${item.label})`;
  });

describe('the tray', () => {
  it('offers the window and the way out while there is no cluster', () => {
    const { toolTip, items } = draw('en-US', { clusters: [], operations: [] });
    expect([toolTip, outline(items)]).toEqual(['Minato', ['Open Minato → show', '---', 'Quit (pods keep running) → quit']]);
  });

  it('shows the step that runs and how many are done, and can cancel', () => {
    const { toolTip, items } = draw('en-US', { clusters: [{ name: 'minato', phase: 'starting' }], operations: [starting] });
    expect(toolTip).toBe('Minato\nminato: Starting (2/4)');
    expect(outline(items)).toEqual([
      'Open Minato → show',
      '---',
      ['minato: Starting (2/4)', '(Starting node “worker-1”)', 'Cancel → cancel op-1'],
      '---',
      'Quit (pods keep running) → quit',
    ]);
  });

  it('says the same in Japanese', () => {
    const { items } = draw('ja', { clusters: [{ name: 'minato', phase: 'starting' }], operations: [starting] });
    expect(outline(items)).toEqual([
      'Minato を開く → show',
      '---',
      ['minato: 起動中 (2/4)', '(ノード「worker-1」を起動)', 'キャンセル → cancel op-1'],
      '---',
      '終了（Pod は動き続けます） → quit',
    ]);
  });

  it.each([
    ['running', 'running', ['Stop → stop minato']],
    ['elsewhere', 'running', ['Stop → stop minato']],
    ['stopped', 'done', ['Start → start minato']],
    ['stopping', 'done', []],
  ] as const)('offers what fits a cluster that is %s', (phase, _state, expected) => {
    const { items } = draw('en', { clusters: [{ name: 'minato', phase }], operations: [{ ...starting, state: 'done' }] });
    expect(outline(items)[2]).toEqual([expect.stringMatching(/^minato: /), ...expected]);
  });

  it('names the step that failed and offers to try again', () => {
    const failed: Operation = { ...starting, state: 'failed', steps: [step('engine', 'done'), step('network', 'failed')] };
    const { items } = draw('en', { clusters: [{ name: 'minato', phase: 'failed' }], operations: [failed] });
    expect(outline(items)[2]).toEqual(['minato: Failed', '(Failed: Creating the cluster network)', 'Retry → start minato']);
  });

  it('keeps clusters apart', () => {
    const clusters = [
      { name: 'a', phase: 'running' },
      { name: 'minato', phase: 'starting' },
    ] as const;
    const { toolTip } = draw('en', { clusters, operations: [starting] });
    expect(toolTip).toBe('Minato\na: Running\nminato: Starting (2/4)');
  });

  it('takes Japanese for Japanese alone', () => {
    expect(['ja', 'ja-JP', 'jam', 'en-GB', ''].map((locale) => trayTexts(locale).show)).toEqual([
      'Minato を開く',
      'Minato を開く',
      'Open Minato',
      'Open Minato',
      'Open Minato',
    ]);
  });

  it('has all its words in both languages', () => {
    const [english, japanese] = [trayTexts('en'), trayTexts('ja')];
    expect([Object.keys(japanese.phases), Object.keys(japanese.steps)]).toEqual([Object.keys(english.phases), Object.keys(english.steps)]);
  });

  it.each([
    ['create', 'control-plane', 'Starting the control plane'],
    ['stop', 'stop-node:minato', 'Stopping node “minato” and its pods'],
    ['deploy-sample', 'sample-image:postgres:15-alpine', 'Preparing the image postgres:15-alpine'],
    ['deploy-sample', 'deployment:vote', 'deployment/vote'],
    ['remove-sample', 'service:vote', 'Removing service/vote'],
    ['create', 'something-new:x', 'title of something-new:x'],
    ['create', 'constructor', 'title of constructor'],
  ] as const)('titles the steps of %s as the window does: %s', (kind, id, text) => {
    expect(stepText(step(id, 'running'), kind, trayTexts('en'))).toBe(text);
  });
});
