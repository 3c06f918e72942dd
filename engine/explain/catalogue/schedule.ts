/** Why a pod has no node yet: the scheduler's own sentences ("0/3 nodes are available: …"). */
import type { Cause } from '../cause.ts';

export const scheduleCauses = [
  {
    id: 'schedule-no-nodes',
    topic: 'schedule',
    level: 'error',
    fixes: ['add-node', 'view-nodes'],
    pattern: /no nodes available to schedule pods/,
  },
  {
    id: 'schedule-resources',
    topic: 'schedule',
    level: 'warning',
    fixes: ['lower-requests', 'free-resources', 'add-node'],
    pattern: /Insufficient (?<resource>[\w.\-/]+)/,
  },
  { id: 'schedule-too-many-pods', topic: 'schedule', level: 'warning', fixes: ['free-resources', 'add-node'], pattern: /Too many pods/ },
  {
    id: 'schedule-not-ready',
    topic: 'schedule',
    level: 'warning',
    fixes: ['view-nodes', 'wait'],
    pattern: /untolerated taint \{node\.kubernetes\.io\/(not-ready|unreachable)/,
  },
  {
    id: 'schedule-taint',
    topic: 'schedule',
    level: 'warning',
    fixes: ['tolerate-taint', 'view-nodes'],
    pattern: /untolerated taint \{(?<taint>[^}]+?):? ?\}/,
  },
  { id: 'schedule-cordoned', topic: 'schedule', level: 'warning', fixes: ['uncordon', 'view-nodes'], pattern: /were unschedulable/ },
  {
    id: 'schedule-selector',
    topic: 'schedule',
    level: 'warning',
    fixes: ['label-node', 'edit-yaml'],
    pattern: /didn't match Pod's node affinity\/selector|didn't satisfy plugin\(s\) \[NodeAffinity\]/,
  },
  {
    id: 'schedule-ports',
    topic: 'schedule',
    level: 'warning',
    fixes: ['change-port', 'add-node'],
    pattern: /didn't have free ports for the requested pod ports/,
  },
  {
    id: 'schedule-spread',
    topic: 'schedule',
    level: 'warning',
    fixes: ['add-node', 'edit-yaml'],
    pattern: /didn't (match pod (anti-)?affinity|satisfy existing pods anti-affinity|match pod topology spread)/,
  },
  { id: 'schedule-failed', topic: 'state', level: 'warning', fixes: ['view-events'] },
] as const satisfies readonly Cause[];
