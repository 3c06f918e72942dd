/** The spec that Pods and pod templates share. Upstream: ValidatePodSpec in pkg/apis/core/validation. */
import { duplicate, invalidValue, type Path, required } from '../field-error.ts';
import type { HostAlias, PodDNSConfig, PodSpec } from '../types.gen.ts';
import { validIP } from './addresses.ts';
import { affinityErrors, topologySpreadErrors } from './affinity.ts';
import { containerErrors, ephemeralContainerErrors, initContainerErrors } from './containers.ts';
import { type Errors, invalidEach, none, oneOf, supportedIfSet, validLabel, validQualifiedName, validSubdomain } from './fields.ts';
import { validLabels } from './labels.ts';
import { dns1123SubdomainProblems, looseSubdomainProblems, rangeProblem } from './names.ts';
import { hostUsersErrors, podSecurityErrors } from './security-context.ts';
import { tolerationErrors } from './tolerations.ts';
import { checkVolumes } from './volumes.ts';

/** Where the spec stands: a Pod's host ports must be set, a template's need not be yet. */
export type SpecOwner = 'pod' | 'template';

const maxInt32 = 2_147_483_647;

export function podSpecErrors(path: Path, spec: PodSpec, owner: SpecOwner): Errors {
  const { errors, byName } = checkVolumes(path.at('volumes'), spec.volumes);
  const { terminationGracePeriodSeconds: grace } = spec;
  const around = { spec, volumes: byName, graceSeconds: grace ?? 0 };
  return [
    ...(grace === undefined ? [required(path.at('terminationGracePeriodSeconds'))] : none),
    ...errors,
    ...containerErrors(path.at('containers'), around),
    ...initContainerErrors(path.at('initContainers'), around),
    ...ephemeralContainerErrors(path.at('ephemeralContainers'), around),
    ...hostNetworkErrors(path.at('containers'), spec, owner),
    ...oneOf(path.at('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(path.at('dnsPolicy'), spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validLabels(path.at('nodeSelector'), spec.nodeSelector),
    ...podSecurityErrors(path.at('securityContext'), spec),
    ...affinityErrors(path.at('affinity'), spec.affinity),
    ...dnsErrors(path.at('dnsConfig'), spec.dnsConfig, spec.dnsPolicy),
    ...gateErrors(path, spec),
    ...topologySpreadErrors(path.at('topologySpreadConstraints'), spec.topologySpreadConstraints),
    ...hostUsersErrors(path, spec),
    ...nameErrors(path, spec),
    ...tolerationErrors(path.at('tolerations'), spec.tolerations),
    ...aliasErrors(path.at('hostAliases'), spec.hostAliases),
    ...supportedIfSet(path.at('preemptionPolicy'), spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']),
    ...(spec.os ? oneOf(path.at('os', 'name'), spec.os.name, ['linux', 'windows']) : none),
  ];
}

/** On the host's network a port has no other number on the host. */
function hostNetworkErrors(path: Path, { hostNetwork, containers }: PodSpec, owner: SpecOwner): Errors {
  if (!hostNetwork) return none;
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort = 0, containerPort }, place) => {
      const isLeftOpen = owner === 'template' && hostPort === 0;
      if (isLeftOpen || hostPort === containerPort) return none;
      return [invalidValue(path.at(index, 'ports', place, 'hostPort'), hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

const maxNameservers = 3;
const maxSearches = 32;
const maxSearchLength = 2048;

function dnsErrors(path: Path, config: PodDNSConfig | undefined, policy: string | undefined): Errors {
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  const at = path.at('nameservers');
  if (policy === 'None' && !config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (policy === 'None' && nameservers.length === 0)
    return [required(at, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  const isLong = searches.join(' ').length > maxSearchLength;
  return [
    ...(nameservers.length > maxNameservers
      ? [invalidValue(at, nameservers, `must not have more than ${maxNameservers} nameservers`)]
      : none),
    ...nameservers.flatMap((server, index) => validIP(at.at(index), server)),
    ...(searches.length > maxSearches
      ? [invalidValue(path.at('searches'), searches, `must not have more than ${maxSearches} search paths`)]
      : none),
    ...(isLong
      ? [
          invalidValue(
            path.at('searches'),
            searches,
            `must not have more than ${maxSearchLength} characters (including spaces) in the search list`,
          ),
        ]
      : none),
    ...searches.flatMap((search, index) => {
      const name = search.replace(/\.$/, '');
      return search === '.' ? none : invalidEach(path.at('searches', index), name, looseSubdomainProblems(name));
    }),
    ...options.flatMap(({ name }, index) => (name ? none : [required(path.at('options', index), 'must not be empty')])),
  ];
}

function gateErrors(path: Path, { readinessGates = [], schedulingGates = [] }: PodSpec): Errors {
  const seen = new Set<string>();
  return [
    ...readinessGates.flatMap(({ conditionType }, index) =>
      validQualifiedName(path.at('readinessGates', index, 'conditionType'), conditionType),
    ),
    ...schedulingGates.flatMap(({ name }, index) => {
      const at = path.at('schedulingGates', index);
      const isTaken = seen.has(name);
      seen.add(name);
      return [...validQualifiedName(at, name), ...(isTaken ? [duplicate(at, name)] : none)];
    }),
  ];
}

function nameErrors(path: Path, spec: PodSpec): Errors {
  const { activeDeadlineSeconds: deadline, hostname, subdomain } = spec;
  const names = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const;
  const inRange = deadline === undefined || (deadline >= 1 && deadline <= maxInt32);
  return [
    ...names.flatMap((field) => (spec[field] ? invalidEach(path.at(field), spec[field], dns1123SubdomainProblems(spec[field])) : none)),
    ...(inRange ? none : [invalidValue(path.at('activeDeadlineSeconds'), deadline, rangeProblem(1, maxInt32))]),
    ...(hostname ? validLabel(path.at('hostname'), hostname) : none),
    ...(subdomain ? validLabel(path.at('subdomain'), subdomain) : none),
  ];
}

function aliasErrors(path: Path, aliases: readonly HostAlias[] = []): Errors {
  return aliases.flatMap(({ ip, hostnames = [] }, index) => [
    ...validIP(path.at(index, 'ip'), ip),
    ...hostnames.flatMap((name, place) => validSubdomain(path.at(index, 'hostnames', place), name)),
  ]);
}
