/** Quality of service: who is evicted first. Upstream: k8s.io/kubernetes/pkg/apis/core/helper/qos. */
import { parseQuantity } from '../../quantity.ts';
import type { Container, PodSpec } from '../../types.gen.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;
type Amounts = Map<string, bigint>;

/** Zero amounts ask for nothing. */
function amountsOf(list: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const name of counted) {
    const value = list?.[name];
    const nano = value === undefined ? 0n : parseQuantity(value).nano;
    if (nano > 0n) amounts.set(name, nano);
  }
  return amounts;
}

function sumInto(total: Amounts, amounts: Amounts): void {
  for (const [name, nano] of amounts) total.set(name, (total.get(name) ?? 0n) + nano);
}

/** The amounts must be valid quantities. */
export function qosClassOf(spec: PodSpec): QosClass {
  const containers: readonly Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const requests: Amounts = new Map();
  const limits: Amounts = new Map();
  let isGuaranteed = true;
  for (const { resources } of containers) {
    const own = amountsOf(resources?.limits);
    sumInto(requests, amountsOf(resources?.requests));
    sumInto(limits, own);
    if (own.size < counted.length) isGuaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  isGuaranteed &&= requests.size === limits.size && [...requests].every(([name, nano]) => limits.get(name) === nano);
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
