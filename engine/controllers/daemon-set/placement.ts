/** On which nodes a DaemonSet has a pod, and how its pod is bound to one. Upstream: pkg/controller/daemon, nodeShouldRunDaemonPod and util. */
import { requiredNodes } from '../../api/node-selector.ts';
import { untolerated } from '../../api/tolerations.ts';
import type { Affinity, DaemonSet, Node, Pod, PodSpec, PodTemplateSpec, Toleration } from '../../api/types.gen.ts';

export const hashLabel = 'controller-revision-hash';
const generationLabel = 'pod-template-generation';

/** What the node's conditions taint it with: a daemon is there for the node, and stays with it. */
function daemonTolerations({ hostNetwork = false }: PodSpec): readonly Toleration[] {
  const evicting = ['not-ready', 'unreachable'];
  const repelling = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', ...(hostNetwork ? ['network-unavailable'] : [])];
  const all = [...evicting.map((name) => ({ name, effect: 'NoExecute' })), ...repelling.map((name) => ({ name, effect: 'NoSchedule' }))];
  return all.map(({ name, effect }) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }));
}
/** One of the template's own that says the same with other words is replaced, as upstream does. */
function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  const said = (one: Toleration, other: Toleration): boolean =>
    one.key === other.key && one.effect === other.effect && one.operator === other.operator && (one.value ?? '') === (other.value ?? '');
  const daemon = daemonTolerations(spec);
  const { tolerations: own = [] } = spec;
  return [
    ...own.map((toleration) => daemon.find((one) => said(one, toleration)) ?? toleration),
    ...daemon.filter((one) => !own.some((toleration) => said(one, toleration))),
  ];
}

export interface Placement {
  /** A pod that is not there is made. */
  readonly start: boolean;
  /** A pod that is there stays. */
  readonly stay: boolean;
}
const nowhere: Placement = { start: false, stay: false };

/** Reads the template once, for all nodes. */
export function placement({ spec: { template } }: DaemonSet): (node: Node) => Placement {
  const spec = template.spec ?? { containers: [] };
  const tolerations = tolerationsOf(spec);
  const fits = requiredNodes(spec);
  return ({ metadata: { name = '', labels = {} }, spec: { taints = [] } = {} }) => {
    if (spec.nodeName && spec.nodeName !== name) return nowhere;
    if (fits && !fits({ name, labels })) return nowhere;
    if (!untolerated(taints, tolerations, ['NoSchedule', 'NoExecute'])) return { start: true, stay: true };
    return { start: false, stay: !untolerated(taints, tolerations, ['NoExecute']) };
  };
}

/** Where a pod runs, or is meant to run; undefined for one that is bound nowhere. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return field?.values?.length === 1 ? field.values[0] : undefined;
}

export interface Revision {
  /** Of the ControllerRevision. */
  readonly hash: string;
  /** Of the template, by the deprecated annotation. */
  readonly generation: number | undefined;
}
/** The template of the pod for one node: the scheduler binds it there, by a node affinity that names it. */
export function podTemplateFor({ metadata = {}, spec }: PodTemplateSpec, node: string, { hash, generation }: Revision): PodTemplateSpec {
  const own = spec ?? { containers: [] };
  const labels = {
    ...metadata.labels,
    ...(generation === undefined ? {} : { [generationLabel]: String(generation) }),
    [hashLabel]: hash,
  };
  return { metadata: { ...metadata, labels }, spec: { ...own, affinity: boundTo(own.affinity, node), tolerations: tolerationsOf(own) } };
}
function boundTo(affinity: Affinity | undefined, node: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution } };
}

/** Made of the present template. */
export function isUpdated({ metadata: { labels = {} } }: Pod, { hash, generation }: Revision): boolean {
  return labels[hashLabel] === hash || (generation !== undefined && labels[generationLabel] === String(generation));
}
