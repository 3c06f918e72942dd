/** States that are read off the objects themselves and need no pattern. */
import type { Cause } from '../cause.ts';

export const stateCauses = [
  { id: 'ok', topic: 'state', level: 'ok', fixes: [] },
  { id: 'pod-running', topic: 'state', level: 'ok', fixes: [] },
  { id: 'pod-completed', topic: 'state', level: 'ok', fixes: [] },
  { id: 'pod-terminating', topic: 'state', level: 'info', fixes: [] },
  { id: 'pod-waiting-for-node', topic: 'state', level: 'info', fixes: [] },
  { id: 'pod-creating', topic: 'state', level: 'info', fixes: [] },
  { id: 'pod-not-ready', topic: 'state', level: 'warning', fixes: ['view-logs', 'check-probe'] },
  { id: 'pod-failed', topic: 'state', level: 'error', fixes: ['view-events', 'delete-pod'] },
  { id: 'pod-evicted', topic: 'state', level: 'error', fixes: ['free-disk', 'delete-pod'] },
  { id: 'pod-node-lost', topic: 'state', level: 'error', fixes: ['view-nodes', 'start-docker'] },

  { id: 'workload-available', topic: 'state', level: 'ok', fixes: [] },
  { id: 'workload-scaled-to-zero', topic: 'state', level: 'info', fixes: ['scale-up'] },
  { id: 'workload-progressing', topic: 'state', level: 'info', fixes: [] },
  { id: 'workload-unavailable', topic: 'state', level: 'warning', fixes: ['view-pods'] },
  { id: 'workload-paused', topic: 'state', level: 'info', fixes: ['edit-yaml'] },
  { id: 'workload-stuck', topic: 'state', level: 'error', fixes: ['view-pods', 'undo-rollout'] },
  { id: 'workload-replica-failure', topic: 'state', level: 'error', fixes: ['view-events', 'edit-yaml'] },

  { id: 'service-serving', topic: 'state', level: 'ok', fixes: [] },
  { id: 'service-external-name', topic: 'state', level: 'info', fixes: [] },
  { id: 'service-no-selector', topic: 'state', level: 'info', fixes: [] },
  { id: 'service-selects-nothing', topic: 'state', level: 'error', fixes: ['fix-selector', 'create-deployment'] },
  { id: 'service-selector-near-miss', topic: 'state', level: 'error', fixes: ['fix-selector'] },
  { id: 'service-scaled-to-zero', topic: 'state', level: 'warning', fixes: ['scale-up'] },
  { id: 'service-not-ready', topic: 'state', level: 'error', fixes: ['view-pods'] },
  { id: 'service-target-port-unnamed', topic: 'state', level: 'error', fixes: ['fix-target-port'] },
  { id: 'service-target-port-closed', topic: 'state', level: 'error', fixes: ['fix-target-port', 'view-pods'] },
  { id: 'service-unreachable', topic: 'state', level: 'error', fixes: ['view-nodes', 'view-pods'] },
  { id: 'service-host-port-taken', topic: 'state', level: 'warning', fixes: ['close-program', 'change-port'] },
  { id: 'service-host-port-failed', topic: 'state', level: 'error', fixes: ['close-program', 'change-port'] },
  { id: 'service-protocol-not-carried', topic: 'state', level: 'info', fixes: [] },

  { id: 'node-ready', topic: 'state', level: 'ok', fixes: [] },
  { id: 'node-cordoned', topic: 'state', level: 'info', fixes: ['uncordon'] },
  { id: 'node-not-reporting', topic: 'state', level: 'error', fixes: ['start-docker', 'retry'] },
  { id: 'node-engine-down', topic: 'state', level: 'error', fixes: ['start-docker'] },
  { id: 'node-unready', topic: 'state', level: 'error', fixes: ['view-events'] },
  { id: 'node-pressure', topic: 'state', level: 'warning', fixes: ['free-disk', 'free-resources'] },
] as const satisfies readonly Cause[];
