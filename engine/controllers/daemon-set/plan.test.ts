/** What is made and deleted for a DaemonSet, as upstream's daemon_controller_test.go and update_test.go have it. */
import { describe, expect, test } from 'vitest';
import { rfc3339 } from '../../api/clock.ts';
import type { Live } from '../../api/object.ts';
import type { DaemonSet, DaemonSetSpec, Node, Pod, PodSpec, RollingUpdateDaemonSet, Taint } from '../../api/types.gen.ts';
import { manage } from './manage.ts';
import { podTemplateFor } from './placement.ts';
import { input, type PlanInput } from './plan-input.ts';
import { roll } from './rolling.ts';
import { planStatus } from './status.ts';

const nowMs = Date.UTC(2026, 0, 1, 1);
const revision = { hash: 'new', generation: undefined };
const spec: PodSpec = { containers: [{ name: 'main', image: 'nginx' }] };

function setOf(more: Partial<DaemonSetSpec> = {}, pod: Partial<PodSpec> = {}): Live<DaemonSet> {
  const labels = { app: 'agent' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default', uid: 'set', resourceVersion: '1', creationTimestamp: rfc3339(nowMs), generation: 4 },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...spec, ...pod } }, ...more },
  };
}
const rolling = (rollingUpdate: RollingUpdateDaemonSet): Partial<DaemonSetSpec> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});
function nodeOf(name: string, more: { readonly labels?: Record<string, string>; readonly taints?: readonly Taint[] } = {}): Live<Node> {
  const { labels = {}, taints = [] } = more;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, uid: name, resourceVersion: '1', creationTimestamp: rfc3339(nowMs) },
    spec: { taints },
  };
}

/**
 * `a:new*` is a ready pod of the new template on node a, `a:old` one that is not ready, `a:new-` one that is leaving, `a:old!` one that failed, `a:old.` one
 * that succeeded, `a:old?` one that is not placed yet. Their names are the words themselves, numbered where one comes twice.
 */
function podsOf(words: string): readonly Live<Pod>[] {
  return words
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index, all) => {
      const [, node = '', hash = '', mark = ''] = /^(\w+):(\w+)(.?)$/.exec(word) ?? [];
      const twin = all.slice(0, index).filter((other) => other === word).length;
      const conditions = mark === '*' ? [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(nowMs - 10_000) }] : [];
      const phase = { '!': 'Failed', '.': 'Succeeded' }[mark] ?? 'Running';
      const { metadata, spec: placed = spec } = podTemplateFor({ spec }, node, { hash, generation: undefined });
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...metadata,
          name: twin === 0 ? word : `${word}${twin + 1}`,
          uid: `${index}`,
          resourceVersion: '1',
          creationTimestamp: rfc3339(nowMs - 60_000 + index * 1000),
          ...(mark === '-' ? { deletionTimestamp: rfc3339(nowMs) } : {}),
        },
        spec: mark === '?' ? placed : { ...placed, nodeName: node },
        status: { phase, conditions },
      };
    });
}
function look(set: Live<DaemonSet>, words: string, nodes: readonly Live<Node>[] = ['a', 'b', 'c'].map((name) => nodeOf(name))): PlanInput {
  return input({ set, nodes, pods: podsOf(words), revision, nowMs });
}
const brief = ({ create, delete: doomed }: ReturnType<typeof roll>): readonly string[] => [
  ...create.map((node) => `+${node}`),
  ...doomed.map(({ metadata }) => `-${metadata.name}`),
];
const managed = (at: PlanInput, backOffMs = 0) => brief(manage(at, () => backOffMs));

