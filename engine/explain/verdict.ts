/**
 * What `explain` answers: one verdict, used by badges, details and port map alike. It holds ids and parameters, no prose: the texts are in the
 * window's locales under `explain.<cause>` and `fix.<id>`.
 */
import { type CauseId, causeOf, type FixId } from './catalogue.ts';
import type { Level, Params } from './cause.ts';

/** Something the cluster itself said, word for word. */
export interface Evidence {
  readonly source: 'status' | 'event' | 'condition' | 'exit' | 'log' | 'endpoints' | 'probe' | 'host';
  readonly text: string;
  /** RFC 3339. */
  readonly time?: string | undefined;
  /** How often it was said. */
  readonly count?: number | undefined;
}

export interface Verdict {
  readonly level: Level;
  readonly cause: CauseId;
  /** Fill the texts of cause and fixes. */
  readonly params: Params;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly FixId[];
}

interface Found {
  readonly params?: Params;
  readonly evidence?: readonly Evidence[];
}
/** The verdict for a cause that is known by its id. */
export function verdict(id: CauseId, { params = {}, evidence = [] }: Found = {}): Verdict {
  const { level, fixes } = causeOf(id);
  return { level, cause: id, params, evidence, fixes };
}
