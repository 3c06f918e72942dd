/** What the tray shows, as a value: drawn from the same clusters and steps as the window and the command line. */
import type { Operation } from '../engine/api/steps.ts';
import type { ClusterSummary } from '../engine/cluster/cluster-manager.ts';
import { stepText, type TrayTexts } from './tray-texts.ts';

export type TrayAction =
  | { readonly do: 'show' }
  | { readonly do: 'quit' }
  | { readonly do: 'start'; readonly cluster: string }
  | { readonly do: 'stop'; readonly cluster: string }
  | { readonly do: 'cancel'; readonly operation: string };
export type TrayItem =
  | { readonly type: 'separator' }
  | { readonly type: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly type: 'cluster'; readonly label: string; readonly items: readonly TrayItem[] }
  /** Says something and does nothing. */
  | { readonly type: 'text'; readonly label: string };
export interface TrayView {
  readonly toolTip: string;
  readonly items: readonly TrayItem[];
}
export interface TrayInput {
  readonly clusters: readonly Pick<ClusterSummary, 'name' | 'phase'>[];
  readonly operations: readonly Operation[];
  readonly texts: TrayTexts;
}

export function trayView({ clusters, operations, texts }: TrayInput): TrayView {
  const lines = clusters.map((cluster) => ({ cluster, operation: operations.find((each) => each.cluster === cluster.name) }));
  const summaries = lines.map(({ cluster, operation }) => `${cluster.name}: ${stateText(cluster, operation, texts)}`);
  return {
    toolTip: summaries.length === 0 ? 'Minato' : `Minato\n${summaries.join('\n')}`,
    items: [
      action(texts.show, { do: 'show' }),
      { type: 'separator' },
      ...lines.map(
        ({ cluster, operation }, index): TrayItem => ({
          type: 'cluster',
          label: summaries[index] ?? cluster.name,
          items: clusterItems(cluster, operation, texts),
        }),
      ),
      ...(lines.length === 0 ? [] : [{ type: 'separator' as const }]),
      action(texts.quit, { do: 'quit' }),
    ],
  };
}

function action(label: string, what: TrayAction): TrayItem {
  return { type: 'action', label, action: what };
}

/** `Starting (3/9)` while steps run, else the phase. */
function stateText({ phase }: TrayInput['clusters'][number], operation: Operation | undefined, texts: TrayTexts): string {
  const word = texts.phases[phase] ?? phase;
  if (operation?.state !== 'running') return word;
  const done = operation.steps.filter(({ state }) => state === 'done' || state === 'skipped').length;
  return `${word} (${done}/${operation.steps.length})`;
}

function clusterItems(
  { name, phase }: TrayInput['clusters'][number],
  operation: Operation | undefined,
  texts: TrayTexts,
): readonly TrayItem[] {
  if (operation?.state === 'running') {
    const step = operation.steps.find(({ state }) => state === 'running');
    const doing: readonly TrayItem[] = step ? [{ type: 'text', label: stepText(step, operation.kind, texts) }] : [];
    return [...doing, action(texts.cancel, { do: 'cancel', operation: operation.id })];
  }
  const failed = operation?.state === 'failed' ? operation.steps.find(({ state }) => state === 'failed') : undefined;
  const trouble: readonly TrayItem[] =
    operation && failed ? [{ type: 'text', label: `${texts.phases.failed}: ${stepText(failed, operation.kind, texts)}` }] : [];
  return [...trouble, ...nextItems(name, phase, texts)];
}

function nextItems(cluster: string, phase: ClusterSummary['phase'], texts: TrayTexts): readonly TrayItem[] {
  if (phase === 'running' || phase === 'elsewhere') return [action(texts.stop, { do: 'stop', cluster })];
  if (phase === 'stopped') return [action(texts.start, { do: 'start', cluster })];
  return phase === 'failed' ? [action(texts.retry, { do: 'start', cluster })] : [];
}
