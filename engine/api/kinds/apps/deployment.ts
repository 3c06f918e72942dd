/** Deployments. Upstream: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/v1/defaults.go, printDeployment in pkg/printers. */
import { kind } from '../../kind.ts';
import { formatLabelSelector, formatSelector, selectorOf } from '../../selector.ts';
import type { Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from '../../types.gen.ts';
import { isSame } from '../../validation/fields.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import { sameSelector, validateDeployment } from '../../validation/workload.ts';
import { age, templateColumns, text, wide } from '../columns.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { fill, inField } from '../fill.ts';

const rollingUpdate: RollingUpdateDeployment = { maxUnavailable: '25%', maxSurge: '25%' };

function strategyDefaults(strategy: DeploymentStrategy): DeploymentStrategy {
  const typed = fill(strategy, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return typed;
  return inField(fill(typed, { rollingUpdate }), 'rollingUpdate', (given) => fill(given, rollingUpdate));
}

function specDefaults(spec: DeploymentSpec): DeploymentSpec {
  const filled = fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  return inField(inField(filled, 'strategy', strategyDefaults), 'template', podTemplateDefaults);
}

/** Annotations are copied to ReplicaSets, so that controllers must see them change as they see the spec change. */
function prepareUpdate(next: Deployment, old: Deployment): Deployment {
  if (!isSame(next.spec, old.spec) || isSame(next.metadata.annotations, old.metadata.annotations)) return next;
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

export const deployment = kind<Deployment>({
  group: 'apps',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: (deployment) => inField(deployment, 'spec', specDefaults),
  prepareCreate: (deployment) => ({ ...deployment, status: {} }),
  prepareUpdate,
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    withReplicas: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
  },
  validate: validateDeployment,
  validateUpdate: sameSelector,
  warnings: templateWarnings,
  columns: [
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    // Upstream declares these two numbers as strings.
    text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    text('Available', ({ status }) => status?.availableReplicas ?? 0),
    age,
    ...templateColumns<Deployment>(({ spec }) => spec.template),
    wide('Selector', ({ spec }) => formatLabelSelector(spec.selector)),
  ],
});
