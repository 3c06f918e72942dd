/** Everything that `explain` can say, and the search through it. Adding a known failure is one entry here, one fixture and its texts. */
import { containerCauses, logCauses } from './catalogue/container.ts';
import { hostCauses } from './catalogue/host.ts';
import { imageCauses } from './catalogue/image.ts';
import { scheduleCauses } from './catalogue/schedule.ts';
import { stateCauses } from './catalogue/state.ts';
import type { Cause, Params, Topic } from './cause.ts';

const all = [...imageCauses, ...containerCauses, ...logCauses, ...scheduleCauses, ...hostCauses, ...stateCauses] as const;
export type CauseId = (typeof all)[number]['id'];
export type FixId = (typeof all)[number]['fixes'][number];

export interface KnownCause extends Cause {
  readonly id: CauseId;
  readonly fixes: readonly FixId[];
}
export const catalogue: readonly KnownCause[] = all;
const byId: ReadonlyMap<string, KnownCause> = new Map(catalogue.map((cause) => [cause.id, cause]));
const byTopic: ReadonlyMap<Topic, readonly KnownCause[]> = Map.groupBy(catalogue, ({ topic }) => topic);

export function isCause(id: string): id is CauseId {
  return byId.has(id);
}

export function causeOf(id: CauseId): KnownCause {
  const cause = byId.get(id);
  if (!cause) throw new Error(`no cause ${id}`);
  return cause;
}

/** What the texts give away, the most telling text first: an old event must not outvote what is said now. Of the topic's entries the first that matches wins. */
export function recognise(topic: Topic, texts: readonly string[]): { readonly id: CauseId; readonly params: Params } | undefined {
  for (const text of texts) {
    for (const cause of byTopic.get(topic) ?? []) {
      const match = cause.pattern?.exec(text);
      if (match) return { id: cause.id, params: definedGroups(match) };
    }
  }
  return undefined;
}

function definedGroups(match: RegExpExecArray): Params {
  return Object.fromEntries(Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined));
}
