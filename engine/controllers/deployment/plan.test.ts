import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Live } from '../../api/object.ts';
import type { Deployment, IntOrString, ReplicaSet } from '../../api/types.gen.ts';
import { templateHash } from '../template.ts';
import { desiredAnnotation, maxAnnotation } from './annotations.ts';
import { planDeployment } from './plan.ts';
import { maxSurge, maxUnavailable, sizeOf } from './replica-sets.ts';

const nowMs = Date.UTC(2026, 0, 1);
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } });

interface Sketch {
  readonly replicas: number;
  readonly surge?: IntOrString;
  readonly unavailable?: IntOrString;
  readonly image?: string;
  readonly spec?: Partial<Deployment['spec']>;
  readonly status?: Deployment['status'];
}
function deployment({ replicas, surge = 0, unavailable = 0, image = 'new', spec = {}, status }: Sketch): Live<Deployment> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'd',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 1,
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template(image),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}
interface SetSketch {
  readonly replicas: number;
  readonly available?: number;
  /** What the Deployment wanted when this was sized, and how many pods it could have then. */
  readonly sizedFor?: readonly [desired: number, max: number];
}
let born = 0;
function replicaSet(image: string, { replicas, available = replicas, sizedFor }: SetSketch): Live<ReplicaSet> {
  const annotations = sizedFor ? { [desiredAnnotation]: String(sizedFor[0]), [maxAnnotation]: String(sizedFor[1]) } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: image,
      namespace: 'default',
      uid: image,
      resourceVersion: '1',
      creationTimestamp: `2026-01-01T00:${String(born++ % 60).padStart(2, '0')}:00Z`,
      annotations,
    },
    spec: { replicas, selector: {}, template: template(image) },
    status: { replicas, availableReplicas: available, readyReplicas: available },
  };
}
/** Sizes after one step, by name. */
function sizes(of: Live<Deployment>, replicaSets: readonly Live<ReplicaSet>[]): Readonly<Record<string, number>> {
  const plan = planDeployment({ deployment: of, replicaSets, podsOf: () => [], nowMs });
  const all = [...replicaSets, ...plan.update, ...(plan.create ? [{ ...plan.create, metadata: { name: 'new' } }] : [])];
  return Object.fromEntries(all.map((set) => [set.metadata.name, sizeOf(set)]));
}

