import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProbeResult } from '../../../engine/host/contract.ts';
import { untilItAnswers } from './until-it-answers.ts';

const refused: ProbeResult = { ok: false, elapsedMs: 1, reason: 'refused', message: '' };
const answered: ProbeResult = { ok: true, elapsedMs: 1, httpStatus: 200 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('asks no more once it has an answer', async () => {
  const answers = [refused, refused, answered, answered];
  let asked = 0;
  const done = untilItAnswers(async () => answers[asked++] ?? refused, new AbortController().signal);
  await vi.runAllTimersAsync();
  await done;
  expect(asked).toBe(3);
});
it('gives up', async () => {
  let asked = 0;
  const done = untilItAnswers(async () => {
    asked++;
    return refused;
  }, new AbortController().signal);
  await vi.runAllTimersAsync();
  await done;
  expect(asked).toBe(7);
});
it('ends at once when nobody looks any more', async () => {
  const stop = new AbortController();
  let asked = 0;
  const done = untilItAnswers(async () => {
    asked++;
    return refused;
  }, stop.signal);
  await vi.advanceTimersByTimeAsync(0);
  stop.abort();
  await done;
  expect(asked).toBe(1);
});
