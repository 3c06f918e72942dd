/** Pods as they are created, and what may change afterwards. Upstream: ValidatePodCreate, ValidatePodUpdate in pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import type { Container, Pod, PodSpec, PodStatus, Toleration } from '../types.gen.ts';
import { validIP } from './addresses.ts';
import { imageSpaceErrors } from './containers.ts';
import { differences } from './differences.ts';
import { type Errors, immutable, invalidEach, isSame, none, validQualifiedName } from './fields.ts';
import { dns1123SubdomainProblems, rangeProblem } from './names.ts';
import { podSpecErrors } from './pod-spec.ts';

const path = new Path('spec');
const maxInt32 = 2_147_483_647;

export function validatePod({ spec }: Pod): Errors {
  const tokens = spec.serviceAccountName ? none : accountTokenErrors(spec);
  const images = (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => imageSpaceErrors(path.at(list, index), container)),
  );
  return [...podSpecErrors(path, spec, 'pod'), ...tokens, ...images];
}

export function validatePodCreate(pod: Pod): Errors {
  const { ephemeralContainers = [], nodeName, schedulingGates = [] } = pod.spec;
  const early = 'cannot be set until all schedulingGates have been cleared';
  return [
    ...(ephemeralContainers.length > 0 ? [forbiddenValue(path.at('ephemeralContainers'), 'cannot be set on create')] : none),
    ...(nodeName && schedulingGates.length > 0 ? [forbiddenValue(path.at('nodeName'), early)] : none),
  ];
}

function accountTokenErrors({ volumes = [] }: PodSpec): Errors {
  const problem = 'must not be specified when serviceAccountName is not set';
  return volumes.flatMap(({ projected }, index) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, place) =>
      serviceAccountToken
        ? [forbiddenValue(path.at('volumes', index, 'projected', 'sources', place, 'serviceAccountToken'), problem)]
        : none,
    ),
  );
}

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePodUpdate({ spec: next }: Pod, { spec: old }: Pod): Errors {
  for (const list of ['containers', 'initContainers'] as const)
    if ((next[list] ?? []).length !== (old[list] ?? []).length)
      return [forbiddenValue(path.at(list), 'pod updates may not add or remove containers')];
  const deadline = deadlineErrors(next, old);
  if (deadline.length > 0 && next.activeDeadlineSeconds !== undefined) return deadline;
  const kept = withUpdatable(next, old);
  const changes = isSame(kept, old) ? [] : differences(old, kept);
  return [
    ...deadline,
    ...tolerationChanges(next.tolerations, old.tolerations),
    ...gateChanges(next, old),
    ...(changes.length > 0
      ? [forbiddenValue(path, `pod updates may not change fields other than ${updatable}\n${changes.join('\n')}`)]
      : none),
  ];
}

/** The new spec with what may change as it was. */
function withUpdatable(next: PodSpec, old: PodSpec): PodSpec {
  const images = (list: readonly Container[] = [], before: readonly Container[] = []): readonly Container[] =>
    list.map((container, index) => ({ ...container, image: before[index]?.image }));
  const grace = old.terminationGracePeriodSeconds ?? 0;
  const isCorrected = grace < 0 && next.terminationGracePeriodSeconds === 1;
  return {
    ...next,
    containers: images(next.containers, old.containers),
    initContainers: images(next.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(isCorrected ? { terminationGracePeriodSeconds: grace } : {}),
  };
}

function deadlineErrors({ activeDeadlineSeconds: next }: PodSpec, { activeDeadlineSeconds: old }: PodSpec): Errors {
  const at = path.at('activeDeadlineSeconds');
  if (next === undefined)
    return old === undefined ? none : [invalidValue(at, null, 'must not update from a positive integer to nil value')];
  if (next < 0 || next > maxInt32) return [invalidValue(at, next, rangeProblem(0, maxInt32))];
  return old !== undefined && old < next ? [invalidValue(at, next, 'must be less than or equal to previous value')] : none;
}

function tolerationChanges(next: readonly Toleration[] = [], old: readonly Toleration[] = []): Errors {
  const isKept = (toleration: Toleration): boolean =>
    next.some((one) => isSame({ ...one, tolerationSeconds: undefined }, { ...toleration, tolerationSeconds: undefined }));
  if (old.every(isKept)) return none;
  return [forbiddenValue(path.at('tolerations'), 'existing toleration can not be modified except its tolerationSeconds')];
}

function gateChanges({ schedulingGates = [] }: PodSpec, old: PodSpec): Errors {
  const known = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return schedulingGates.flatMap(({ name }, index) =>
    known.has(name)
      ? none
      : [forbiddenValue(path.at('schedulingGates', index, 'name'), `only deletion is allowed, but found new scheduling gate '${name}'`)],
  );
}

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function validatePodStatusUpdate(next: Pod, old: Pod): Errors {
  const at = new Path('status');
  const status: PodStatus = next.status ?? {};
  const { nominatedNodeName: nominated, conditions = [], podIPs = [], hostIPs = [] } = status;
  const isMoved = nominated && nominated !== old.status?.nominatedNodeName;
  const isOther = hostIPs.length > 0 && status.hostIP !== hostIPs[0]?.ip;
  return [
    ...conditions.flatMap(({ type }, index) =>
      systemConditions.has(type) ? none : validQualifiedName(new Path('metadata').at('conditions', index, 'Type'), type),
    ),
    ...(isMoved ? invalidEach(at.at('nominatedNodeName'), nominated, dns1123SubdomainProblems(nominated)) : none),
    ...immutable(at.at('qosClass'), status.qosClass, old.status?.qosClass),
    ...podIPs.flatMap(({ ip }, index) => (ip ? validIP(at.at('podIPs', index), ip) : [required(at.at('podIPs', index))])),
    ...(isOther ? [invalidValue(at.at('hostIPs', 0, 'ip'), hostIPs[0]?.ip, 'must be equal to `hostIP`')] : none),
  ];
}
