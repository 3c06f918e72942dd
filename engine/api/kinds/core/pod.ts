/** Pods. Upstream: pkg/registry/core/pod/strategy.go, printPod in pkg/printers. */
import { type KindDefinition, kind } from '../../kind.ts';
import type { Pod } from '../../types.gen.ts';
import { validatePod, validatePodCreate, validatePodStatusUpdate, validatePodUpdate } from '../../validation/pod.ts';
import { podWarnings } from '../../validation/pod-warnings.ts';
import { age, orNone, text, wide } from '../columns.ts';
import { podDefaults } from './pod-defaults.ts';
import { podReady, podRestarts, podStatus } from './pod-status.ts';
import { qosClassOf } from './qos.ts';

/** Defaults need not have run: what is missing is filled in by them on the next read. */
function prepareCreate(pod: Pod): Pod {
  const isGated = (pod.spec.schedulingGates ?? []).length > 0;
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  return { ...pod, status: { phase: 'Pending', qosClass: qosClassOf(pod.spec), ...(isGated ? { conditions: [gated] } : {}) } };
}

/** Beyond this a time cannot be written; nobody waits for a hundred years. */
const longestGrace = 100 * 365 * 24 * 3600;

/** A Pod that runs nowhere, or has ended, goes at once. */
function gracePeriodSeconds(pod: Pod, requested: number | undefined): number {
  const phase = pod.status?.phase;
  if (!pod.spec.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
  const period = Math.min(Number(requested ?? pod.spec.terminationGracePeriodSeconds ?? 0), longestGrace);
  return period < 0 ? 1 : period;
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) => pod.status?.conditions?.find(({ type }) => type === conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

const columns: KindDefinition<Pod>['columns'] = [
  { ...text('Ready', podReady), description: 'The aggregate readiness state of this pod for accepting traffic.' },
  { ...text('Status', podStatus), description: 'The aggregate status of the containers in this pod.' },
  {
    ...text('Restarts', podRestarts),
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  },
  age,
  wide('IP', (pod) => orNone(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP)),
  wide('Node', (pod) => orNone(pod.spec.nodeName)),
  wide('Nominated Node', (pod) => orNone(pod.status?.nominatedNodeName)),
  wide('Readiness Gates', readinessGates),
];

export const pod = kind<Pod>({
  group: '',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  returnsDeleted: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: podDefaults,
  prepareCreate,
  gracePeriodSeconds,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  indexedFields: ['spec.nodeName'],
  validate: validatePod,
  validateCreate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  warnings: podWarnings,
  columns,
});
