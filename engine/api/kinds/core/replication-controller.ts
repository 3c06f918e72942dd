/** ReplicationControllers. Upstream: pkg/registry/core/replicationcontroller/strategy.go, pkg/apis/core/v1/defaults.go. */
import { kind } from '../../kind.ts';
import { formatSelector, selectorOfLabels } from '../../selector.ts';
import type { ReplicationController, ReplicationControllerSpec } from '../../types.gen.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import { validateReplicationController } from '../../validation/workload.ts';
import { age, formatLabels, integer, templateColumns, wide } from '../columns.ts';
import { fill, inField } from '../fill.ts';
import { podTemplateDefaults } from './pod-defaults.ts';

function specDefaults(spec: ReplicationControllerSpec): ReplicationControllerSpec {
  return inField(fill(spec, { replicas: 1 }), 'template', podTemplateDefaults);
}

const isEmpty = (labels: Readonly<Record<string, string>> | undefined): boolean => Object.keys(labels ?? {}).length === 0;

/** Who names no selector and no labels means those of the template. */
function defaults(given: ReplicationController): ReplicationController {
  let controller = inField(given, 'spec', specDefaults);
  const labels = controller.spec.template?.metadata?.labels;
  if (labels === undefined || isEmpty(labels)) return controller;
  if (isEmpty(controller.spec.selector)) controller = { ...controller, spec: { ...controller.spec, selector: labels } };
  return isEmpty(controller.metadata.labels) ? { ...controller, metadata: { ...controller.metadata, labels } } : controller;
}

export const replicationController = kind<ReplicationController>({
  group: '',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  // As it was before there was garbage collection; kubectl asks for Background.
  defaultPropagation: 'Orphan',
  defaults,
  prepareCreate: (controller) => ({ ...controller, status: { replicas: 0 } }),
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    withReplicas: (controller, replicas) => ({ ...controller, spec: { ...controller.spec, replicas } }),
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOfLabels(spec.selector)),
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  validate: validateReplicationController,
  warnings: templateWarnings,
  columns: [
    integer('Desired', ({ spec }) => spec.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    age,
    ...templateColumns<ReplicationController>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatLabels(spec.selector)),
  ],
});
