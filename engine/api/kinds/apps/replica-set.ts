/** ReplicaSets. Upstream: pkg/registry/apps/replicaset/strategy.go, pkg/apis/apps/v1/defaults.go, printReplicaSet in pkg/printers. */
import { kind } from '../../kind.ts';
import { formatLabelSelector, formatSelector, selectorOf } from '../../selector.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../../types.gen.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import { sameSelector, validateReplicaSet } from '../../validation/workload.ts';
import { age, integer, templateColumns, wide } from '../columns.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { fill, inField } from '../fill.ts';

function specDefaults(spec: ReplicaSetSpec): ReplicaSetSpec {
  return inField(fill(spec, { replicas: 1, template: {} }), 'template', podTemplateDefaults);
}

export const replicaSet = kind<ReplicaSet>({
  group: 'apps',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: (set) => inField(set, 'spec', specDefaults),
  prepareCreate: (set) => ({ ...set, status: { replicas: 0 } }),
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    withReplicas: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
  },
  validate: validateReplicaSet,
  validateUpdate: sameSelector,
  warnings: templateWarnings,
  columns: [
    integer('Desired', ({ spec }) => spec.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    age,
    ...templateColumns<ReplicaSet>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatLabelSelector(spec.selector)),
  ],
});
