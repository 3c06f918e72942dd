/** What a Pod counts for in a ResourceQuota. Pure. Upstream: pkg/quota/v1/evaluator/core/pods.go, component-helpers/resource/helpers.go. */
import { quantityOf } from '../quantity.ts';
import type { Container, Pod, PodSpec } from '../types.gen.ts';
import { type Amounts, addAmounts, largestAmounts, noAmounts, parseAmounts } from './amounts.ts';

const one = quantityOf(1);
const compute = ['cpu', 'memory', 'ephemeral-storage'];
const hugePages = 'hugepages-';
/** A quota on one of these demands that every container says how much it takes. */
const demanded = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

type Kind = 'requests' | 'limits';

/** The Pod itself, and what it asks for as long as it runs. */
export function podUsage(pod: Pod, nowMs: number): Amounts {
  const count: Amounts = new Map([['count/pods', one]]);
  if (isOver(pod, nowMs)) return count;
  return addAmounts(count, quotaNames(podAmounts(pod.spec, 'requests'), podAmounts(pod.spec, 'limits')));
}

/** Ended, or on a node that should have ended it by now. */
function isOver({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  return nowMs > endsAtMs(metadata);
}
/** When a Pod that is being deleted stops to count whatever its node says; Infinity for others. */
export function endsAtMs({ deletionTimestamp, deletionGracePeriodSeconds }: Pod['metadata']): number {
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function quotaNames(requests: Amounts, limits: Amounts): Amounts {
  const named = new Map([['pods', one]]);
  for (const [name, amount] of requests) {
    const isCounted = compute.includes(name) || name.startsWith(hugePages);
    if (isCounted) named.set(name, amount);
    if (isCounted || name.includes('/')) named.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits) if (compute.includes(name)) named.set(`limits.${name}`, amount);
  return named;
}

function podAmounts(spec: PodSpec, kind: Kind): Amounts {
  const total = atWorst(spec, ({ resources }) => parseAmounts(resources?.[kind]));
  const overhead = parseAmounts(spec.overhead);
  if (kind === 'requests') return addAmounts(total, overhead);
  return addAmounts(total, new Map([...overhead].filter(([name]) => total.has(name))));
}

/** What the Pod needs at its worst moment: init containers run before the rest, each beside the sidecars started before it. */
export function atWorst(spec: PodSpec, of: (container: Container) => Amounts): Amounts {
  let running: Amounts = noAmounts;
  for (const container of spec.containers) running = addAmounts(running, of(container));
  let sidecars: Amounts = noAmounts;
  let peak: Amounts = noAmounts;
  for (const container of spec.initContainers ?? []) {
    const beside = addAmounts(sidecars, of(container));
    if (container.restartPolicy === 'Always') sidecars = beside;
    peak = largestAmounts(peak, beside);
  }
  return largestAmounts(addAmounts(running, sidecars), peak);
}

/** `must specify limits.cpu for: a,b; requests.cpu for: b`, where a quota on `names` demands it. */
export function podConstraint({ spec }: Pod, names: readonly string[]): string | undefined {
  const missing = new Map<string, Set<string>>();
  for (const { name, resources } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const given = quotaNames(parseAmounts(resources?.requests), parseAmounts(resources?.limits));
    for (const wanted of names)
      if (demanded.includes(wanted) && !given.has(wanted)) missing.set(wanted, (missing.get(wanted) ?? new Set()).add(name));
  }
  if (missing.size === 0) return undefined;
  const parts = [...missing.keys()].toSorted().map((name) => `${name} for: ${[...(missing.get(name) ?? [])].toSorted().join(',')}`);
  return `must specify ${parts.join('; ')}`;
}

export function isPodResource(name: string): boolean {
  if (name === 'count/pods' || name === 'pods' || compute.includes(name)) return true;
  const [prefix = '', rest] = split(name);
  if (name.startsWith(hugePages)) return true;
  if (rest === undefined) return false;
  return prefix === 'limits'
    ? compute.includes(rest)
    : prefix === 'requests' && (compute.includes(rest) || rest.startsWith(hugePages) || rest.includes('/'));
}
function split(name: string): readonly [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}
