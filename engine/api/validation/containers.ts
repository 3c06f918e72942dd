/** Containers, init containers and ephemeral ones. Upstream: validateContainers and its like in pkg/apis/core/validation. */
import { duplicate, forbiddenValue, invalidValue, notFoundValue, notSupported, type Path, required } from '../field-error.ts';
import type { Container, ContainerPort, ContainerResizePolicy, EphemeralContainer, PodSpec, Volume } from '../types.gen.ts';
import { envErrors, envFromErrors } from './environment.ts';
import { type Errors, invalidEach, none, oneOf, validLabel, validPort } from './fields.ts';
import { lifecycleErrors, probesErrors } from './handlers.ts';
import { portNameProblems } from './names.ts';
import { resourceErrors } from './resources.ts';
import { containerSecurityErrors } from './security-context.ts';
import { deviceErrors, mountErrors } from './volume-mounts.ts';

export interface PodSurroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly graceSeconds: number;
}

export const protocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];

function portErrors(path: Path, ports: readonly ContainerPort[] = []): Errors {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const at = path.at(index);
    const problems = name ? portNameProblems(name) : [];
    const isTaken = name !== undefined && problems.length === 0 && names.has(name);
    if (name && problems.length === 0) names.add(name);
    return [
      ...invalidEach(at.at('name'), name, problems),
      ...(isTaken ? [duplicate(at.at('name'), name)] : none),
      ...(containerPort === 0 ? [required(at.at('containerPort'))] : validPort(at.at('containerPort'), containerPort)),
      ...(hostPort ? validPort(at.at('hostPort'), hostPort) : none),
      ...oneOf(at.at('protocol'), protocol, protocols),
    ];
  });
}

function resizeErrors(path: Path, policies: readonly ContainerResizePolicy[] = [], { restartPolicy }: PodSpec): Errors {
  const seen = new Set<string>();
  const never = "must be 'NotRequired' when `restartPolicy` is 'Never'";
  return policies.flatMap((policy, index) => {
    const isTaken = seen.has(policy.resourceName);
    seen.add(policy.resourceName);
    return [
      ...(isTaken ? [duplicate(path.at(index), policy.resourceName)] : none),
      ...oneOf(path, policy.resourceName, ['cpu', 'memory']),
      ...oneOf(path, policy.restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired' ? [invalidValue(path, policy.restartPolicy, never)] : none),
    ];
  });
}

/** What holds for containers of every kind. */
function commonErrors(path: Path, container: Container, { spec, volumes }: PodSurroundings): Errors {
  const { name, image, terminationMessagePolicy } = container;
  return [
    ...(name ? validLabel(path.at('name'), name) : [required(path.at('name'))]),
    ...(image ? none : [required(path.at('image'))]),
    ...oneOf(path.at('terminationMessagePolicy'), terminationMessagePolicy, ['File', 'FallbackToLogsOnError']),
    ...portErrors(path.at('ports'), container.ports),
    ...envErrors(path.at('env'), container.env),
    ...envFromErrors(path.at('envFrom'), container.envFrom),
    ...mountErrors(path.at('volumeMounts'), container, volumes),
    ...deviceErrors(path.at('volumeDevices'), container, volumes),
    ...oneOf(path.at('imagePullPolicy'), container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...resourceErrors(path.at('resources'), container.resources ?? {}),
    ...resizeErrors(path.at('resizePolicy'), container.resizePolicy, spec),
    ...containerSecurityErrors(path.at('securityContext'), container.securityContext, spec.hostUsers !== false),
  ];
}

function runningErrors(path: Path, container: Container, { graceSeconds }: PodSurroundings): Errors {
  const { lifecycle } = container;
  return [
    ...(lifecycle ? lifecycleErrors(path.at('lifecycle'), lifecycle, graceSeconds) : none),
    ...probesErrors(path, container, graceSeconds),
  ];
}

/** One port of the host serves one container. */
function hostPortConflicts(path: Path, containers: readonly Container[]): Errors {
  const seen = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol = '' }, place) => {
      if (!hostPort) return none;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) return [duplicate(path.at(index, 'ports', place, 'hostPort'), key)];
      seen.add(key);
      return none;
    }),
  );
}

