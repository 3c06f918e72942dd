import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statefulSet as setKind } from '../../api/kinds/apps/stateful-set.ts';
import type { Live } from '../../api/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types.gen.ts';
import { claimOwners } from './claim-owners.ts';
import { isInRange, ordinalOf, podOf, type Revision, revisionLabel } from './identity.ts';
import { planStatefulSet, type Step } from './plan.ts';

const nowMs = Date.UTC(2026, 0, 1);
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } });
const revision = (image: string): Revision => ({ name: `web-${image}`, template: template(image) });

function setOf(spec: Partial<StatefulSet['spec']> = {}): Live<StatefulSet> {
  const metadata = { name: 'web', namespace: 'default', uid: 'set', resourceVersion: '1', creationTimestamp: '', generation: 1 };
  const given = { metadata, spec: { selector: { matchLabels: { app: 'web' } }, template: template('new'), replicas: 3, ...spec } };
  return (setKind.defaults?.(given) ?? given) as Live<StatefulSet>;
}
interface PodSketch {
  readonly ordinal: number;
  readonly image?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly leaving?: boolean;
}
let uids = 0;
function podAt(set: Live<StatefulSet>, { ordinal, image = 'new', phase = 'Running', ready = true, leaving = false }: PodSketch): Live<Pod> {
  const made = podOf(set, ordinal, revision(image));
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: new Date(nowMs - 10_000).toISOString() }];
  const deletion = leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
  const metadata = { ...made.metadata, uid: `pod-${uids++}`, resourceVersion: '1', creationTimestamp: '', ...deletion };
  return { ...made, metadata, status: { phase, conditions } } as Live<Pod>;
}
function plan(set: Live<StatefulSet>, pods: readonly Live<Pod>[], claims: readonly Live<PersistentVolumeClaim>[] = []) {
  const claim = (name: string) => claims.find(({ metadata }) => metadata.name === name);
  return planStatefulSet({ set, pods, current: revision('old'), update: revision('new'), collisionCount: 0, claim, nowMs });
}
const said = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) => {
    const image = step.type === 'create' ? ` ${step.pod.spec.containers[0]?.image}` : '';
    return `${step.type} ${step.pod.metadata.name}${image}`;
  });

