/** The agent's output: one line a call, so that `docker logs` can be read and searched. */
import { rfc3339 } from '../api/clock.ts';
import type { Log } from './context.ts';

const maxCauses = 5;

export function lineLog(write: (line: string) => void, now: () => number): Log {
  const line = (level: string, message: string, error?: unknown): void => {
    const reason = error === undefined ? '' : `: ${causes(error)}`;
    write(`${rfc3339(now())} ${level} ${oneLine(`${message}${reason}`)}\n`);
  };
  return {
    info: (message) => line('INFO', message),
    warn: (message, error) => line('WARN', message, error),
    error: (message, error) => line('ERROR', message, error),
  };
}

/** `message: message of its cause: …` */
function causes(error: unknown): string {
  const texts: string[] = [];
  for (let each = error; each !== undefined && texts.length < maxCauses; each = each instanceof Error ? each.cause : undefined) {
    const text = each instanceof Error ? each.message || each.name : String(each);
    // Many errors repeat what their cause says.
    if (!texts.some((known) => known.includes(text))) texts.push(text);
  }
  return texts.join(': ');
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' | ');
}
