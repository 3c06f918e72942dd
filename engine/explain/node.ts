/** What is the matter with a node, from its conditions. */
import type { Node, NodeCondition } from '../api/types.gen.ts';
import { type Evidence, type Verdict, verdict } from './verdict.ts';

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

export function explainNode(node: Node): Verdict {
  const conditions = node.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const params = { node: node.metadata?.name ?? '' };
  if (!ready || ready.status === 'Unknown') return verdict('node-not-reporting', { params, evidence: ready ? [evidenceOf(ready)] : [] });
  if (ready.status !== 'True') {
    // The kubelet's own words while the engine below it is away.
    const isEngineDown = ready.message?.includes('container runtime is down') ?? false;
    return verdict(isEngineDown ? 'node-engine-down' : 'node-unready', { params, evidence: [evidenceOf(ready)] });
  }
  const pressure = conditions.find(({ type, status }) => pressures.includes(type) && status === 'True');
  if (pressure) return verdict('node-pressure', { params: { ...params, pressure: pressure.type }, evidence: [evidenceOf(pressure)] });
  return verdict(node.spec?.unschedulable ? 'node-cordoned' : 'node-ready', { params });
}

function evidenceOf({ reason, message, lastTransitionTime }: NodeCondition): Evidence {
  return { source: 'condition', text: [reason, message].filter(Boolean).join(': '), time: lastTransitionTime };
}