const all = [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2 }];
const cases: readonly [string, Partial<StatefulSet['spec']>, readonly PodSketch[], readonly string[]][] = [
  ['the first comes first', {}, [], ['create web-0 new']],
  ['and holds the second until it works', {}, [{ ordinal: 0, ready: false }], []],
  ['then the second comes', {}, [{ ordinal: 0 }], ['create web-1 new']],
  ['a hole is filled before all that is above it', {}, [{ ordinal: 1, ready: false }, { ordinal: 2 }], ['create web-0 new']],
  ['one that leaves is waited for', {}, [{ ordinal: 0, leaving: true }], []],
  ['one that has ended is made anew, however it ended', {}, [{ ordinal: 0, phase: 'Succeeded' }, ...all.slice(1)], ['delete web-0']],
  ['one that has ended and is leaving is waited for', {}, [{ ordinal: 0, phase: 'Failed', leaving: true }], []],
  ['ready for too short a time is not available', { minReadySeconds: 60 }, [{ ordinal: 0 }], []],
  ['all at once', { podManagementPolicy: 'Parallel' }, [], ['create web-0 new', 'create web-1 new', 'create web-2 new']],
  ['from another number on', { ordinals: { start: 7 }, replicas: 2 }, [{ ordinal: 7 }], ['create web-8 new']],
  ['scaled down: the highest first', { replicas: 1 }, all, ['delete web-2']],
  ['and one at a time', { replicas: 1 }, [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2, leaving: true }], []],
  ['nothing goes while one that stays is broken', { replicas: 2 }, [{ ordinal: 0, ready: false }, ...all.slice(1)], []],
  ['unless it is the broken one itself', { replicas: 2 }, [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2, ready: false }], ['delete web-2']],
  ['scaled down at once', { replicas: 1, podManagementPolicy: 'Parallel' }, all, ['delete web-2', 'delete web-1']],
  ['numbers below the start go too', { ordinals: { start: 1 }, replicas: 2 }, all, ['delete web-0']],
  ['updated from the highest down', {}, all.map((one) => ({ ...one, image: 'old' })), ['delete web-2']],
  [
    'one after the other',
    {},
    [
      { ordinal: 0, image: 'old' },
      { ordinal: 1, image: 'old' },
      { ordinal: 2, ready: false },
    ],
    [],
  ],
  [
    'as far as the partition',
    { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    [{ ordinal: 0, image: 'old' }, { ordinal: 1, image: 'old' }, { ordinal: 2 }],
    [],
  ],
  [
    'below the partition the old revision comes back',
    { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    [{ ordinal: 0 }],
    ['create web-1 old'],
  ],
  [
    'updated by whoever deletes',
    { updateStrategy: { type: 'OnDelete' } },
    [{ ordinal: 0, image: 'old' }, { ordinal: 1 }],
    ['create web-2 new'],
  ],
  ['a pod of an unknown number is left alone', { replicas: 0 }, [], []],
];
test.each(cases)('%s', (_, spec, pods, steps) => {
  const set = setOf(spec);
  expect(
    said(
      plan(
        set,
        pods.map((pod) => podAt(set, pod)),
      ).steps,
    ),
  ).toEqual(steps);
});

test('a set that is being deleted does nothing', () => {
  const set = setOf();
  const deleting = { ...set, metadata: { ...set.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(plan(deleting, [podAt(set, { ordinal: 0, phase: 'Failed' })]).steps).toEqual([]);
});

test('its status counts what is there, and is complete when all are of the new revision and ready', () => {
  const set = setOf();
  const counts = (pods: readonly PodSketch[]) =>
    plan(
      set,
      pods.map((pod) => podAt(set, pod)),
    ).status;
  expect(
    counts([
      { ordinal: 0, image: 'old' },
      { ordinal: 1, ready: false },
      { ordinal: 2, leaving: true },
    ]),
  ).toEqual({
    ...{ observedGeneration: 1, collisionCount: 0, replicas: 3, readyReplicas: 2, availableReplicas: 2 },
    ...{ currentReplicas: 1, updatedReplicas: 1, currentRevision: 'web-old', updateRevision: 'web-new' },
  });
  expect(counts(all)).toMatchObject({ currentReplicas: 3, updatedReplicas: 3, currentRevision: 'web-new' });
});

describe('claims', () => {
  const withClaims = (policy: object = {}): Partial<StatefulSet['spec']> => ({
    persistentVolumeClaimRetentionPolicy: policy,
    volumeClaimTemplates: [{ metadata: { name: 'www', labels: { tier: 'data' } }, spec: { accessModes: ['ReadWriteOnce'] } }],
  });
  const claimFor = (ownerReferences: PersistentVolumeClaim['metadata']['ownerReferences']): Live<PersistentVolumeClaim> =>
    ({
      metadata: { name: 'www-web-0', namespace: 'default', uid: 'c', resourceVersion: '1', creationTimestamp: '', ownerReferences },
      spec: {},
    }) as Live<PersistentVolumeClaim>;
  const reference = (kind: string, name: string, uid: string) => ({
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  });

  test('its claims take the place of volumes of their name', () => {
    const set = setOf(withClaims());
    const own = { name: 'www', emptyDir: {} };
    const pod = podOf(set, 2, { name: 'r', template: { spec: { containers: [], volumes: [own, { name: 'tmp', emptyDir: {} }] } } });
    expect(pod.spec.volumes).toEqual([
      { name: 'www', persistentVolumeClaim: { claimName: 'www-web-2' } },
      { name: 'tmp', emptyDir: {} },
    ]);
  });

  test('a claim that still goes with an earlier pod holds the next one back, where claims go with scaling', () => {
    const stale = claimFor([reference('Pod', 'web-0', 'earlier')]);
    expect(said(plan(setOf(withClaims({ whenScaled: 'Delete' })), [], [stale]).steps)).toEqual([]);
    expect(said(plan(setOf(withClaims()), [], [stale]).steps)).toEqual(['create web-0 new']);
  });

  test.each([
    ['Retain', 'Retain', 3, []],
    ['Delete', 'Retain', 3, ['StatefulSet']],
    ['Retain', 'Delete', 3, []],
    ['Retain', 'Delete', 0, ['Pod']],
    ['Delete', 'Delete', 3, ['StatefulSet']],
    ['Delete', 'Delete', 0, ['Pod']],
  ] as const)('when deleted %s, when scaled %s, of %i', (whenDeleted, whenScaled, replicas, owners) => {
    const set = setOf({ ...withClaims({ whenDeleted, whenScaled }), replicas });
    const pod = podAt(set, { ordinal: 0 });
    const other = { ...reference('Thing', 'x', 'x'), controller: false };
    for (const before of [[other], [other, reference('StatefulSet', 'web', 'set')], [other, reference('Pod', 'web-0', pod.metadata.uid)]]) {
      const claim = claimFor(before);
      const after = claimOwners({ claim, set, pod }).references ?? before;
      expect(after.map(({ kind }) => kind)).toEqual(['Thing', ...owners]);
      expect(claimOwners({ claim: claimFor(after), set, pod }).references).toBeUndefined();
    }
  });

  test('claims of somebody else’s controller, or of an earlier set, are left to them', () => {
    const set = setOf(withClaims({ whenDeleted: 'Delete' }));
    const pod = podAt(set, { ordinal: 0 });
    const foreign = reference('Thing', 'x', 'x');
    expect(claimOwners({ claim: claimFor([foreign]), set, pod })).toEqual({ references: undefined, isForeign: true });
    expect(claimOwners({ claim: claimFor([foreign, reference('StatefulSet', 'web', 'set')]), set, pod }).references).toEqual([foreign]);
    expect(claimOwners({ claim: claimFor([reference('StatefulSet', 'web', 'earlier')]), set, pod }).references).toBeUndefined();
  });
});

/** A set and its pods, as they would be on nodes that take their time; what is taken away and made is judged. */
class Story {
  readonly #start: number;
  #set: Live<StatefulSet>;
  #pods: readonly Live<Pod>[];
  constructor(start: number, replicas: number) {
    this.#start = start;
    this.#set = setOf({ replicas, ordinals: { start } });
    this.#pods = Array.from({ length: replicas }, (_, index) => podAt(this.#set, { ordinal: start + index, image: 'old' }));
  }

  get pods(): readonly string[] {
    return this.#pods.map(({ metadata }) => `${metadata.name} ${metadata.labels?.[revisionLabel]}`).toSorted();
  }
  scale(replicas: number): void {
    this.#set = setOf({ replicas, ordinals: { start: this.#start } });
  }
  leave(): void {
    this.#pods = this.#pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }
  /** One that is leaving does not change any more. */
  change(at: number, sketch: Partial<PodSketch>): void {
    const index = at % Math.max(1, this.#pods.length);
    this.#pods = this.#pods.map((pod, place) => {
      if (place !== index || pod.metadata.deletionTimestamp !== undefined) return pod;
      return podAt(this.#set, { ordinal: this.#ordinal(pod), image: imageOf(pod), ...sketch });
    });
  }
  /** Failed ones among those that shall be there stay so. */
  recover(): void {
    for (const [index, pod] of this.#pods.entries())
      if (pod.status?.phase !== 'Failed' || !this.#isWanted(pod)) this.change(index, { phase: 'Running', ready: true });
  }
  look(): void {
    const { steps } = plan(this.#set, this.#pods);
    expect(steps.length).toBeLessThanOrEqual(1);
    for (const step of steps)
      if (step.type === 'create') this.#create(step);
      else if (step.type === 'delete') this.#delete(step.pod);
  }
  #create({ pod, ordinal }: Extract<Step, { type: 'create' }>): void {
    expect(this.#pods.map(({ metadata }) => metadata.name)).not.toContain(pod.metadata.name);
    const before = this.#pods.filter((one) => this.#isWanted(one) && this.#ordinal(one) < ordinal);
    expect([before.length, before.every(works)]).toEqual([ordinal - this.#start, true]);
    this.#pods = [...this.#pods, podAt(this.#set, { ordinal, image: imageOf(pod), ready: false, phase: 'Pending' })];
  }
  /** Nothing that works goes while another one that shall be there does not. */
  #delete({ metadata: { uid } }: Live<Pod>): void {
    const others = this.#pods.filter((one) => one.metadata.uid !== uid && this.#isWanted(one));
    if (this.#pods.some((one) => one.metadata.uid === uid && works(one))) expect(others.every(works)).toBe(true);
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    this.#pods = this.#pods.map((one) => (one.metadata.uid === uid ? { ...one, metadata: { ...one.metadata, ...leaving } } : one));
  }
  #ordinal(pod: Pod): number {
    return ordinalOf(this.#set, pod) ?? -1;
  }
  #isWanted(pod: Pod): boolean {
    return isInRange(this.#set, pod);
  }
}
const imageOf = ({ metadata }: Pod): string => (metadata.labels?.[revisionLabel] === 'web-old' ? 'old' : 'new');
function works({ metadata, status }: Live<Pod>): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined && status.conditions?.[0]?.status === 'True';
}

test('whatever pods do, and whenever it is looked at: in order, never two at once that were taken away, and updated in the end', () => {
  const stories = fc.record({
    start: fc.integer({ min: 0, max: 3 }),
    sizes: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }),
    events: fc.array(
      fc.record({ do: fc.constantFrom('plan', 'plan', 'ready', 'ready', 'gone', 'fail', 'break', 'scale'), on: fc.nat(20) }),
      { maxLength: 150 },
    ),
  });
  fc.assert(
    fc.property(stories, ({ start, sizes, events }) => {
      const [first = 0] = sizes;
      const story = new Story(start, first);
      let last = first;
      for (const { do: what, on } of events) {
        if (what === 'plan') story.look();
        else if (what === 'gone') story.leave();
        else if (what === 'ready') story.change(on, { phase: 'Running', ready: true });
        else if (what === 'break') story.change(on, { ready: false });
        else if (what === 'fail') story.change(on, { phase: 'Failed', ready: false });
        else {
          last = sizes[on % sizes.length] ?? 0;
          story.scale(last);
        }
      }
      for (let round = 0; round < 80; round++) {
        story.look();
        story.leave();
        story.recover();
      }
      expect(story.pods).toEqual(Array.from({ length: last }, (_, index) => `web-${start + index} web-new`).toSorted());
    }),
    { numRuns: 300 },
  );
});
