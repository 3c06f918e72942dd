/** DaemonSets. Upstream: pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/v1/{defaults,conversion}.go, printDaemonSet in pkg/printers. */
import { kind } from '../../kind.ts';
import { formatLabelSelector } from '../../selector.ts';
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '../../types.gen.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate } from '../../validation/daemon-set.ts';
import { isSame } from '../../validation/fields.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import { sameSelector } from '../../validation/workload.ts';
import { age, formatLabels, integer, templateColumns, text, wide } from '../columns.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { fill, inField } from '../fill.ts';

/** Counts the templates a DaemonSet had. Older than ControllerRevisions, and kept because pods are recognised by it too. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';

const rollingUpdate: RollingUpdateDaemonSet = { maxUnavailable: 1, maxSurge: 0 };

function strategyDefaults(strategy: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const typed = fill(strategy, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return typed;
  return inField(fill(typed, { rollingUpdate }), 'rollingUpdate', (given) => fill(given, rollingUpdate));
}
function specDefaults(spec: DaemonSetSpec): DaemonSetSpec {
  const filled = fill(spec, { updateStrategy: {}, revisionHistoryLimit: 10 });
  return inField(inField(filled, 'updateStrategy', strategyDefaults), 'template', podTemplateDefaults);
}

/** Undefined where the annotation is missing or no number. */
export function templateGenerationOf({ metadata }: DaemonSet): number | undefined {
  const text = metadata.annotations?.[templateGenerationAnnotation];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...set.metadata.annotations, [templateGenerationAnnotation]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

export const daemonSet = kind<DaemonSet>({
  group: 'apps',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: (set) => inField(set, 'spec', specDefaults),
  prepareCreate: (set) => ({
    ...withTemplateGeneration(set, Math.max(1, templateGenerationOf(set) ?? 1)),
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  }),
  /** Nobody but the server counts. */
  prepareUpdate(next, old) {
    const before = templateGenerationOf(old) ?? 1;
    return withTemplateGeneration(next, isSame(next.spec.template, old.spec.template) ? before : before + 1);
  },
  validate: validateDaemonSet,
  validateUpdate: sameSelector,
  validateStatusUpdate: validateDaemonSetStatusUpdate,
  warnings: templateWarnings,
  columns: [
    integer('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', ({ spec }) => formatLabels(spec.template.spec?.nodeSelector)),
    age,
    ...templateColumns<DaemonSet>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatLabelSelector(spec.selector)),
  ],
});
