/**
 * What an object counts for in the ResourceQuotas of its namespace: read by the API server, which refuses, and by the controller, which keeps the status.
 * Pure. Upstream: pkg/quota/v1/evaluator/core and k8s.io/apiserver/pkg/quota/v1/generic.
 */
import type { KubeObject } from '../object.ts';
import { parseQuantity, quantityOf } from '../quantity.ts';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../types.gen.ts';
import type { Amounts } from './amounts.ts';
import { isPodResource, podUsage } from './pod-usage.ts';
import { hasScopes, matchesScopes, type PodTraits, podTraits } from './scopes.ts';

export interface QuotaKind {
  readonly group: string;
  readonly plural: string;
}

const one = quantityOf(1);
/** Counted under their plain names, too. */
const aliases: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
const classSuffix = '.storageclass.storage.k8s.io/';

const isCore = ({ group, plural }: QuotaKind, name: string): boolean => group === '' && plural === name;
function countName({ group, plural }: QuotaKind): string {
  return group === '' ? `count/${plural}` : `count/${plural}.${group}`;
}

export function quotaUsage(kind: QuotaKind, object: KubeObject, nowMs: number): Amounts {
  // The kind says what the object is.
  if (isCore(kind, 'pods')) return podUsage(object as Pod, nowMs);
  const count = new Map([[countName(kind), one]]);
  if (isCore(kind, 'services')) return new Map([...count, ...serviceUsage(object as Service)]);
  if (isCore(kind, 'persistentvolumeclaims')) return new Map([...count, ...claimUsage(object as PersistentVolumeClaim)]);
  return kind.group === '' && aliases.has(kind.plural) ? count.set(kind.plural, one) : count;
}

/** The names of `hard` that objects of this kind count for. */
export function trackedNames(kind: QuotaKind, hard: readonly string[]): readonly string[] {
  return hard.filter((name) => isTracked(kind, name));
}
function isTracked(kind: QuotaKind, name: string): boolean {
  if (isCore(kind, 'pods')) return isPodResource(name);
  if (name === countName(kind)) return true;
  if (kind.group !== '') return false;
  if (kind.plural === 'services') return name === 'services' || name === 'services.nodeports' || name === 'services.loadbalancers';
  if (kind.plural === 'persistentvolumeclaims')
    return name === 'persistentvolumeclaims' || name === 'requests.storage' || name.includes(classSuffix);
  return aliases.has(kind.plural) && name === kind.plural;
}

/** Only Pods have scopes; other objects fall under quotas without any. */
export function traitsOf(kind: QuotaKind, object: KubeObject): PodTraits | undefined {
  return isCore(kind, 'pods') ? podTraits(object as Pod) : undefined;
}
export function isInScope(quota: ResourceQuota, traits: PodTraits | undefined): boolean {
  return traits ? matchesScopes(quota, traits) : !hasScopes(quota);
}

function serviceUsage({ spec }: Service): Amounts {
  const ports = spec.ports ?? [];
  const isBalanced = spec.type === 'LoadBalancer';
  const asked = spec.allocateLoadBalancerNodePorts === false && isBalanced ? ports.filter(({ nodePort }) => nodePort) : ports;
  return new Map([
    ['services', one],
    ['services.loadbalancers', quantityOf(isBalanced ? 1 : 0)],
    ['services.nodeports', quantityOf(isBalanced || spec.type === 'NodePort' ? asked.length : 0)],
  ]);
}

function claimUsage({ metadata, spec }: PersistentVolumeClaim): Amounts {
  const storage = spec.resources?.requests?.storage;
  const className = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName;
  const amount = storage === undefined ? undefined : parseQuantity(storage);
  const usage = new Map([['persistentvolumeclaims', one]]);
  if (amount) usage.set('requests.storage', amount);
  if (!className) return usage;
  usage.set(`${className}${classSuffix}persistentvolumeclaims`, one);
  if (amount) usage.set(`${className}${classSuffix}requests.storage`, amount);
  return usage;
}
