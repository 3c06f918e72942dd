/**
 * What LimitRanges say of a namespace's Pods and claims: defaults are filled in, what lies outside is refused, all reasons at once.
 * Upstream: plugin/pkg/admission/limitranger.
 */
import { forbidden } from '../../api/errors.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity.ts';
import { amountsRecord, parseAmounts } from '../../api/quota/amounts.ts';
import { atWorst } from '../../api/quota/pod-usage.ts';
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod, ResourceRequirements } from '../../api/types.gen.ts';
import type { Admission } from '../context.ts';
import type { Mirror } from '../mirror.ts';

type Amounts = Readonly<Record<string, string>>;
interface Usage {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export function limitRanger(ranges: Mirror<LimitRange>): Admission {
  return async ({ operation, target, name, object }) => {
    const { kind } = target.resource;
    if (kind.group !== '' || target.subresource !== undefined || !object || ranges.objects.size === 0) return object;
    const items = [...ranges.objects.values()]
      .filter(({ metadata }) => metadata.namespace === target.namespace)
      .flatMap(({ spec }) => spec.limits);
    const refuse = (problems: readonly string[]): void => {
      const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
      if (problems.length > 0) throw forbidden(kind, name, text ?? '');
    };
    // Pods do not change what they ask for; the kind was just looked at.
    if (kind.plural === 'pods' && operation === 'CREATE') {
      const pod = withDefaults(object as Pod, items);
      refuse(podProblems(pod, items));
      return pod;
    }
    if (kind.plural === 'persistentvolumeclaims' && operation !== 'DELETE') refuse(claimProblems(object as PersistentVolumeClaim, items));
    return object;
  };
}

const annotation = 'kubernetes.io/limit-ranger';

function withDefaults(pod: Pod, items: readonly LimitRangeItem[]): Pod {
  const defaults = items.filter(({ type }) => type === 'Container');
  const limits: Amounts = Object.assign({}, ...defaults.map((item) => item.default ?? {}));
  const requests: Amounts = Object.assign({}, ...defaults.map((item) => item.defaultRequest ?? {}));
  const notes: string[] = [];
  const fill =
    (what: string) =>
    (container: Container): Container => {
      const resources: ResourceRequirements = container.resources ?? {};
      const missing = (wanted: Amounts, given: Amounts = {}): readonly string[] =>
        Object.keys(wanted).filter((key) => given[key] === undefined);
      const newLimits = missing(limits, resources.limits);
      // What was limited just now requests its limit, unless there is a default of its own.
      const newRequests = missing(requests, resources.requests);
      if (newLimits.length + newRequests.length === 0) return container;
      if (newRequests.length > 0) notes.push(`${newRequests.toSorted().join(', ')} request for ${what} ${container.name}`);
      if (newLimits.length > 0) notes.push(`${newLimits.toSorted().join(', ')} limit for ${what} ${container.name}`);
      return {
        ...container,
        resources: { ...resources, limits: { ...limits, ...resources.limits }, requests: { ...requests, ...resources.requests } },
      };
    };
  const { containers, initContainers } = pod.spec;
  const filled = {
    containers: containers.map(fill('container')),
    ...(initContainers ? { initContainers: initContainers.map(fill('init container')) } : {}),
  };
  if (notes.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...pod.spec, ...filled } };
}

function podProblems({ spec }: Pod, items: readonly LimitRangeItem[]): readonly string[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const usages = all.map(({ resources }) => usageOf(resources));
  return items.flatMap((item) => {
    if (item.type === 'Container') return usages.flatMap((usage) => problems(item, usage));
    return item.type === 'Pod' ? problems(item, podUsage(spec)) : [];
  });
}

function claimProblems({ spec }: PersistentVolumeClaim, items: readonly LimitRangeItem[]): readonly string[] {
  const requests = spec.resources?.requests ?? {};
  // Claims have no limits: what is requested counts as both.
  return items.filter(({ type }) => type === 'PersistentVolumeClaim').flatMap((item) => problems(item, { requests, limits: requests }));
}

function usageOf({ requests = {}, limits = {} }: ResourceRequirements = {}): Usage {
  return { requests: { ...limits, ...requests }, limits };
}

function podUsage(spec: Pod['spec']): Usage {
  const combine = (list: 'requests' | 'limits'): Amounts =>
    amountsRecord(atWorst(spec, ({ resources }) => parseAmounts(usageOf(resources)[list])));
  return { requests: combine('requests'), limits: combine('limits') };
}

const compare = (a: string, b: string): number => compareQuantity(parseQuantity(a), parseQuantity(b));

function problems({ type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRangeItem, { requests, limits }: Usage): readonly string[] {
  const lows = Object.entries(min).flatMap(([name, bound]) => {
    const head = `minimum ${name} usage per ${type} is ${bound}`;
    const request = requests[name];
    const limit = limits[name];
    if (request === undefined) return [`${head}.  No request is specified`];
    if (compare(request, bound) < 0) return [`${head}, but request is ${request}`];
    return limit !== undefined && compare(limit, bound) < 0 ? [`${head}, but limit is ${limit}`] : [];
  });
  const highs = Object.entries(max).flatMap(([name, bound]) => {
    const head = `maximum ${name} usage per ${type} is ${bound}`;
    const request = requests[name];
    const limit = limits[name];
    if (limit === undefined) return [`${head}.  No limit is specified`];
    if (compare(limit, bound) > 0) return [`${head}, but limit is ${limit}`];
    return request !== undefined && compare(request, bound) > 0 ? [`${head}, but request is ${request}`] : [];
  });
  const ratios = Object.entries(maxLimitRequestRatio).flatMap(([name, bound]) => {
    const head = `${name} max limit to request ratio per ${type} is ${bound}`;
    const request = parseQuantity(requests[name] ?? '0');
    const limit = parseQuantity(limits[name] ?? '0');
    if (request.nano <= 0n) return [`${head}, but no request is specified or request is 0`];
    if (limit.nano <= 0n) return [`${head}, but no limit is specified or limit is 0`];
    const ratio = Number(limit.nano) / Number(request.nano);
    return ratio > Number(parseQuantity(bound).nano) / 1e9 ? [`${head}, but provided ratio is ${ratio.toFixed(6)}`] : [];
  });
  return [...lows, ...highs, ...ratios];
}
