/** Why a pod fits nowhere, in upstream's words. Upstream: framework.FitError. */
import type { Rejection } from './plugin.ts';

export interface Refusal {
  readonly rejection: Rejection;
  /** Whether pods of lower priority run there, which upstream would consider to evict. */
  readonly hasVictims: boolean;
}

export const noNodes = 'no nodes available to schedule pods';
const unhelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

/** Example: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …` */
export function failureMessage(refusals: readonly Refusal[], preemptionPolicy: string | undefined): string {
  const total = refusals.length;
  const main = histogram(
    total,
    refusals.flatMap(({ rejection }) => rejection.reasons),
  );
  const preemption = preemptionMessage(refusals, total, preemptionPolicy);
  return preemption === undefined ? main : `${main} preemption: ${preemption}`;
}

/** As upstream says what holds for the pod on whatever node. Example: `0/1 nodes are available: persistentvolumeclaim "x" not found. preemption: …` */
export function podMessage(reason: string, total: number, policy: string | undefined): string {
  const rejection = { reasons: [], final: true };
  const all = Array.from({ length: total }, (): Refusal => ({ rejection, hasVictims: false }));
  return `0/${total} nodes are available: ${reason}. preemption: ${preemptionMessage(all, total, policy)}`;
}

/** Nothing is evicted for the sake of another pod; where upstream would do it, we say nothing. */
function preemptionMessage(refusals: readonly Refusal[], total: number, policy: string | undefined): string | undefined {
  if (policy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  if (refusals.some(({ rejection, hasVictims }) => !rejection.final && hasVictims)) return undefined;
  return histogram(
    total,
    refusals.map(({ rejection }) => (rejection.final ? unhelpful : noVictims)),
  );
}

/** Reasons are sorted as text, the count included, as upstream does. */
function histogram(total: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const lines = [...counts].map(([reason, count]) => `${count} ${reason}`).sort(compareText);
  return `0/${total} nodes are available: ${lines.join(', ')}.`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