describe('one pod a node', () => {
  const surging = setOf(rolling({ maxSurge: 1, maxUnavailable: 0 }));
  test.each([
    ['missing ones are made', setOf(), 'b:new*', ['+a', '+c']],
    ['a leaving one is waited for', setOf(), 'a:new- b:new* c:new*', []],
    ['failed and succeeded ones are deleted', setOf(), 'a:new! b:new. c:new*', ['-a:new!', '-b:new.']],
    ['of several the eldest that is placed stays', setOf(), 'a:new? a:new* a:old* b:new* c:new*', ['-a:old*', '-a:new?']],
    ['what waits for a node that is gone goes', setOf(), 'a:new* b:new* c:new* gone:new? lost:new*', ['-gone:new?']],
    ['surging, beside a leaving one the next is made', surging, 'a:new- b:new* c:new*', ['+a']],
    ['surging, an old and a new one stay', surging, 'a:old* a:new b:new* c:new*', []],
    ['surging, of two that are not ready the new one stays', surging, 'a:old a:new b:new* c:new*', ['-a:old']],
    ['surging, an available new one replaces the old', surging, 'a:old* a:new* b:new* c:new*', ['-a:old*']],
    ['surging, a third goes', surging, 'a:old* a:new a:new b:new* c:new*', ['-a:new2']],
  ])('%s', (_, set, words, changes) => expect(managed(look(set, words))).toEqual(changes));

  test('a failed pod in its back-off is left, and looked at again', () => {
    const plan = manage(look(setOf(), 'a:new! b:new* c:new*'), () => 3000);
    expect([brief(plan), plan.waitMs, plan.ended]).toEqual([[], 3000, []]);
  });
});

describe('which nodes', () => {
  const taint = (effect: string, key = 'dedicated'): Taint => ({ key, value: 'db', effect });
  type Case = readonly [
    title: string,
    pod: Partial<PodSpec>,
    node: { readonly labels?: Record<string, string>; readonly taints?: readonly Taint[] },
    words: string,
    changes: readonly string[],
  ];
  const affinity = (value: string): Partial<PodSpec> => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'role', operator: 'In', values: [value] }] }],
        },
      },
    },
  });
  const cases: readonly Case[] = [
    ['nodeName elsewhere', { nodeName: 'b' }, {}, '', []],
    ['nodeName here', { nodeName: 'a' }, {}, '', ['+a']],
    ['nodeSelector met', { nodeSelector: { role: 'edge' } }, { labels: { role: 'edge' } }, '', ['+a']],
    ['nodeSelector no longer met', { nodeSelector: { role: 'edge' } }, {}, 'a:new*', ['-a:new*']],
    ['affinity met', affinity('edge'), { labels: { role: 'edge' } }, '', ['+a']],
    ['affinity not met', affinity('core'), { labels: { role: 'edge' } }, '', []],
    ['NoSchedule: none is begun', {}, { taints: [taint('NoSchedule')] }, '', []],
    ['NoSchedule: one that is there stays', {}, { taints: [taint('NoSchedule')] }, 'a:new*', []],
    ['NoExecute: it goes', {}, { taints: [taint('NoExecute')] }, 'a:new*', ['-a:new*']],
    ['PreferNoSchedule: no matter', {}, { taints: [taint('PreferNoSchedule')] }, '', ['+a']],
    ['tolerated', { tolerations: [{ key: 'dedicated', operator: 'Exists' }] }, { taints: [taint('NoExecute')] }, '', ['+a']],
    ['cordoned', {}, { taints: [taint('NoSchedule', 'node.kubernetes.io/unschedulable')] }, '', ['+a']],
    ['not reachable', {}, { taints: [taint('NoExecute', 'node.kubernetes.io/unreachable')] }, '', ['+a']],
    ['not ready, but none can be placed', {}, { taints: [taint('NoSchedule', 'node.kubernetes.io/not-ready')] }, '', []],
    ['no network', {}, { taints: [taint('NoSchedule', 'node.kubernetes.io/network-unavailable')] }, '', []],
    ['no network needed', { hostNetwork: true }, { taints: [taint('NoSchedule', 'node.kubernetes.io/network-unavailable')] }, '', ['+a']],
  ];
  test.each(cases)('%s', (...[, pod, node, words, changes]) =>
    expect(managed(look(setOf({}, pod), words, [nodeOf('a', node)]))).toEqual(changes),
  );
});

