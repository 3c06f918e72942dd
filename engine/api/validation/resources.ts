/** Names and amounts of resources, and what containers request of them. Upstream: pkg/apis/core/validation, pkg/apis/core/helper. */
import { forbiddenValue, invalidValue, type Path, required } from '../field-error.ts';
import { compareQuantity, milliValue, parseQuantity, quantityOf, unitValue } from '../quantity.ts';
import type { ResourceRequirements } from '../types.gen.ts';
import { type Errors, entries, invalidEach, none } from './fields.ts';
import { qualifiedNameProblems } from './names.ts';

const hugePages = 'hugepages-';
const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);
const quotaResources = new Set([
  ...containerResources,
  ...['requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'persistentvolumeclaims', 'configmaps'],
  ...['services.nodeports', 'services.loadbalancers'],
]);
const standardResources = new Set([...quotaResources, 'storage']);
const countedResources = new Set([
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims'],
  ...['services.nodeports', 'services.loadbalancers'],
]);

const isHugePages = (name: string): boolean => name.startsWith(hugePages);
/** Kubernetes' own: without a domain, or with kubernetes.io's. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;
}
export function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

export function validResourceName(path: Path, name: string): Errors {
  const errors = invalidEach(path, name, qualifiedNameProblems(name));
  if (errors.length > 0 || name.includes('/')) return errors;
  const isKnown = standardResources.has(name) || isHugePages(name) || name.startsWith(`requests.${hugePages}`);
  return isKnown ? none : [invalidValue(path, name, 'must be a standard resource type or fully qualified')];
}

export function validContainerResourceName(path: Path, name: string): Errors {
  const errors = validResourceName(path, name);
  if (!name.includes('/'))
    return containerResources.has(name) || isHugePages(name)
      ? errors
      : [...errors, invalidValue(path, name, 'must be a standard resource for containers')];
  if (isNative(name) || isExtended(name)) return errors;
  return [...errors, invalidValue(path, name, "doesn't follow extended resource name standard")];
}

export function validQuotaResourceName(path: Path, name: string): Errors {
  const errors = validResourceName(path, name);
  const isKnown = quotaResources.has(name) || isHugePages(name) || name.startsWith(`requests.${hugePages}`);
  return name.includes('/') || isKnown ? errors : [...errors, invalidValue(path, name, 'must be a standard resource for quota')];
}

/** Amounts were decoded, so they are quantities; what counts things must be whole. */
export function validAmount(path: Path, name: string, amount: string): Errors {
  const quantity = parseQuantity(amount);
  const isNegative = quantity.nano < 0n;
  const isCounted = countedResources.has(name) || isExtended(name);
  return [
    ...(isNegative ? [invalidValue(path, amount, 'must be greater than or equal to 0')] : none),
    ...(isCounted && milliValue(quantity) % 1000 !== 0 ? [invalidValue(path, amount, 'must be an integer')] : none),
  ];
}

export function positiveAmount(path: Path, amount: string): Errors {
  return compareQuantity(parseQuantity(amount), quantityOf(0)) > 0 ? none : [invalidValue(path, amount, 'must be greater than zero')];
}

function requestErrors(path: Path, limits: Readonly<Record<string, string>>, [name, amount]: readonly [string, string]): Errors {
  const limit = limits[name];
  if (limit === undefined)
    return isOvercommitAllowed(name) ? none : [required(path.at('limits'), 'Limit must be set for non overcommitable resources')];
  const order = compareQuantity(parseQuantity(amount), parseQuantity(limit));
  if (order !== 0 && !isOvercommitAllowed(name))
    return [invalidValue(path.at('requests'), amount, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalidValue(path.at('requests'), amount, `must be less than or equal to ${name} limit of ${limit}`)] : none;
}

function hugePageErrors(path: Path, name: string, amount: string): Errors {
  if (!isHugePages(name)) return none;
  const size = pageSize(name.slice(hugePages.length));
  const value = unitValue(parseQuantity(amount));
  if (size > 0 && value >= 0 && value % size === 0) return none;
  return [invalidValue(path, amount, `${amount} is not positive integer multiple of ${name}`)];
}
function pageSize(text: string): number {
  return /^[0-9]+([kMGTPE]i?)?$/.test(text) ? unitValue(parseQuantity(text)) : 0;
}

export function resourceErrors(path: Path, { limits = {}, requests = {} }: ResourceRequirements): Errors {
  const amounts = (list: 'limits' | 'requests', map: Readonly<Record<string, string>>): Errors =>
    entries(map).flatMap(([name, amount]) => {
      const at = path.at(list).key(name);
      const own = list === 'requests' ? requestErrors(path, limits, [name, amount]) : none;
      return [...validContainerResourceName(at, name), ...validAmount(at, name, amount), ...own, ...hugePageErrors(at, name, amount)];
    });
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const isAlone = names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory');
  return [
    ...amounts('limits', limits),
    ...amounts('requests', requests),
    ...(isAlone ? [forbiddenValue(path, 'HugePages require cpu or memory')] : none),
  ];
}
