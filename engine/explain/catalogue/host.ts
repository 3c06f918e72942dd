/** Why a cluster does not start, stop or go away: one entry for each `HostErrorCode`, found by code and not by pattern. */
import type { Cause } from '../cause.ts';

export const hostCauses = [
  { id: 'engine-not-found', topic: 'host', level: 'error', fixes: ['install-docker', 'use-simulated'] },
  { id: 'engine-unreachable', topic: 'host', level: 'error', fixes: ['start-docker', 'use-simulated'] },
  { id: 'engine-permission', topic: 'host', level: 'error', fixes: ['join-docker-group', 'use-simulated'] },
  { id: 'engine-too-old', topic: 'host', level: 'error', fixes: ['update-docker', 'use-simulated'] },
  { id: 'port-taken', topic: 'host', level: 'error', fixes: ['close-program', 'retry'] },
  { id: 'subnet-taken', topic: 'host', level: 'error', fixes: ['remove-networks', 'retry'] },
  { id: 'network-held', topic: 'host', level: 'error', fixes: ['restart-docker', 'retry', 'update-docker'] },
  { id: 'image-build-failed', topic: 'host', level: 'error', fixes: ['check-network', 'retry', 'use-simulated'] },
  { id: 'node-start-failed', topic: 'host', level: 'error', fixes: ['read-log', 'retry', 'delete-cluster'] },
  { id: 'node-not-ready', topic: 'host', level: 'error', fixes: ['read-log', 'retry'] },
  { id: 'kernel-unsupported', topic: 'host', level: 'error', fixes: ['update-docker', 'use-simulated'] },
  { id: 'kubeconfig-unreadable', topic: 'host', level: 'error', fixes: ['repair-kubeconfig', 'retry'] },
  { id: 'kubeconfig-malformed', topic: 'host', level: 'error', fixes: ['repair-kubeconfig', 'retry'] },
  { id: 'kubeconfig-read-only', topic: 'host', level: 'error', fixes: ['repair-kubeconfig', 'retry'] },
  { id: 'cluster-running', topic: 'host', level: 'info', fixes: ['stop-elsewhere'] },
  { id: 'cluster-not-found', topic: 'host', level: 'error', fixes: ['start-cluster'] },
  { id: 'cluster-not-running', topic: 'host', level: 'info', fixes: ['start-cluster'] },
  { id: 'data-locked', topic: 'host', level: 'error', fixes: ['stop-elsewhere', 'retry'] },
  { id: 'data-unreadable', topic: 'host', level: 'error', fixes: ['restore-data', 'delete-cluster'] },
  { id: 'invalid-input', topic: 'host', level: 'error', fixes: ['correct-input'] },
  { id: 'deadline-exceeded', topic: 'host', level: 'error', fixes: ['read-log', 'retry', 'delete-cluster'] },
  { id: 'cancelled', topic: 'host', level: 'info', fixes: ['retry', 'delete-cluster'] },
  { id: 'internal', topic: 'host', level: 'error', fixes: ['read-log', 'retry'] },
  { id: 'forbidden-sender', topic: 'host', level: 'error', fixes: ['reload'] },
] as const satisfies readonly Cause[];
