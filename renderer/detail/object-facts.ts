/** What `kubectl describe` says at its head, by kind, under describe's own names. Pure. Upstream: k8s.io/kubectl/pkg/describe/describe.go. */
import { formatLabels } from '../../engine/api/kinds/columns.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Deployment, LabelSelector, Node, Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import type { ObjectPlace } from '../app/paths.ts';
import { kindByName } from '../data/kinds.ts';

export interface ObjectFact {
  readonly name: string;
  /** May have several lines. */
  readonly value: string;
  /** Where the value leads, if it names an object. */
  readonly place?: ObjectPlace | undefined;
}

// `kind` says which type an object has; the compiler cannot see that, hence the casts.
const factsByKind: Readonly<Record<string, (object: KubeObject) => readonly ObjectFact[]>> = {
  Pod: (object) => podFacts(object as Pod),
  Deployment: (object) => deploymentFacts(object as Deployment),
  ReplicaSet: (object) => replicaSetFacts(object as ReplicaSet),
  Service: (object) => serviceFacts(object as Service),
  Node: (object) => nodeFacts(object as Node),
};

export function objectFacts(object: Live<KubeObject>): readonly ObjectFact[] {
  const own = factsByKind[object.kind]?.(object) ?? [];
  return [...own, ...controllerFact(object)].filter(({ value }) => value !== '');
}

function controllerFact({ metadata }: KubeObject): readonly ObjectFact[] {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return [];
  const kind = kindByName(owner.kind);
  return [
    {
      name: 'Controlled By',
      value: `${owner.kind}/${owner.name}`,
      place: kind && { plural: kind.plural, namespace: kind.namespaced ? metadata.namespace : undefined, name: owner.name },
    },
  ];
}

function podFacts({ metadata, spec, status }: Pod): readonly ObjectFact[] {
  return [
    { name: 'Node', value: spec.nodeName ?? '', place: spec.nodeName ? { plural: 'nodes', name: spec.nodeName } : undefined },
    { name: 'IP', value: status?.podIP ?? '' },
    { name: 'Start Time', value: status?.startTime ?? '' },
    {
      name: 'Service Account',
      value: spec.serviceAccountName ?? '',
      place: spec.serviceAccountName
        ? { plural: 'serviceaccounts', namespace: metadata.namespace, name: spec.serviceAccountName }
        : undefined,
    },
    { name: 'QoS Class', value: status?.qosClass ?? '' },
    { name: 'Restart Policy', value: spec.restartPolicy ?? '' },
    { name: 'Node-Selectors', value: spec.nodeSelector ? formatLabels(spec.nodeSelector) : '' },
    {
      name: 'Tolerations',
      value: (spec.tolerations ?? [])
        .map(({ key = '', value, effect, operator, tolerationSeconds }) =>
          [
            `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
            operator === 'Exists' ? 'op=Exists' : '',
            tolerationSeconds === undefined ? '' : `for ${tolerationSeconds}s`,
          ]
            .filter(Boolean)
            .join(' '),
        )
        .join('\n'),
    },
  ];
}

function deploymentFacts({ spec, status }: Deployment): readonly ObjectFact[] {
  const count = (value: number | undefined): number => value ?? 0;
  const rolling = spec.strategy?.rollingUpdate;
  return [
    {
      name: 'Replicas',
      value: `${spec.replicas ?? 1} desired | ${count(status?.updatedReplicas)} updated | ${count(status?.replicas)} total | ${count(status?.availableReplicas)} available | ${count(status?.unavailableReplicas)} unavailable`,
    },
    { name: 'Selector', value: selectorText(spec.selector) },
    { name: 'StrategyType', value: spec.strategy?.type ?? '' },
    { name: 'RollingUpdateStrategy', value: rolling ? `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge` : '' },
    { name: 'MinReadySeconds', value: spec.minReadySeconds ? String(spec.minReadySeconds) : '' },
  ];
}

function replicaSetFacts({ spec, status, metadata }: ReplicaSet): readonly ObjectFact[] {
  return [
    { name: 'Replicas', value: `${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired` },
    { name: 'Selector', value: selectorText(spec.selector) },
    { name: 'Revision', value: metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '' },
  ];
}

function serviceFacts({ spec, status }: Service): readonly ObjectFact[] {
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  return [
    { name: 'Type', value: spec.type ?? '' },
    { name: 'Selector', value: spec.selector ? formatLabels(spec.selector) : '<none>' },
    { name: 'IP Families', value: (spec.ipFamilies ?? []).join(', ') },
    { name: 'IP', value: spec.clusterIP ?? '' },
    { name: 'External Name', value: spec.externalName ?? '' },
    { name: 'External IPs', value: (spec.externalIPs ?? []).join(', ') },
    { name: 'LoadBalancer Ingress', value: ingress.join(', ') },
    { name: 'Session Affinity', value: spec.sessionAffinity ?? '' },
    { name: 'External Traffic Policy', value: spec.externalTrafficPolicy ?? '' },
    { name: 'Internal Traffic Policy', value: spec.internalTrafficPolicy ?? '' },
  ];
}

function nodeFacts({ spec, status }: Node): readonly ObjectFact[] {
  const info = status?.nodeInfo;
  return [
    ...(status?.addresses ?? []).map(({ type, address }) => ({ name: type, value: address })),
    { name: 'Unschedulable', value: String(spec.unschedulable === true) },
    {
      name: 'Taints',
      value: (spec.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', ') || '<none>',
    },
    { name: 'PodCIDR', value: spec.podCIDR ?? '' },
    { name: 'Capacity', value: resources(status?.capacity) },
    { name: 'Allocatable', value: resources(status?.allocatable) },
    { name: 'OS Image', value: info?.osImage ?? '' },
    { name: 'Kernel Version', value: info?.kernelVersion ?? '' },
    { name: 'Architecture', value: info?.architecture ?? '' },
    { name: 'Container Runtime Version', value: info?.containerRuntimeVersion ?? '' },
    { name: 'Kubelet Version', value: info?.kubeletVersion ?? '' },
  ];
}

function resources(amounts: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(amounts ?? {})
    .map(([name, amount]) => `${name}: ${amount}`)
    .join('\n');
}
export function selectorText({ matchLabels, matchExpressions = [] }: LabelSelector): string {
  const expressions = matchExpressions.map(
    ({ key, operator, values }) => `${key} ${operator.toLowerCase()}${values ? ` (${values.join(',')})` : ''}`,
  );
  return [...(matchLabels && Object.keys(matchLabels).length > 0 ? [formatLabels(matchLabels)] : []), ...expressions].join(',') || '<none>';
}