const steps: readonly [
  title: string,
  sketch: Sketch,
  sets: Readonly<Record<string, SetSketch>>,
  after: Readonly<Record<string, number>>,
][] = [
  // Upstream's TestDeploymentController_reconcileNewReplicaSet and reconcileOldReplicaSets.
  ['nothing to do', { replicas: 10 }, { new: { replicas: 10 } }, { new: 10 }],
  ['no surge and nothing may be missing: one may, or nothing could move', { replicas: 10 }, { old: { replicas: 10 } }, { old: 9, new: 0 }],
  ['a new one starts with the surge', { replicas: 10, surge: 2 }, { old: { replicas: 10 } }, { old: 10, new: 2 }],
  ['and with what is missing anyway', { replicas: 10, surge: 2 }, { old: { replicas: 5 } }, { old: 5, new: 7 }],
  [
    'a full house has no room for a new one',
    { replicas: 10 },
    { old: { replicas: 10, available: 8 }, new: { replicas: 0 } },
    { old: 9, new: 0 },
  ],
  ['too many new ones are taken back', { replicas: 10 }, { new: { replicas: 15 } }, { new: 10 }],
  ['old ones go as new ones come', { replicas: 10, unavailable: 2 }, { old: { replicas: 10 }, new: { replicas: 0 } }, { old: 8, new: 0 }],
  [
    'old ones that do not work go first, although nothing may be missing',
    { replicas: 10, unavailable: 2 },
    { old: { replicas: 10, available: 8 }, new: { replicas: 0 } },
    { old: 8, new: 0 },
  ],
  [
    'new ones that are not available hold the old ones',
    { replicas: 10, unavailable: 2, surge: 3 },
    { old: { replicas: 8 }, new: { replicas: 5, available: 0 } },
    { old: 8, new: 5 },
  ],
  [
    'even when an old one fails',
    { replicas: 10, unavailable: 2, surge: 3 },
    { old: { replicas: 8, available: 7 }, new: { replicas: 5, available: 0 } },
    { old: 8, new: 5 },
  ],
  [
    'rolled back, the crash-looping ones go',
    { replicas: 10, unavailable: 2, surge: 3 },
    { old: { replicas: 5, available: 0 }, new: { replicas: 8, available: 7 } },
    { old: 1, new: 8 },
  ],
  [
    'rolled over, all that do not work go',
    { replicas: 10, unavailable: 2, surge: 3 },
    { older: { replicas: 8 }, old: { replicas: 5, available: 0 }, new: { replicas: 0 } },
    { older: 8, old: 0, new: 0 },
  ],
  ['default limits on 3', { replicas: 3, surge: '25%', unavailable: '25%' }, { old: { replicas: 3 } }, { old: 3, new: 1 }],
  [
    'then one old goes',
    { replicas: 3, surge: '25%', unavailable: '25%' },
    { old: { replicas: 3 }, new: { replicas: 1 } },
    { old: 2, new: 1 },
  ],
  // Upstream's TestScale.
  ['scaled up without a rollout', { replicas: 12 }, { new: { replicas: 10, sizedFor: [10, 10] } }, { new: 12 }],
  ['scaled down without a rollout', { replicas: 5 }, { new: { replicas: 10, sizedFor: [10, 10] } }, { new: 5 }],
  [
    'scaled up in a rollout',
    { replicas: 12 },
    { new: { replicas: 5, sizedFor: [10, 10] }, old: { replicas: 5, sizedFor: [10, 10] } },
    { new: 6, old: 6 },
  ],
  [
    'scaled down in a rollout',
    { replicas: 5 },
    { new: { replicas: 5, sizedFor: [10, 10] }, old: { replicas: 5, sizedFor: [10, 10] } },
    { new: 2, old: 3 },
  ],
  [
    'scaled to nothing in a rollout',
    { replicas: 0 },
    { new: { replicas: 3, sizedFor: [5, 5] }, old: { replicas: 2, sizedFor: [5, 5] } },
    { new: 0, old: 0 },
  ],
  [
    'scaled up with a leftover',
    { replicas: 6 },
    { new: { replicas: 1, sizedFor: [5, 5] }, old: { replicas: 4, sizedFor: [5, 5] } },
    { new: 1, old: 5 },
  ],
  [
    'scaled up with a surge',
    { replicas: 15, surge: 3 },
    { new: { replicas: 5, sizedFor: [10, 13] }, old: { replicas: 8, sizedFor: [10, 13] } },
    { new: 7, old: 11 },
  ],
  [
    'a saturated new one ends the old ones',
    { replicas: 4, spec: { paused: true } },
    { new: { replicas: 4, sizedFor: [4, 5] }, old: { replicas: 1, sizedFor: [4, 5] } },
    { new: 4, old: 0 },
  ],
  ['paused, the old template is scaled', { replicas: 5, spec: { paused: true } }, { old: { replicas: 3, sizedFor: [3, 4] } }, { old: 5 }],
];
test.each(steps)('%s', (_title, sketch, sets, after) => {
  const replicaSets = Object.entries(sets).map(([image, set]) => replicaSet(image, set));
  expect(sizes(deployment(sketch), replicaSets)).toEqual(after);
});

test('percentages of surge are rounded up and of unavailability down, and never more are missing than there are', () => {
  const limits = (sketch: Sketch) => [maxSurge(deployment(sketch)), maxUnavailable(deployment(sketch))];
  expect([
    limits({ replicas: 10, surge: '25%', unavailable: '25%' }),
    limits({ replicas: 1, surge: '25%', unavailable: '25%' }),
    limits({ replicas: 3, surge: 0, unavailable: '10%' }),
    limits({ replicas: 2, surge: 0, unavailable: 5 }),
    limits({ replicas: 0, surge: '50%', unavailable: '50%' }),
  ]).toEqual([
    [3, 2],
    [1, 0],
    [0, 1],
    [0, 2],
    [0, 0],
  ]);
});

