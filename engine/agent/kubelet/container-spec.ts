/**
 * A container of a manifest as the runtime's order: resources, security, commands. Pure. Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go,
 * security_context.go and pkg/kubelet/qos.
 */
import { byteCount, cpuMilli } from '../../api/quantity.ts';
import type { Container, Pod } from '../../api/types.gen.ts';
import type { ContainerResources, ContainerSecurity, ContainerSpec, ImageInfo, Mount } from '../runtime/runtime.ts';
import { ConfigError } from './environment.ts';
import { expand } from './expand.ts';
import { podTitle, uidOf } from './pod-view.ts';

export interface ContainerSpecInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly attempt: number;
  readonly sandboxId: string;
  readonly image: ImageInfo;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly nodeMemoryBytes: number;
}

export function containerSpec(input: ContainerSpecInput): ContainerSpec {
  const { pod, container, environment } = input;
  const lookup = (name: string): string | undefined => environment.get(name);
  const command = container.command?.map((word) => expand(word, lookup)) ?? [];
  const args = container.args?.map((word) => expand(word, lookup)) ?? [];
  return {
    pod: { name: pod.metadata.name ?? '', namespace: pod.metadata.namespace ?? '', uid: uidOf(pod) },
    name: container.name,
    attempt: input.attempt,
    sandboxId: input.sandboxId,
    image: container.image ?? '',
    imageId: input.image.id,
    ...(command.length > 0 ? { command } : {}),
    ...(args.length > 0 ? { args } : {}),
    environment: [...environment].map(([name, value]) => `${name}=${value}`),
    ...(container.workingDir ? { workingDir: container.workingDir } : {}),
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    ...(container.lifecycle?.stopSignal ? { stopSignal: container.lifecycle.stopSignal } : {}),
    mounts: input.mounts,
    resources: resourcesOf(pod, container, input.nodeMemoryBytes),
    security: securityOf(pod, container, input.image),
    sharePid: pod.spec.shareProcessNamespace ?? false,
    hostPid: pod.spec.hostPID ?? false,
    hostIpc: pod.spec.hostIPC ?? false,
  };
}

const minShares = 2;
const sharesPerCpu = 1024;
/** Docker's smallest quota is 1 ms of 100. */
const minQuota = 1000;

function resourcesOf(pod: Pod, container: Container, nodeMemoryBytes: number): ContainerResources {
  const { requests, limits } = container.resources ?? {};
  const cpu = requests?.cpu ?? limits?.cpu;
  const memory = limits?.memory === undefined ? 0 : byteCount(limits.memory);
  return {
    cpuShares: Math.max(minShares, Math.floor((cpuMilli(cpu) * sharesPerCpu) / 1000)),
    ...(limits?.cpu && cpuMilli(limits.cpu) > 0 ? { cpuQuota: Math.max(minQuota, cpuMilli(limits.cpu) * 100) } : {}),
    ...(memory > 0 ? { memoryBytes: memory } : {}),
    oomScoreAdjust: oomScore(pod, byteCount(requests?.memory ?? limits?.memory), nodeMemoryBytes),
  };
}

/** The more of the node's memory was asked for, the later the kernel takes it. */
function oomScore(pod: Pod, requestBytes: number, nodeMemoryBytes: number): number {
  if (pod.status?.qosClass === 'Guaranteed') return 0;
  if (pod.status?.qosClass !== 'Burstable' || nodeMemoryBytes === 0) return 1000;
  const score = 1000 - Math.floor((1000 * requestBytes) / nodeMemoryBytes);
  return Math.min(999, Math.max(3, score));
}

function securityOf(pod: Pod, container: Container, image: ImageInfo): ContainerSecurity {
  const own = container.securityContext ?? {};
  const podWide = pod.spec.securityContext ?? {};
  const user = own.runAsUser ?? podWide.runAsUser;
  const group = own.runAsGroup ?? podWide.runAsGroup;
  if (own.runAsNonRoot ?? podWide.runAsNonRoot) refuseRoot(pod, container, user, image);
  const privileged = own.privileged ?? false;
  const seccomp = own.seccompProfile?.type ?? podWide.seccompProfile?.type;
  const groups = [...(podWide.fsGroup === undefined ? [] : [podWide.fsGroup]), ...(podWide.supplementalGroups ?? [])];
  const runAs = userOf(user, group, image);
  return {
    ...(runAs === undefined ? {} : { user: runAs }),
    groups: groups.map(String),
    privileged,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    readOnlyRoot: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false && !privileged,
    unconfinedSeccomp: seccomp === 'Unconfined',
  };
}

function userOf(user: number | undefined, group: number | undefined, image: ImageInfo): string | undefined {
  if (group === undefined) return user === undefined ? undefined : String(user);
  const [imageUser = ''] = image.user.split(':');
  return `${user ?? (imageUser || '0')}:${group}`;
}

function refuseRoot(pod: Pod, container: Container, user: number | undefined, image: ImageInfo): void {
  const where = `(pod: "${podTitle(pod)}", container: ${container.name})`;
  const [imageUser = ''] = image.user.split(':');
  if (user === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (user !== undefined) return;
  if (imageUser === '' || imageUser === '0') throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^[0-9]+$/.test(imageUser)) {
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root ${where}`,
    );
  }
}