export function containerErrors(path: Path, around: PodSurroundings): Errors {
  const { containers } = around.spec;
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const each = containers.flatMap((container, index) => {
    const at = path.at(index);
    const isTaken = names.has(container.name);
    names.add(container.name);
    return [
      ...commonErrors(at, container, around),
      ...(isTaken ? [duplicate(at.at('name'), container.name)] : none),
      ...runningErrors(at, container, around),
      ...(container.restartPolicy === undefined
        ? none
        : [forbiddenValue(at.at('restartPolicy'), 'may not be set for non-init containers')]),
    ];
  });
  return [...each, ...hostPortConflicts(path, containers)];
}

const notForInit = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const onlySidecars = 'may not be set for init containers without restartPolicy=Always';

export function initContainerErrors(path: Path, around: PodSurroundings): Errors {
  const { containers, initContainers = [] } = around.spec;
  const names = new Set(containers.map(({ name }) => name));
  return initContainers.flatMap((container, index) => {
    const at = path.at(index);
    const { name, restartPolicy, resizePolicy = [] } = container;
    const isTaken = names.has(name);
    if (name) names.add(name);
    const isWrongPolicy = restartPolicy !== undefined && restartPolicy !== 'Always';
    return [
      ...commonErrors(at, container, around),
      ...(isWrongPolicy ? [notSupported(at.at('restartPolicy'), restartPolicy, ['Always'])] : none),
      ...(isTaken ? [duplicate(at.at('name'), name)] : none),
      ...hostPortConflicts(path, [container]),
      ...(restartPolicy === 'Always'
        ? runningErrors(at, container, around)
        : notForInit.flatMap((field) => (container[field] === undefined ? none : [forbiddenValue(at.at(field), onlySidecars)]))),
      ...(resizePolicy.length > 0 ? [invalidValue(at.at('resizePolicy'), resizePolicy, 'must not be set for init containers')] : none),
    ];
  });
}

const notForEphemeral = ['ports', 'lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe', 'resizePolicy', 'restartPolicy'] as const;
const cannotBeSet = 'cannot be set for an Ephemeral Container';

function ephemeralFieldErrors(path: Path, container: EphemeralContainer): Errors {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const hasResources = Object.keys({ ...limits, ...requests }).length > 0;
  return [
    ...notForEphemeral.flatMap((field) => (container[field] === undefined ? none : [forbiddenValue(path.at(field), cannotBeSet)])),
    ...(hasResources ? [forbiddenValue(path.at('resources'), cannotBeSet)] : none),
    ...(container.volumeMounts ?? []).flatMap(({ subPath, subPathExpr }, index) => [
      ...(subPath ? [forbiddenValue(path.at('volumeMounts', index, 'subPath'), cannotBeSet)] : none),
      ...(subPathExpr ? [forbiddenValue(path.at('volumeMounts', index, 'subPathExpr'), cannotBeSet)] : none),
    ]),
  ];
}

export function ephemeralContainerErrors(path: Path, around: PodSurroundings): Errors {
  const { containers, initContainers = [], ephemeralContainers = [] } = around.spec;
  const others = new Set([...containers, ...initContainers].map(({ name }) => name));
  const names = new Set(others);
  return ephemeralContainers.flatMap((container, index) => {
    const at = path.at(index);
    const { name, targetContainerName } = container;
    const isTaken = names.has(name);
    names.add(name);
    return [
      ...commonErrors(at, container, around),
      ...imageSpaceErrors(at, container),
      ...(isTaken ? [duplicate(at.at('name'), name)] : none),
      ...(targetContainerName && !others.has(targetContainerName)
        ? [notFoundValue(at.at('targetContainerName'), targetContainerName)]
        : none),
      ...ephemeralFieldErrors(at, container),
    ];
  });
}

/** Only for Pods: templates have always been allowed such images. */
export function imageSpaceErrors(path: Path, { image = '' }: Pick<Container, 'image'>): Errors {
  return image === image.trim() ? none : [invalidValue(path.at('image'), image, 'must not have leading or trailing whitespace')];
}
