import { expect, test } from 'vitest';
import { expired, serviceUnavailable } from '../api/errors.ts';
import type { KubeObject, Live } from '../api/object.ts';
import { firstState, type Outcome, type Step, step, type WatchState } from './watch.ts';

const object = (name: string): Live<KubeObject> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
});
const broken = serviceUnavailable('connection refused');
const tooOld = expired('too old resource version: 5 (9)');
const watching = (resourceVersion: string, failures = 0): WatchState<KubeObject> => ({ at: 'watching', resourceVersion, failures });

test('pages are kept back until the last one has come', () => {
  const first = step(firstState(), { type: 'page', items: [object('a')], resourceVersion: '7', continue: 'next' });
  expect(first).toEqual({ state: { at: 'paging', continue: 'next', objects: [object('a')], failures: 0 }, delayMs: 0 });
  expect(step(first.state, { type: 'page', items: [object('b')], resourceVersion: '7' })).toEqual({
    state: watching('7'),
    list: [object('a'), object('b')],
    delayMs: 0,
  });
});

const cases: readonly [title: string, state: WatchState<KubeObject>, outcome: Outcome<KubeObject>, next: Step<KubeObject>][] = [
  [
    'a watch that the server ends goes on where it was',
    watching('7', 3),
    { type: 'ended', reached: '9', lastedMs: 5 },
    { state: watching('9'), delayMs: 0 },
  ],
  [
    'a long watch in which nothing happened is a good one',
    watching('7', 3),
    { type: 'ended', reached: '7', lastedMs: 60_000 },
    { state: watching('7'), delayMs: 0 },
  ],
  [
    'a watch that ends at once is tried again at once',
    watching('7'),
    { type: 'ended', reached: '7', lastedMs: 5 },
    { state: watching('7', 1), delayMs: 0 },
  ],
  ['then with growing patience', watching('7', 1), { type: 'ended', reached: '7', lastedMs: 5 }, { state: watching('7', 2), delayMs: 800 }],
  [
    'up to a few seconds',
    watching('7', 40),
    { type: 'ended', reached: '7', lastedMs: 5, error: broken },
    { state: watching('7', 41), delayMs: 5_000 },
  ],
  [
    'a broken watch goes on where it was',
    watching('7', 5),
    { type: 'ended', reached: '8', lastedMs: 9, error: broken },
    { state: watching('8'), delayMs: 0 },
  ],
  [
    'a watch that is too old lists again',
    watching('5'),
    { type: 'ended', reached: '5', lastedMs: 9, error: tooOld },
    { state: { at: 'start', failures: 1 }, delayMs: 0 },
  ],
  [
    'and not in a tight loop',
    watching('5', 1),
    { type: 'ended', reached: '5', lastedMs: 9, error: tooOld },
    { state: { at: 'start', failures: 2 }, delayMs: 800 },
  ],
  [
    'a list that fails is tried again',
    { at: 'start', failures: 2 },
    { type: 'failed', error: broken },
    { state: { at: 'start', failures: 3 }, delayMs: 1600 },
  ],
  [
    'pages that are no longer to be had are listed anew',
    { at: 'paging', continue: 'next', objects: [object('a')], failures: 0 },
    { type: 'failed', error: tooOld },
    { state: { at: 'start', failures: 1 }, delayMs: 0 },
  ],
];
test.each(cases)('%s', (_title, state, outcome, next) => {
  expect(step(state, outcome)).toEqual(next);
});