test('whatever the pods do, a rollout keeps its limits at every step and ends with the new template only', () => {
  const rollouts = fc.record({
    replicas: fc.integer({ min: 1, max: 20 }),
    surge: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('10%', '25%', '100%')),
    unavailable: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('10%', '25%', '100%')),
    old: fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 3 }),
    luck: fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
  });
  fc.assert(
    fc.property(rollouts, ({ replicas, surge, unavailable, old, luck }) => {
      const wanted = deployment({ replicas, surge, unavailable });
      const minAvailable = replicas - maxUnavailable(wanted);
      let sets = old.map((size, index) => replicaSet(`old-${index}`, { replicas: size }));
      let wasEnough = false;
      for (let round = 0; round < 400; round++) {
        const before = sets.reduce((total, set) => total + sizeOf(set), 0);
        const plan = planDeployment({ deployment: wanted, replicaSets: sets, podsOf: () => [], nowMs });
        const created = plan.create ? [{ ...replicaSet('new', { replicas: 0 }), spec: plan.create.spec }] : [];
        sets = [
          ...sets.map((set) => plan.update.find(({ metadata }) => metadata.uid === set.metadata.uid) ?? set),
          ...created,
        ] as Live<ReplicaSet>[];
        const total = sets.reduce((count, set) => count + sizeOf(set), 0);
        expect(total).toBeLessThanOrEqual(Math.max(before, replicas + maxSurge(wanted)));
        // Deleted pods leave at once, new ones become available one after the other.
        sets = sets.map((set) => {
          const available = set.status?.availableReplicas ?? 0;
          const more = available < sizeOf(set) ? (luck.next().value ?? 1) : 0;
          const count = Math.min(sizeOf(set), available + more);
          return { ...set, status: { replicas: sizeOf(set), availableReplicas: count, readyReplicas: count } };
        });
        const available = sets.reduce((count, set) => count + (set.status?.availableReplicas ?? 0), 0);
        if (wasEnough) expect(available).toBeGreaterThanOrEqual(minAvailable);
        wasEnough ||= available >= minAvailable;
      }
      expect(sets.filter((set) => sizeOf(set) > 0).map(({ metadata, status }) => [metadata.name, status?.availableReplicas])).toEqual([
        ['new', replicas],
      ]);
    }),
    { numRuns: 60 },
  );
});

test('nothing shrinks on a status that does not describe the present spec', () => {
  const old = replicaSet('old', { replicas: 6, sizedFor: [5, 6] });
  const fresh = replicaSet('new', { replicas: 1, available: 5, sizedFor: [5, 6] });
  const of = deployment({ replicas: 5, surge: 1 });
  // 5 of the new ones were available before they were told to be 1.
  const stale = { ...fresh, metadata: { ...fresh.metadata, generation: 2 }, status: { ...fresh.status, observedGeneration: 1 } };
  expect(sizes(of, [old, stale as Live<ReplicaSet>])).toEqual({ old: 6, new: 1 });
  // Seen, but not all gone: only what the spec keeps counts.
  expect(sizes(of, [old, fresh])).toEqual({ old: 4, new: 1 });
});

test('scaled down in a rollout, pods that are not available go before too few work', () => {
  const old = replicaSet('old', { replicas: 10, sizedFor: [10, 20] });
  const broken = replicaSet('new', { replicas: 10, available: 0, sizedFor: [10, 20] });
  // Upstream: 4 and 4.
  expect(sizes(deployment({ replicas: 8, unavailable: 1 }), [old, broken])).toEqual({ old: 7, new: 1 });
  expect(sizes(deployment({ replicas: 8, unavailable: 6 }), [old, broken])).toEqual({ old: 4, new: 4 });
});

