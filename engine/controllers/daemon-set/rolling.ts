/**
 * Brings old pods up to date, within maxUnavailable or maxSurge. Upstream: rollingUpdate in pkg/controller/daemon/update.go.
 * Example: 10 nodes, maxUnavailable 3, 2 new pods not ready yet: one more old pod may go. With maxSurge 3 instead and 2 new pods beside old ones that
 * are not ready yet, one more node gets a second pod.
 */
import type { Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Changes } from './manage.ts';
import { isUpdated } from './placement.ts';
import { desired, isAvailable, isLeaving, maxSurge, maxUnavailable, type PlanInput } from './plan-input.ts';

export function roll(input: PlanInput): Changes {
  return maxSurge(input.set, desired(input)) === 0 ? replace(input) : surge(input);
}

type OnNode =
  | { readonly node: string; readonly fresh: Live<Pod> | undefined; readonly old: Live<Pod> | undefined }
  /** Several of one kind: manage clears it up first. */
  | { readonly node: string; readonly crowded: true };

/** All nodes that have a pod of ours or shall have one. */
function byNode(input: PlanInput): readonly OnNode[] {
  const empty = input.nodes.filter((node) => !input.podsOn.has(node.metadata.name) && input.placementOn(node).start);
  const all: (readonly [string, readonly Live<Pod>[]])[] = [...input.podsOn];
  for (const { metadata } of empty) all.push([metadata.name, []]);
  return all.map(([node, pods]) => {
    const staying = pods.filter((pod) => !isLeaving(pod));
    const fresh = staying.filter((pod) => isUpdated(pod, input.revision));
    const old = staying.filter((pod) => !isUpdated(pod, input.revision));
    return fresh.length > 1 || old.length > 1 ? { node, crowded: true } : { node, fresh: fresh[0], old: old[0] };
  });
}

/** Old pods that are not available go at once; of the others as many as may be missing. Manage makes the new ones when they are gone. */
function replace(input: PlanInput): Changes {
  let unavailable = 0;
  const free: Live<Pod>[] = [];
  const candidates: Live<Pod>[] = [];
  for (const on of byNode(input)) {
    if ('crowded' in on || Boolean(on.fresh) === Boolean(on.old)) unavailable++;
    else if (on.fresh) unavailable += isAvailable(on.fresh, input) ? 0 : 1;
    else if (on.old && isAvailable(on.old, input)) candidates.push(on.old);
    else if (on.old) {
      free.push(on.old);
      unavailable++;
    }
  }
  const more = Math.max(0, maxUnavailable(input.set, desired(input)) - unavailable);
  return { create: [], delete: [...free, ...candidates.slice(0, more)] };
}

/** A second pod beside each old one that is not available, and beside as many others as may be; when it is available the old one goes. */
function surge(input: PlanInput): Changes {
  const onNodes = byNode(input);
  const found = onNodes.map((on) => surgeOn(on, input));
  const only = <K extends Surge['type']>(type: K): readonly Extract<Surge, { type: K }>[] =>
    found.filter((one): one is Extract<Surge, { type: K }> => one.type === type);
  const more = Math.max(0, maxSurge(input.set, desired(input)) - only('coming').length);
  // Where no pod shall be any more the old one goes only when all the others are available.
  const spare = Math.max(0, onNodes.filter((on) => isServed(on, input)).length - desired(input));
  return {
    create: [...only('replace'), ...only('candidate').slice(0, more)].map(({ node }) => node),
    delete: [...only('done'), ...only('misplaced').slice(0, spare)].map(({ pod }) => pod),
  };
}

type Surge =
  | { readonly type: 'none' | 'coming' }
  | { readonly type: 'replace' | 'candidate'; readonly node: string }
  | { readonly type: 'done' | 'misplaced'; readonly pod: Live<Pod> };

function surgeOn(on: OnNode, input: PlanInput): Surge {
  if ('crowded' in on) return { type: 'coming' };
  const { node: name, fresh, old } = on;
  if (!old) return { type: 'none' };
  if (fresh) return isAvailable(fresh, input) ? { type: 'done', pod: old } : { type: 'coming' };
  const node = input.nodeNamed.get(name);
  const isPlaced = node !== undefined && input.placementOn(node).start;
  if (isAvailable(old, input)) return isPlaced ? { type: 'candidate', node: name } : { type: 'misplaced', pod: old };
  return isPlaced ? { type: 'replace', node: name } : { type: 'done', pod: old };
}
function isServed(on: OnNode, input: PlanInput): boolean {
  if ('crowded' in on) return false;
  const pod = on.old ?? on.fresh;
  return pod !== undefined && isAvailable(pod, input);
}
