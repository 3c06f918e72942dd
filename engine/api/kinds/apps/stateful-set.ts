/** StatefulSets. Upstream: pkg/registry/apps/statefulset/strategy.go, pkg/apis/apps/v1/{defaults,conversion}.go, printStatefulSet in pkg/printers. */
import { kind } from '../../kind.ts';
import { formatSelector, selectorOf } from '../../selector.ts';
import type { PersistentVolumeClaim, StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../types.gen.ts';
import { dns1123LabelProblems } from '../../validation/names.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import {
  validateServiceName,
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from '../../validation/stateful-set.ts';
import { age, templateColumns, text } from '../columns.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { each, fill, inField, without } from '../fill.ts';

function strategyDefaults(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const typed = strategy.type ? strategy : fill(fill(strategy, { type: 'RollingUpdate' }), { rollingUpdate: {} });
  return typed.type === 'RollingUpdate' ? inField(typed, 'rollingUpdate', (given) => fill(given, { partition: 0 })) : typed;
}
function claimDefaults(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const typed = fill({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, { status: {} });
  const filled = inField(typed, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' }));
  return inField(filled, 'status', (status) => fill(status, { phase: 'Pending' }));
}
function specDefaults(spec: StatefulSetSpec): StatefulSetSpec {
  const filled = fill(spec, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    persistentVolumeClaimRetentionPolicy: {},
    revisionHistoryLimit: 10,
  });
  const retained = inField(filled, 'persistentVolumeClaimRetentionPolicy', (policy) =>
    fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  );
  const claimed = inField(retained, 'volumeClaimTemplates', each(claimDefaults));
  return inField(inField(claimed, 'updateStrategy', strategyDefaults), 'template', podTemplateDefaults);
}
/** Behind a feature gate that is off: dropped, unless it is in use. */
function withoutMaxUnavailable(set: StatefulSet, old?: StatefulSet): StatefulSet {
  if (old?.spec.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return set;
  return inField(set, 'spec', (spec) =>
    inField(spec, 'updateStrategy', (strategy) => inField(strategy, 'rollingUpdate', (given) => without(given, 'maxUnavailable'))),
  );
}

export const statefulSet = kind<StatefulSet>({
  group: 'apps',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: (set) => inField(set, 'spec', specDefaults),
  prepareCreate: (set) => ({ ...withoutMaxUnavailable(set), status: { replicas: 0, availableReplicas: 0 } }),
  prepareUpdate: withoutMaxUnavailable,
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    withReplicas: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
  },
  validateName: dns1123LabelProblems,
  validate: validateStatefulSet,
  validateCreate: validateServiceName,
  validateUpdate: validateStatefulSetUpdate,
  validateStatusUpdate: validateStatefulSetStatusUpdate,
  warnings(set) {
    const isNegative = (set.spec.revisionHistoryLimit ?? 0) < 0;
    const limit = 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';
    return [...templateWarnings(set), ...(isNegative ? [limit] : [])];
  },
  columns: [
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    age,
    ...templateColumns<StatefulSet>(({ spec }) => spec.template),
  ],
});
