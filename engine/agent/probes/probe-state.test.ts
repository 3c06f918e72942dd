import { expect, test } from 'vitest';
import type { Probe } from '../../api/types.gen.ts';
import { probeStep, unprobed } from './probe-state.ts';

/** Outcomes as `+` and `-`; results as they are known after each, `?` before the first. */
function results(outcomes: string, probe: Probe): string {
  let state = unprobed;
  return [...outcomes]
    .map((outcome) => {
      state = probeStep(state, outcome === '+', probe);
      return state.result === undefined ? '?' : state.result ? '+' : '-';
    })
    .join('');
}

test.each([
  ['one success is enough, three failures in a row count', '+--+---', {}, '++++++-'],
  ['failures from the start', '---+', {}, '??-+'],
  ['thresholds of their own', '++-+++', { successThreshold: 2, failureThreshold: 1 }, '?+--++'],
])('%s', (_, outcomes, probe, expected) => {
  expect(results(outcomes, probe)).toBe(expected);
});
