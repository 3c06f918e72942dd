import { expect, test } from 'vitest';
import { CronError, parseCron } from './cron-expression.ts';

test.each([
  ['*/5 * * * *', { type: 'cron', expression: '*/5 * * * *' }],
  ['  0 9-17/2 ? jan,MAR mon-fri ', { type: 'cron', expression: '0 9-17/2 * jan,MAR mon-fri' }],
  ['@hourly', { type: 'cron', expression: '0 * * * *' }],
  ['@every 1h30m10s', { type: 'every', ms: 5_410_000 }],
  ['@every 1.5s', { type: 'every', ms: 1000 }],
  ['@every 10ms', { type: 'every', ms: 1000 }],
])('%j is read', (text, schedule) => {
  expect(parseCron(text)).toEqual(schedule);
});

// The words are those of robfig/cron v3.
test.each([
  ['', 'empty spec string'],
  ['error', 'expected exactly 5 fields, found 1: [error]'],
  ['0 0 * * * *', 'expected exactly 5 fields, found 6: [0 0 * * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['* * * * 7', 'end of range (7) above maximum (6): 7'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['* * L * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
  ['@fortnightly', 'unrecognized descriptor: @fortnightly'],
  ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
])('%j is refused', (text, message) => {
  expect(() => parseCron(text)).toThrow(new CronError(message));
});