describe('rolling', () => {
  const nodes = ['a', 'b', 'c', 'd', 'e'].map((name) => nodeOf(name));
  const rolled = (limits: RollingUpdateDaemonSet, words: string, more: Partial<DaemonSetSpec> = {}) =>
    brief(roll(look(setOf({ ...rolling(limits), ...more }), words, nodes)));
  const old = 'a:old* b:old* c:old* d:old* e:old*';
  test.each([
    ['one at a time', { maxUnavailable: 1, maxSurge: 0 }, old, ['-a:old*']],
    ['40 % of five are two', { maxUnavailable: '40%', maxSurge: 0 }, old, ['-a:old*', '-b:old*']],
    ['30 % of five are two as well', { maxUnavailable: '30%', maxSurge: 0 }, old, ['-a:old*', '-b:old*']],
    ['none while the new one is not ready', { maxUnavailable: 1, maxSurge: 0 }, 'a:new b:old* c:old* d:old* e:old*', []],
    ['none while one is leaving', { maxUnavailable: 1, maxSurge: 0 }, 'a:old- b:old* c:old* d:old* e:old*', []],
    ['none while one is missing', { maxUnavailable: 1, maxSurge: 0 }, 'b:old* c:old* d:old* e:old*', []],
    [
      'those that are not available go at once',
      { maxUnavailable: 1, maxSurge: 0 },
      'a:old b:old c:old* d:old* e:old*',
      ['-a:old', '-b:old'],
    ],
    ['nothing when all are new', { maxUnavailable: 1, maxSurge: 0 }, 'a:new* b:new* c:new* d:new* e:new*', []],
    ['surging: one more', { maxUnavailable: 0, maxSurge: 1 }, old, ['+a']],
    ['surging: not another before it is ready', { maxUnavailable: 0, maxSurge: 1 }, `${old} a:new`, []],
    ['surging: the old one goes, and the next comes', { maxUnavailable: 0, maxSurge: 1 }, `${old} a:new*`, ['+b', '-a:old*']],
    [
      'surging: beside what is not available at once',
      { maxUnavailable: 0, maxSurge: 1 },
      'a:old b:old c:old* d:old* e:old*',
      ['+a', '+b', '+c'],
    ],
  ])('%s', (_, limits, words, changes) => expect(rolled(limits, words)).toEqual(changes));

  test('surging: where it shall not be any more it goes when as many as wanted are available elsewhere', () => {
    const set = setOf({ ...rolling({ maxUnavailable: 0, maxSurge: 1 }) }, { nodeSelector: { role: 'edge' } });
    const edge = [nodeOf('a'), nodeOf('b', { labels: { role: 'edge' } })];
    expect([brief(roll(look(set, 'a:old* b:new', edge))), brief(roll(look(set, 'a:old* b:new*', edge)))]).toEqual([[], ['-a:old*']]);
  });

  test('minReadySeconds counts: ready for ten seconds is not available for thirty', () => {
    expect(rolled({ maxUnavailable: 1, maxSurge: 0 }, 'a:new* b:old* c:old* d:old* e:old*', { minReadySeconds: 5 })).toEqual(['-b:old*']);
    expect(rolled({ maxUnavailable: 1, maxSurge: 0 }, 'a:new* b:new* c:new* d:new* e:old', { minReadySeconds: 30 })).toEqual(['-e:old']);
  });
});

test('the status counts nodes by their first pod, and says which spec it is of only when that was acted on', () => {
  const set = {
    ...setOf(),
    status: { observedGeneration: 3, currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  };
  const nodes = [...['a', 'b', 'c'].map((name) => nodeOf(name)), nodeOf('d', { taints: [{ key: 'x', effect: 'NoSchedule' }] })];
  const at = look(set, 'a:new* b:old d:new*', nodes);
  const counts = { currentNumberScheduled: 2, numberMisscheduled: 1, desiredNumberScheduled: 3, numberReady: 1 };
  const more = { updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 2 };
  expect([planStatus(at, true), planStatus(at, false)]).toEqual([
    { ...counts, ...more, observedGeneration: 4 },
    { ...counts, ...more, observedGeneration: 3 },
  ]);
});

test('a pod is bound to its node by the scheduler, bears what its node goes through, and carries its revision', () => {
  const own = { key: 'dedicated', operator: 'Exists' };
  const limited = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const made = podTemplateFor({ metadata: { labels: { app: 'agent' } }, spec: { ...spec, tolerations: [own, limited] } }, 'a', {
    hash: 'h',
    generation: 2,
  });
  expect(made.metadata?.labels).toEqual({ app: 'agent', 'controller-revision-hash': 'h', 'pod-template-generation': '2' });
  expect(made.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
  });
  const node = (name: string, effect: string) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect });
  expect(made.spec?.tolerations).toEqual([
    own,
    node('not-ready', 'NoExecute'),
    node('unreachable', 'NoExecute'),
    ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => node(name, 'NoSchedule')),
  ]);
});