test('nothing grows before those that shrink have told their pods to go, and then it does', () => {
  const of = deployment({ replicas: 16, unavailable: 1 });
  const old = replicaSet('old', { replicas: 12, sizedFor: [13, 13] });
  const fresh = replicaSet('new', { replicas: 13, available: 0, sizedFor: [13, 26] });
  expect(sizes(of, [old, fresh])).toEqual({ old: 12, new: 1 });
  const shrunk = { ...replicaSet('new', { replicas: 1, available: 0, sizedFor: [16, 16] }), status: { replicas: 13 } };
  expect(sizes(of, [old, shrunk])).toEqual({ old: 12, new: 1 });
  expect(sizes(of, [old, { ...shrunk, status: { replicas: 1 } }])).toEqual({ old: 15, new: 1 });
  // One that was told to lose pods itself, and is wanted larger again, does not lose them first.
  const losing = { ...replicaSet('old', { replicas: 1, sizedFor: [1, 1] }), status: { replicas: 43, availableReplicas: 6 } };
  expect(sizes(deployment({ replicas: 36, image: 'old' }), [losing])).toEqual({ old: 36 });
  // The same where only one is left to grow, and where the new one takes the place of the old.
  const leaving = { ...replicaSet('new', { replicas: 0, sizedFor: [16, 16] }), status: { replicas: 1 } };
  expect(sizes(of, [old, leaving])).toEqual({ old: 12, new: 0 });
  const going = replicaSet('old', { replicas: 12, sizedFor: [16, 16] });
  expect(
    sizes(of, [
      { ...going, status: { replicas: 16 } },
      { ...leaving, status: { replicas: 0 } },
    ]),
  ).toEqual({ old: 12, new: 0 });
  expect(sizes(of, [going, { ...leaving, status: { replicas: 0 } }])).toEqual({ old: 12, new: 4 });
});

test('Recreate makes nothing before every old ReplicaSet has seen that it shall be empty', () => {
  const of = deployment({ replicas: 3, spec: { strategy: { type: 'Recreate' } } });
  const empty = replicaSet('old', { replicas: 0 });
  // It was told to be empty before it had made its first pod, and may be making them now.
  const unseen = { ...empty, metadata: { ...empty.metadata, generation: 2 } };
  expect(sizes(of, [unseen])).toEqual({ old: 0 });
  expect(sizes(of, [{ ...unseen, status: { replicas: 0, observedGeneration: 2 } }])).toEqual({ old: 0, new: 3 });
});

test('a rollout is not over while a ReplicaSet has not acted on its spec, whatever the counts say', () => {
  const of = deployment({ replicas: 3, surge: 1, spec: { progressDeadlineSeconds: 600 } });
  const fresh = replicaSet('new', { replicas: 3, sizedFor: [3, 4] });
  const unseen = { ...fresh, metadata: { ...fresh.metadata, generation: 2 } };
  const reason = (set: Live<ReplicaSet>): string | undefined =>
    planDeployment({ deployment: of, replicaSets: [set], podsOf: () => [], nowMs }).status.conditions?.find(
      ({ type }) => type === 'Progressing',
    )?.reason;
  const seen = { ...unseen, status: { ...unseen.status, replicas: 3, observedGeneration: 2 } };
  expect([reason(unseen), reason(seen)]).toEqual(['ReplicaSetUpdated', 'NewReplicaSetAvailable']);
});

/** A ReplicaSet with the pods that it really has, which its status tells late. */
interface Acting {
  readonly set: Live<ReplicaSet>;
  readonly available: number;
}
function act({ set, available }: Acting): Acting {
  const kept = Math.min(available, sizeOf(set));
  const status = { replicas: sizeOf(set), availableReplicas: kept, readyReplicas: kept, observedGeneration: set.metadata.generation };
  return { set: { ...set, status } as Live<ReplicaSet>, available: kept };
}

