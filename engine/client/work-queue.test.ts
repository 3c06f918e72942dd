import { expect, test } from 'vitest';
import { testClock } from '../testing/clock.ts';
import { WorkQueue } from './work-queue.ts';

test('a key that is added many times is handed out once', async () => {
  const queue = new WorkQueue(testClock());
  for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
  expect([await queue.take(), await queue.take()]).toEqual(['a', 'b']);
  queue.close();
  expect(await queue.take()).toBeUndefined();
});

test('a key that is added while it is worked on comes again afterwards, once', async () => {
  const queue = new WorkQueue(testClock());
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.add('a');
  const next = queue.take();
  queue.done('a');
  expect(await next).toBe('a');
  queue.done('a');
  const none = queue.take();
  queue.close();
  expect(await none).toBeUndefined();
});

test('failures double the delay from 5 ms up to 1000 s, and success forgets them', async () => {
  const clock = testClock();
  const queue = new WorkQueue(clock);
  const delayOf = async (): Promise<number> => {
    queue.addRateLimited('a');
    const start = clock.now();
    const next = queue.take().then((key) => {
      expect(key).toBe('a');
      queue.done('a');
    });
    while (clock.pending > 0) clock.advance(1);
    await next;
    return clock.now() - start;
  };
  const delays = [];
  for (let count = 0; count < 6; count++) delays.push(await delayOf());
  expect(delays).toEqual([5, 10, 20, 40, 80, 160]);
  queue.forget('a');
  expect(await delayOf()).toBe(5);
});

test('of several waits for one key the earliest counts, and closing leaves no timer', async () => {
  const clock = testClock();
  const queue = new WorkQueue(clock);
  queue.addAfter('a', 1000);
  queue.addAfter('a', 10);
  queue.addAfter('a', 500);
  expect(clock.pending).toBe(1);
  clock.advance(10);
  expect(await queue.take()).toBe('a');
  queue.addAfter('b', 1000);
  queue.close();
  expect(clock.pending).toBe(0);
});

test('keys come first in, first out, however many there are', async () => {
  const queue = new WorkQueue(testClock());
  const keys = Array.from({ length: 5000 }, (_, index) => `key-${index}`);
  for (const key of keys) queue.add(key);
  const taken = [];
  for (let count = 0; count < keys.length; count++) taken.push(await queue.take());
  expect(taken).toEqual(keys);
});

test('a key that rests collects what is added meanwhile', async () => {
  const clock = testClock();
  const queue = new WorkQueue(clock);
  queue.add('a');
  await queue.take();
  queue.done('a', 100);
  queue.add('a');
  queue.add('a');
  const next = queue.take();
  clock.advance(99);
  queue.add('b');
  expect(await next).toBe('b');
  clock.advance(1);
  expect(await queue.take()).toBe('a');
  queue.done('a', 100);
  queue.close();
  expect(clock.pending).toBe(0);
});
