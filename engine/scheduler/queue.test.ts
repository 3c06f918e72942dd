import { describe, expect, it } from 'vitest';
import { testClock } from '../testing/clock.ts';
import { leftoverMs, SchedulingQueue } from './queue.ts';

function setUp() {
  const clock = testClock();
  const queue = new SchedulingQueue(clock, () => {});
  const takeAll = (): string[] => {
    const taken: string[] = [];
    for (let key = queue.take(); key !== undefined; key = queue.take()) taken.push(key);
    return taken;
  };
  return { clock, queue, takeAll };
}
const fit = new Set(['NodeResourcesFit']);

describe('the scheduling queue', () => {
  it('gives out the most important first, then the oldest', () => {
    const { queue, takeAll } = setUp();
    for (const [key, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', 0],
      ['d', 5],
    ] as const)
      queue.add({ key, priority });
    expect(takeAll()).toEqual(['b', 'd', 'a', 'c']);
  });

  it('forgets a pod that is removed, and takes one anew', () => {
    const { queue, takeAll } = setUp();
    queue.add({ key: 'a', priority: 0 });
    queue.remove('a');
    queue.add({ key: 'b', priority: 0 });
    queue.add({ key: 'a', priority: 0 });
    expect(takeAll()).toEqual(['b', 'a']);
  });

  it('backs off by 1, 2, 4, 8, 10, 10 seconds', () => {
    const { clock, queue } = setUp();
    queue.add({ key: 'a', priority: 0 });
    const waited = [1, 2, 4, 8, 10, 10].map((seconds) => {
      queue.take();
      queue.retry('a');
      clock.advance(seconds * 1000 - 1);
      const early = queue.hasReady;
      clock.advance(1);
      return [early, queue.hasReady];
    });
    expect(waited).toEqual(Array.from({ length: 6 }, () => [false, true]));
  });

  it('wakes a refused pod only by events that concern what refused it, and not before its back-off is over', () => {
    const { clock, queue, takeAll } = setUp();
    queue.add({ key: 'a', priority: 0 });
    queue.take();
    queue.refuse('a', fit);
    clock.advance(5000);
    queue.moved(['node-labels', 'pod-added']);
    expect(queue.hasReady).toBe(false);
    queue.moved(['pod-removed']);
    expect(takeAll()).toEqual(['a']);
    queue.refuse('a', fit);
    queue.moved(['node-added']);
    expect(queue.hasReady).toBe(false);
    clock.advance(2000);
    expect(takeAll()).toEqual(['a']);
  });

  it('tries a refused pod again when it has changed itself', () => {
    const { clock, queue, takeAll } = setUp();
    queue.add({ key: 'a', priority: 0 });
    queue.take();
    queue.refuse('a', fit);
    clock.advance(5000);
    queue.add({ key: 'a', priority: 0 });
    expect(queue.hasReady).toBe(false);
    queue.add({ key: 'a', priority: 0 }, true);
    expect(takeAll()).toEqual(['a']);
  });

  it('tries refused pods again after five minutes, and keeps no timer when nothing waits', () => {
    const { clock, queue, takeAll } = setUp();
    queue.add({ key: 'a', priority: 0 });
    expect(clock.pending).toBe(0);
    queue.take();
    queue.refuse('a', fit);
    clock.advance(leftoverMs);
    expect(takeAll()).toEqual(['a']);
    queue.remove('a');
    expect(clock.pending).toBe(0);
  });

  it('does not give out a pod twice while it is being tried', () => {
    const { queue, takeAll } = setUp();
    queue.add({ key: 'a', priority: 0 });
    queue.take();
    queue.add({ key: 'a', priority: 0 }, true);
    queue.moved(['node-added']);
    expect(takeAll()).toEqual([]);
  });
});
