/** Services. Upstream: ValidateService in pkg/apis/core/validation. */
import { duplicate, forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import { isExternallyAccessible, isHeadless, needsHealthCheckPort } from '../kinds/core/service-defaults.ts';
import type { Service, ServicePort, ServiceSpec } from '../types.gen.ts';
import { nonSpecialIP, validCidr, validIP } from './addresses.ts';
import { protocols } from './containers.ts';
import {
  type Errors,
  none,
  oneOf,
  supportedIfSet,
  validLabel,
  validPort,
  validPortOrName,
  validQualifiedName,
  validSubdomain,
} from './fields.ts';
import { validLabels } from './labels.ts';
import { clusterAddressErrors } from './service-addresses.ts';

const path = new Path('spec');
const onlyBalancers = "may only be used when `type` is 'LoadBalancer'";
/** A day. */
const maxAffinitySeconds = 86_400;

export function validateService(service: Service): Errors {
  const { spec } = service;
  return [
    ...typeErrors(spec),
    ...portsErrors(spec),
    ...validLabels(path.at('selector'), spec.selector),
    ...affinityErrors(spec),
    ...clusterAddressErrors(spec),
    ...externalIpErrors(spec.externalIPs ?? []),
    ...oneOf(path.at('type'), spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...nodePortErrors(spec),
    ...duplicatePorts(spec),
    ...balancerErrors(spec),
    ...trafficErrors(spec),
  ];
}

function typeErrors(spec: ServiceSpec): Errors {
  const { type, ports = [], clusterIPs = [] } = spec;
  const needsPorts = ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName';
  const headless = (type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec);
  return [
    ...(needsPorts ? [required(path.at('ports'))] : none),
    ...(headless ? [invalidValue(path.at('clusterIPs', 0), clusterIPs[0], `may not be set to 'None' for ${type} services`)] : none),
    ...(type === 'ExternalName' ? externalNameErrors(spec) : none),
  ];
}

function externalNameErrors({ clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' }: ServiceSpec): Errors {
  const notHere = 'may not be set for ExternalName services';
  const name = externalName.replace(/\.$/, '');
  return [
    ...(clusterIPs.length > 0 ? [forbiddenValue(path.at('clusterIPs'), notHere)] : none),
    ...(ipFamilies.length > 0 ? [forbiddenValue(path.at('ipFamilies'), notHere)] : none),
    ...(ipFamilyPolicy === undefined ? none : [forbiddenValue(path.at('ipFamilyPolicy'), notHere)]),
    ...(name ? validSubdomain(path.at('externalName'), name) : [required(path.at('externalName'))]),
  ];
}

function portsErrors({ ports = [] }: ServiceSpec): Errors {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = path.at('ports', index);
    const { name, targetPort, appProtocol } = port;
    const isTaken = name !== undefined && names.has(name);
    if (name) names.add(name);
    return [
      ...(name ? validLabel(at.at('name'), name) : none),
      ...(!name && ports.length > 1 ? [required(at.at('name'))] : none),
      ...(isTaken ? [duplicate(at.at('name'), name)] : none),
      ...validPort(at.at('port'), port.port),
      ...oneOf(at.at('protocol'), port.protocol, protocols),
      ...validPortOrName(at.at('targetPort'), targetPort ?? 0),
      ...(appProtocol === undefined ? none : validQualifiedName(at.at('appProtocol'), appProtocol)),
    ];
  });
}

function affinityErrors({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): Errors {
  const at = path.at('sessionAffinityConfig');
  const known = oneOf(path.at('sessionAffinity'), sessionAffinity, ['ClientIP', 'None']);
  if (sessionAffinity === 'None') return config ? [...known, forbiddenValue(at, 'must not be set when session affinity is None')] : known;
  if (sessionAffinity !== 'ClientIP') return known;
  const detail = 'when session affinity type is ClientIP';
  const seconds = config?.clientIP?.timeoutSeconds;
  if (!config) return [required(at, detail)];
  if (!config.clientIP) return [required(at.at('clientIP'), detail)];
  if (seconds === undefined) return [required(at.at('clientIP', 'timeoutSeconds'), detail)];
  if (seconds > 0 && seconds <= maxAffinitySeconds) return none;
  return [invalidValue(at.at('clientIP', 'timeoutSeconds'), seconds, `must be greater than 0 and less than ${maxAffinitySeconds}`)];
}

function externalIpErrors(addresses: readonly string[]): Errors {
  return addresses.flatMap((address, index) => {
    const at = path.at('externalIPs', index);
    const errors = validIP(at, address);
    return errors.length > 0 ? errors : nonSpecialIP(at, address);
  });
}

function nodePortErrors({ type, ports = [] }: ServiceSpec): Errors {
  const seen = new Set<string>();
  return ports.flatMap(({ nodePort, protocol = '' }, index) => {
    if (!nodePort) return none;
    const at = path.at('ports', index, 'nodePort');
    const key = `${protocol}/${nodePort}`;
    const isTaken = seen.has(key);
    seen.add(key);
    return [
      ...(type === 'ClusterIP' ? [forbiddenValue(at, "may not be used when `type` is 'ClusterIP'")] : none),
      ...(isTaken ? [duplicate(at, nodePort)] : none),
    ];
  });
}

function duplicatePorts({ ports = [] }: ServiceSpec): Errors {
  const seen = new Set<string>();
  return ports.flatMap(({ port, protocol = '' }: ServicePort, index) => {
    const key = `${protocol}/${port}`;
    if (seen.has(key)) return [duplicate(path.at('ports', index), { protocol, port })];
    seen.add(key);
    return none;
  });
}

function balancerErrors({
  type,
  loadBalancerSourceRanges: ranges = [],
  allocateLoadBalancerNodePorts,
  loadBalancerClass,
}: ServiceSpec): Errors {
  const isBalancer = type === 'LoadBalancer';
  const at = path.at('LoadBalancerSourceRanges');
  return [
    ...(ranges.length > 0 && !isBalancer ? [forbiddenValue(at, onlyBalancers)] : none),
    ...ranges.flatMap((range, index) => validCidr(at.at(index), range.trim())),
    ...(allocateLoadBalancerNodePorts !== undefined && !isBalancer
      ? [forbiddenValue(path.at('allocateLoadBalancerNodePorts'), onlyBalancers)]
      : none),
    ...(isBalancer && allocateLoadBalancerNodePorts === undefined ? [required(new Path('allocateLoadBalancerNodePorts'))] : none),
    ...(loadBalancerClass !== undefined && !isBalancer ? [forbiddenValue(path.at('loadBalancerClass'), onlyBalancers)] : none),
    ...(loadBalancerClass !== undefined && isBalancer ? validQualifiedName(path.at('loadBalancerClass'), loadBalancerClass) : none),
  ];
}

function trafficErrors(spec: ServiceSpec): Errors {
  const { type, externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort = 0 } = spec;
  const isReachable = isExternallyAccessible(spec);
  const isChecked = needsHealthCheckPort(spec);
  const check = path.at('healthCheckNodePort');
  const unreachable = 'may only be set for externally-accessible services';
  const unchecked = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  const policies = ['Cluster', 'Local'];
  return [
    ...(!isReachable && external ? [invalidValue(path.at('externalTrafficPolicy'), external, unreachable)] : none),
    ...(isReachable ? oneOf(path.at('externalTrafficPolicy'), external, policies) : none),
    ...(!isChecked && healthCheckNodePort ? [invalidValue(check, healthCheckNodePort, unchecked)] : none),
    ...(isChecked && healthCheckNodePort ? validPort(check, healthCheckNodePort) : none),
    ...(isChecked && !healthCheckNodePort ? [required(check)] : none),
    ...(type === 'ExternalName' || internal !== undefined ? none : [required(path.at('internalTrafficPolicy'))]),
    ...supportedIfSet(path.at('internalTrafficPolicy'), internal, policies),
    ...supportedIfSet(path.at('trafficDistribution'), spec.trafficDistribution, ['PreferClose']),
  ];
}
