/** Cluster IPs of Services: form, families, and that they stay. Upstream: ValidateServiceClusterIPsRelatedFields in pkg/apis/core/validation. */
import { duplicate, type FieldError, forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import { isHeadless } from '../kinds/core/service-defaults.ts';
import type { Service, ServiceSpec } from '../types.gen.ts';
import { isIPv6, validIP } from './addresses.ts';
import { type Errors, none, supportedIfSet } from './fields.ts';

const path = new Path('spec');
const at = path.at('clusterIPs');
const fixed = 'may not change once set';

export function clusterAddressErrors(spec: ServiceSpec): Errors {
  if (spec.type === 'ExternalName') return none;
  const { clusterIPs = [] } = spec;
  const addresses = clusterIPs.flatMap((address, index) => addressErrors(clusterIPs, address, index));
  return [
    ...agreementErrors(spec),
    ...familyErrors(spec),
    ...addresses,
    ...(clusterIPs.length > 2 ? [invalidValue(at, clusterIPs, 'may only hold up to 2 values')] : none),
    ...(addresses.length > 0 ? none : stackErrors(spec)),
  ];
}

/** `clusterIP` is the first of `clusterIPs`. */
function agreementErrors({ clusterIP, clusterIPs = [] }: ServiceSpec): Errors {
  if (!clusterIP) return clusterIPs.length === 0 ? none : [invalidValue(at, clusterIPs, 'must be empty when `clusterIP` is not specified')];
  if (clusterIPs.length === 0) return [required(at)];
  return clusterIPs[0] === clusterIP ? none : [invalidValue(at, clusterIPs, 'first value must match `clusterIP`')];
}

function addressErrors(all: readonly string[], address: string, index: number): Errors {
  if (index !== 0 || address !== 'None') return validIP(at.at(index), address);
  return all.length > 1 ? [invalidValue(at, all, "'None' must be the first and only value")] : none;
}

function familyErrors({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): Errors {
  const list = path.at('ipFamilies');
  return [
    ...ipFamilies.flatMap((family, index): readonly FieldError[] => [
      ...supportedIfSet(list.at(index), family, ['IPv4', 'IPv6']),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(list.at(index), family)] : none),
    ]),
    ...supportedIfSet(path.at('ipFamilyPolicy'), ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
  ];
}

function stackErrors(spec: ServiceSpec): Errors {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const [first, second] = clusterIPs;
  const isSameFamily = first !== undefined && second !== undefined && isIPv6(first) === isIPv6(second);
  const mismatched = isHeadless(spec)
    ? none
    : clusterIPs.flatMap((address, index) => {
        const family = ipFamilies[index];
        const actual = isIPv6(address) ? 'IPv6' : 'IPv4';
        if (family === undefined || family === actual) return none;
        return [invalidValue(at.at(index), address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``)];
      });
  return [...(isSameFamily ? [invalidValue(at, clusterIPs, 'may specify no more than one IP for each IP family')] : none), ...mismatched];
}

export function validateServiceUpdate({ spec: next }: Service, { spec: old }: Service): Errors {
  const isBalancer = next.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  const isChecked = isBalancer && next.externalTrafficPolicy === 'Local' && old.externalTrafficPolicy === 'Local';
  return [
    ...keptAddresses(next, old),
    ...(isBalancer && next.loadBalancerClass !== old.loadBalancerClass
      ? [invalidValue(path.at('loadBalancerClass'), next.loadBalancerClass, fixed)]
      : none),
    ...(isChecked && next.healthCheckNodePort !== old.healthCheckNodePort
      ? [forbiddenValue(path.at('healthCheckNodePort'), 'field is immutable')]
      : none),
  ];
}

function keptAddresses(next: ServiceSpec, old: ServiceSpec): Errors {
  if (next.type === 'ExternalName' || old.type === 'ExternalName' || (isHeadless(next) && isHeadless(old))) return none;
  const { clusterIPs = [] } = next;
  const before = old.clusterIPs ?? [];
  if (before.length > 0 && clusterIPs.length === 0) return [invalidValue(at.at(0), clusterIPs, 'primary clusterIP can not be unset')];
  const compared = before.length === clusterIPs.length ? before : before.slice(0, 1);
  const isReleased = before.length > 1 && clusterIPs.length === 1 && next.ipFamilyPolicy !== 'SingleStack';
  const released = "must be set to 'SingleStack' when releasing the secondary clusterIP";
  return [
    ...compared.flatMap((address, index) => (clusterIPs[index] === address ? none : [invalidValue(at.at(index), clusterIPs, fixed)])),
    ...(isReleased ? [invalidValue(path.at('ipFamilyPolicy'), next.ipFamilyPolicy, released)] : none),
  ];
}
