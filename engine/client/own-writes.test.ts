import { expect, test } from 'vitest';
import type { KubeObject, Live } from '../api/object.ts';
import { OwnWrites } from './own-writes.ts';

const at = (uid: string, generation: number): Live<KubeObject> => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: uid, uid, generation, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
});

test('what was written is waited for until the cache shows it, or something newer', () => {
  const writes = new OwnWrites();
  expect(writes.areShownIn('a', [])).toBe(true);
  writes.wrote('a', at('x', 2));
  writes.wrote('a', at('y', 5));
  expect(writes.areShownIn('a', [at('x', 1), at('y', 5)])).toBe(false);
  expect(writes.areShownIn('b', [at('x', 1)])).toBe(true);
  expect(writes.areShownIn('a', [at('x', 3), at('y', 4)])).toBe(true);
  expect(writes.size).toBe(0);
});

test('nothing is kept of what is gone before the cache showed it, nor of an owner that is gone', () => {
  const writes = new OwnWrites();
  writes.wrote('a', at('x', 2));
  writes.wrote('a', at('y', 2));
  expect([writes.areShownIn('a', [at('y', 1)]), writes.areShownIn('a', [at('y', 2)]), writes.size]).toEqual([false, true, 0]);
  writes.wrote('b', at('z', 2));
  writes.forget('b');
  expect(writes.size).toBe(0);
});
