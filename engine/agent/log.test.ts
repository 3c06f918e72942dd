import { expect, test } from 'vitest';
import { lineLog } from './log.ts';

test('every call is one line, with the causes of an error that its message does not name', () => {
  const lines: string[] = [];
  const log = lineLog(
    (line) => lines.push(line),
    () => Date.UTC(2026, 0, 1),
  );
  log.info('two\n  lines\n');
  const refused = new Error('connect ECONNREFUSED');
  log.warn('no list', new Error('no API server', { cause: new Error('connect ECONNREFUSED', { cause: refused }) }));
  log.error('no pod', 'text');
  expect(lines).toEqual([
    '2026-01-01T00:00:00Z INFO two | lines\n',
    '2026-01-01T00:00:00Z WARN no list: no API server: connect ECONNREFUSED\n',
    '2026-01-01T00:00:00Z ERROR no pod: text\n',
  ]);
});
