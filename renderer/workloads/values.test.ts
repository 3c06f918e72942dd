import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../engine/api/types.gen.ts';
import { ageValue, deploymentReady, imagesOf, isPastRevision, readyShare } from './values.ts';

const deployment = (replicas: number | undefined, readyReplicas?: number): Deployment => ({
  metadata: {},
  spec: { replicas, selector: {}, template: {} },
  status: { readyReplicas },
});
const set = (replicas: number, current: number, owned: boolean): ReplicaSet => ({
  metadata: owned ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'u', controller: true }] } : {},
  spec: { replicas, selector: {} },
  status: { replicas: current },
});

describe('what kubectl prints', () => {
  it.each([
    [deployment(3, 1), '1/3'],
    [deployment(3), '0/3'],
    [deployment(undefined, 1), '1/1'],
    [deployment(0), '0/0'],
  ])('under READY', (object, text) => {
    expect(deploymentReady(object)).toBe(text);
  });
  it('under IMAGES: all containers', () => {
    expect(
      imagesOf({
        spec: {
          containers: [
            { name: 'a', image: 'nginx' },
            { name: 'b', image: 'redis:7' },
          ],
        },
      }),
    ).toBe('nginx,redis:7');
    expect(imagesOf(undefined)).toBe('');
  });
});

describe('order', () => {
  it('of READY puts what lacks most first, and what wants nothing with what is complete', () => {
    const shares = [readyShare(2, 2), readyShare(0, 3), readyShare(0, 0), readyShare(1, 3)];
    expect(shares.toSorted((one, other) => one - other)).toEqual([0, 1 / 3, 1, 1]);
  });
  it('of AGE puts the youngest first', () => {
    const at = (creationTimestamp: string) => ({ metadata: { creationTimestamp } });
    expect(ageValue(at('2026-01-02T00:00:00Z'))).toBeLessThan(ageValue(at('2026-01-01T00:00:00Z')));
  });
});

describe('a ReplicaSet of the past', () => {
  it.each([
    ['replaced and empty', set(0, 0, true), true],
    ['still shrinking', set(0, 2, true), false],
    ['current', set(2, 2, true), false],
    ['scaled to zero by its user', set(0, 0, false), false],
  ])('%s', (_name, object, isPast) => {
    expect(isPastRevision(object)).toBe(isPast);
  });
});