test('however late statuses are, in whatever order, the limits hold at every event, also when the template changes on the way', () => {
  const rollouts = fc.record({
    replicas: fc.integer({ min: 1, max: 20 }),
    surge: fc.integer({ min: 0, max: 5 }),
    unavailable: fc.integer({ min: 0, max: 5 }),
    events: fc.array(fc.record({ do: fc.constantFrom('plan', 'act', 'ready', 'image'), on: fc.nat({ max: 5 }) }), {
      minLength: 100,
      maxLength: 300,
    }),
  });
  fc.assert(
    fc.property(rollouts, ({ replicas, surge, unavailable, events }) => {
      let images = 0;
      const wantedNow = (): Live<Deployment> => deployment({ replicas, surge, unavailable, image: `image-${images}` });
      let sets: readonly Acting[] = [act({ set: replicaSet('image-0', { replicas }), available: replicas })];
      const minAvailable = replicas - maxUnavailable(wantedNow());
      for (const { do: what, on } of events) {
        const index = on % sets.length;
        if (what === 'image') images = Math.min(images + 1, 3);
        else if (what === 'plan') sets = planned(wantedNow(), sets);
        else sets = sets.map((one, at) => (at === index ? happened(what, one) : one));
        expect(sets.reduce((count, { set }) => count + sizeOf(set), 0)).toBeLessThanOrEqual(replicas + maxSurge(wantedNow()));
        expect(sets.reduce((count, { available }) => count + available, 0)).toBeGreaterThanOrEqual(minAvailable);
      }
    }),
    { numRuns: 200 },
  );

  function happened(what: 'act' | 'ready', one: Acting): Acting {
    return what === 'act' ? act(one) : { ...one, available: Math.min(one.available + 1, one.set.status?.replicas ?? 0) };
  }
  function planned(of: Live<Deployment>, sets: readonly Acting[]): readonly Acting[] {
    const plan = planDeployment({ deployment: of, replicaSets: sets.map(({ set }) => set), podsOf: () => [], nowMs });
    const next = sets.map((one): Acting => {
      const update = plan.update.find(({ metadata }) => metadata.uid === one.set.metadata.uid);
      if (!update) return one;
      const generation = (one.set.metadata.generation ?? 0) + (sizeOf(update) === sizeOf(one.set) ? 0 : 1);
      return { ...one, set: { ...update, metadata: { ...update.metadata, generation } } as Live<ReplicaSet> };
    });
    if (!plan.create) return next;
    const image = of.spec.template.spec?.containers[0]?.image ?? '';
    const made = replicaSet(image, { replicas: 0 });
    const metadata = { ...made.metadata, annotations: plan.create.metadata.annotations, generation: 1 };
    return [...next, { set: { ...made, metadata, spec: plan.create.spec, status: { replicas: 0 } }, available: 0 }];
  }
});

test('a revision of 64 bits is counted on exactly', () => {
  const old = replicaSet('old', { replicas: 0, sizedFor: [3, 4] });
  const annotations = { ...old.metadata.annotations, 'deployment.kubernetes.io/revision': '3546343826724305833' };
  const set = { ...old, metadata: { ...old.metadata, annotations } };
  const next = planDeployment({ deployment: deployment({ replicas: 3, surge: 1 }), replicaSets: [set], podsOf: () => [], nowMs });
  expect(next.create?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3546343826724305834');
});

test('old ReplicaSets beyond the history limit go, the oldest revisions first, unless they have pods', () => {
  const history = [1, 2, 3, 4].map((revision): Live<ReplicaSet> => {
    const set = replicaSet(`r${revision}`, { replicas: 0, sizedFor: [3, 4] });
    return { ...set, metadata: { ...set.metadata, annotations: { 'deployment.kubernetes.io/revision': String(revision) } } };
  });
  const busy = { ...history[0], status: { replicas: 1 } } as Live<ReplicaSet>;
  const status = { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const sets = [busy, ...history.slice(1), replicaSet('new', { replicas: 3, sizedFor: [3, 4] })];
  const of = deployment({ replicas: 3, surge: 1, status, spec: { revisionHistoryLimit: 1 } });
  const plan = planDeployment({ deployment: of, replicaSets: sets, podsOf: () => [], nowMs });
  expect(plan.delete.map(({ metadata }) => metadata.name)).toEqual(['r2', 'r3']);
});

test('a hash is stable, speaks the safe alphabet, and ignores what means nothing', () => {
  const hash = templateHash(template('nginx'));
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  const same = {
    metadata: { creationTimestamp: null, annotations: {}, labels: { 'pod-template-hash': 'x', app: 'web' } },
    spec: { volumes: [], containers: [{ image: 'nginx', name: 'main' }] },
  };
  expect(templateHash(same as never)).toBe(hash);
  expect(templateHash(template('nginx:2'))).not.toBe(hash);
  expect(templateHash(template('nginx'), 1)).not.toBe(hash);
});
