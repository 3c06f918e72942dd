/** References to a Pod's own fields and resources, as environment and volumes make them. Upstream: pkg/apis/core/validation, pkg/apis/core/pods. */
import { invalidValue, notSupported, type Path, required } from '../field-error.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../types.gen.ts';
import { type Errors, none, validQualifiedName } from './fields.ts';

/** What can be asked for at all; each use allows some of it. */
const convertible = new Set([
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
  ...['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName'],
  ...['status.phase', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
]);
export const envFieldPaths: readonly string[] = [
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
];
export const volumeFieldPaths: readonly string[] = [
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
];

const subscripted = /^(.*)\['(.*)'\]$/;

export function fieldRefErrors(path: Path, { apiVersion, fieldPath }: ObjectFieldSelector, allowed: readonly string[]): Errors {
  if (!apiVersion) return [required(path.at('apiVersion'))];
  if (!fieldPath) return [required(path.at('fieldPath'))];
  const at = path.at('fieldPath');
  if (apiVersion !== 'v1') return [invalidValue(at, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`)];
  const [, owner, key] = subscripted.exec(fieldPath) ?? [];
  if (owner !== undefined && key !== undefined && (owner === 'metadata.annotations' || owner === 'metadata.labels'))
    return validQualifiedName(path, owner === 'metadata.annotations' ? key.toLowerCase() : key);
  const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!convertible.has(internal))
    return [invalidValue(at, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)];
  return allowed.includes(internal) ? none : [notSupported(at, internal, allowed)];
}

const resourcePaths = [
  ...['limits.cpu', 'limits.ephemeral-storage', 'limits.memory'],
  ...['requests.cpu', 'requests.ephemeral-storage', 'requests.memory'],
];
const sizes = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
const divisors: readonly { readonly ends: RegExp; readonly allowed: string; readonly words: string; readonly name: string }[] = [
  { ends: /^(limits|requests)\.cpu$/, allowed: '1m, 1', words: '1m and 1', name: 'cpu' },
  { ends: /^(limits|requests)\.memory$/, allowed: sizes, words: sizes, name: 'memory' },
  { ends: /^(limits|requests)\.ephemeral-storage$/, allowed: sizes, words: sizes, name: 'local ephemeral storage' },
  { ends: /^(limits|requests)\.hugepages-/, allowed: sizes, words: sizes, name: 'hugepages' },
];

function divisorErrors(path: Path, resource: string, divisor: string): Errors {
  if (divisor === '0') return none;
  const rule = divisors.find(({ ends }) => ends.test(resource));
  if (!rule || rule.allowed.split(', ').includes(divisor)) return none;
  return [invalidValue(path.at('divisor'), resource, `only divisor's values ${rule.words} are supported with the ${rule.name} resource`)];
}

export function resourceFieldRefErrors(path: Path, reference: ResourceFieldSelector, needsContainer: boolean): Errors {
  const { containerName, resource, divisor = '0' } = reference;
  const divided = divisorErrors(path, resource, divisor);
  if (needsContainer && !containerName) return [required(path.at('containerName')), ...divided];
  if (!resource) return [required(path.at('resource')), ...divided];
  const isKnown = resourcePaths.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource);
  return isKnown ? divided : [notSupported(path.at('resource'), resource, resourcePaths), ...divided];
}
