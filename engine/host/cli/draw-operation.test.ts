import { describe, expect, it } from 'vitest';
import type { Operation, Step } from '../../api/steps.ts';
import { drawJson, drawOperation } from './draw-operation.ts';

const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  title: `Doing ${id}`,
  state: 'waiting',
  deadlineMs: 1000,
  log: [],
  ...more,
});
const operation = (...steps: readonly Step[]): Operation => ({
  id: 'op',
  kind: 'create',
  cluster: 'minato',
  state: 'running',
  startedAt: 0,
  elapsedMs: 0,
  steps,
});
const failure = { code: 'subnet-taken', params: {}, message: 'The range is in use.' };
/** The life of an operation whose second step fails, each value as the manager tells it; some are told twice. */
const life: readonly Operation[] = [
  operation(step('a'), step('b'), step('c'), step('d')),
  operation(step('a', { state: 'running' }), step('b'), step('c'), step('d')),
  operation(step('a', { state: 'running', detail: 'half' }), step('b'), step('c'), step('d')),
  operation(step('a', { state: 'done', elapsedMs: 1234, detail: 'all' }), step('b', { state: 'running' }), step('c'), step('d')),
  operation(step('a', { state: 'done', elapsedMs: 1234, detail: 'all' }), step('b', { state: 'running' }), step('c'), step('d')),
  operation(
    step('a', { state: 'done', elapsedMs: 1234, detail: 'all' }),
    step('b', { state: 'failed', elapsedMs: 50, detail: 'was at it', failure, log: ['line 1', 'line 2'] }),
    step('c', { state: 'cancelled' }),
    step('d', { state: 'skipped' }),
  ),
];
function draw(isTerminal: boolean): string {
  const written: string[] = [];
  const listener = drawOperation({ write: (text) => written.push(text), isTerminal });
  for (const value of life) listener(value);
  return written.join('');
}

describe('steps on a terminal', () => {
  it('are one whole line each where the output is a file', () => {
    expect(draw(false)).toBe(
      ['✓ Doing a: all  (1.2 s)', '✗ Doing b  (0.1 s)', '    line 1', '    line 2', '  The range is in use.', '– Doing c', ''].join('\n'),
    );
  });

  it('redraw the line of the step that runs on a terminal, and end as the same lines', () => {
    const text = draw(true);
    const redraws = text.split('\r\u001b[2K');
    expect(redraws.filter((part) => part.startsWith('  Doing'))).toEqual(['  Doing a', '  Doing a: half', '  Doing b', '  Doing b']);
    // What stays on the screen: each line after its last redraw.
    const screen = text
      .split('\n')
      .map((line) => line.split('\r\u001b[2K').at(-1))
      .join('\n');
    expect(screen).toBe(draw(false));
  });

  it('name the first of those that run at the same time, and how many more there are', () => {
    const written: string[] = [];
    const running = (id: string) => step(id, { state: 'running' });
    drawOperation({ write: (text) => written.push(text), isTerminal: true })(operation(running('a'), running('b'), running('c')));
    expect(written).toEqual(['\r\u001b[2K  Doing a  (and 2 more)']);
  });
});

describe('steps as JSON', () => {
  it('are one event a line, each change once, nothing for what has not begun', () => {
    const written: string[] = [];
    const listener = drawJson((text) => written.push(text));
    for (const value of life) listener(value);
    expect(written.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
    const common = (id: string) => ({ event: 'step', operation: 'create', cluster: 'minato', id, title: `Doing ${id}` });
    expect(written.map((line) => JSON.parse(line))).toEqual([
      { ...common('a'), state: 'running' },
      { ...common('a'), state: 'running', detail: 'half' },
      { ...common('a'), state: 'done', elapsedMs: 1234, detail: 'all' },
      { ...common('b'), state: 'running' },
      { ...common('b'), state: 'failed', elapsedMs: 50, detail: 'was at it', failure },
      { ...common('c'), state: 'cancelled' },
      { ...common('d'), state: 'skipped' },
    ]);
  });
});
