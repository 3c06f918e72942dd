/** Draws an operation's steps on a terminal (stderr), or as one JSON event a line. Each change is drawn once. */
import type { Operation, Step } from '../../api/steps.ts';

export interface Output {
  readonly write: (text: string) => void;
  /** A terminal redraws the line of the running step; anything else gets whole lines only. */
  readonly isTerminal: boolean;
}

const marks: Readonly<Record<Step['state'], string>> = { waiting: ' ', running: '…', done: '✓', failed: '✗', cancelled: '–', skipped: ' ' };

/** Returns the listener to call with every value of the operation. */
export function drawOperation({ write, isTerminal }: Output): (operation: Operation) => void {
  const drawn = new Map<string, Step['state']>();
  return ({ steps }) => {
    const running = steps.filter(({ state }) => state === 'running');
    for (const step of steps) {
      if (running.includes(step) || drawn.get(step.id) === step.state || step.state === 'waiting' || step.state === 'skipped') continue;
      drawn.set(step.id, step.state);
      write(`${isTerminal ? '\r\u001b[2K' : ''}${marks[step.state]} ${lineOf(step)}${elapsedOf(step)}\n`);
      if (step.failure) write(`${step.log.map((line) => `    ${line}\n`).join('')}  ${step.failure.message}\n`);
    }
    const [first, ...others] = running;
    if (first && isTerminal) write(`\r\u001b[2K  ${lineOf(first)}${others.length > 0 ? `  (and ${others.length} more)` : ''}`);
  };
}

/** The same as JSON: `{"event":"step","operation":"create","id":…,"title":…,"state":…,"elapsedMs":…}`. */
export function drawJson(write: (text: string) => void): (operation: Operation) => void {
  const drawn = new Map<string, string>();
  return ({ kind, cluster, steps }) => {
    for (const { id, title, state, elapsedMs, detail, failure } of steps) {
      const text = JSON.stringify({ event: 'step', operation: kind, cluster, id, title, state, elapsedMs, detail, failure });
      if (state === 'waiting' || drawn.get(id) === text) continue;
      drawn.set(id, text);
      write(`${text}\n`);
    }
  };
}

function lineOf({ title, detail, failure }: Step): string {
  return detail === undefined || failure ? title : `${title}: ${detail}`;
}
function elapsedOf({ elapsedMs }: Step): string {
  return elapsedMs === undefined ? '' : `  (${(elapsedMs / 1000).toFixed(1)} s)`;
}
