/**
 * What is asked of the engine for a sandbox and for a container: pure, so that every rule is a row of a table in the test.
 * Names are those of the kubelet's Docker days (`k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`): tools and people know them.
 */
import { label } from './labels.ts';
import type { ContainerSpec, Mount, PodIdentity, SandboxSpec } from './runtime.ts';

export interface RecipeContext {
  readonly cluster: string;
  readonly node: string;
  readonly networkName: string;
  readonly sandboxImage: string;
  /** Container whose network namespace is the node's. */
  readonly nodeContainer: string;
}

export interface Recipe {
  readonly name: string;
  readonly body: object;
}

/** Ten lines of history are enough for `--previous`; the file is what `logs` reads. */
const logConfig = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } };
const pathToPause = ['/usr/local/bin/pause.sh'];

export function sandboxRecipe(spec: SandboxSpec, context: RecipeContext): Recipe {
  const ownNetwork = spec.ip !== undefined;
  const body = {
    Image: context.sandboxImage,
    Entrypoint: pathToPause,
    Cmd: [],
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    ...(ownNetwork ? { Hostname: spec.hostname } : {}),
    ...(ownNetwork && spec.domainName ? { Domainname: spec.domainName } : {}),
    Labels: {
      ...podLabels(spec.pod, context),
      [label.role]: 'sandbox',
      [label.containerName]: 'POD',
      [label.attempt]: String(spec.attempt),
      ...(spec.ip === undefined ? {} : { [label.podIp]: spec.ip }),
    },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: ownNetwork ? context.networkName : `container:${context.nodeContainer}`,
      IpcMode: spec.hostIpc ? 'host' : 'shareable',
      ...(spec.hostPid ? { PidMode: 'host' } : {}),
      // Routes are set from inside; nothing else is.
      CapDrop: ['ALL'],
      ...(ownNetwork ? { CapAdd: ['NET_ADMIN'], Sysctls: spec.sysctls } : {}),
      SecurityOpt: ['no-new-privileges'],
      LogConfig: logConfig,
      RestartPolicy: { Name: 'no' },
      Mounts: spec.memoryVolumes.map((name, index) => ({ Type: 'volume', Source: name, Target: `/volumes/${index}` })),
    },
    ...(ownNetwork ? { NetworkingConfig: { EndpointsConfig: { [context.networkName]: { IPAMConfig: { IPv4Address: spec.ip } } } } } : {}),
  };
  return { name: containerName('POD', spec.pod, spec.attempt), body };
}

export function containerRecipe(spec: ContainerSpec, context: RecipeContext): Recipe {
  const body = {
    Image: spec.imageId,
    ...(spec.command ? { Entrypoint: spec.command } : {}),
    // With an own entrypoint the engine would drop the image's Cmd by itself; Kubernetes says the same: command alone ignores the image's args.
    ...(spec.args ? { Cmd: spec.args } : spec.command ? { Cmd: [] } : {}),
    Env: spec.environment,
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(spec.security.user ? { User: spec.security.user } : {}),
    Tty: spec.tty,
    OpenStdin: spec.stdin,
    StdinOnce: spec.stdinOnce,
    ...(spec.stopSignal ? { StopSignal: spec.stopSignal } : {}),
    Labels: {
      ...podLabels(spec.pod, context),
      [label.role]: 'container',
      [label.containerName]: spec.name,
      [label.attempt]: String(spec.attempt),
      [label.sandbox]: spec.sandboxId,
      [label.image]: spec.image,
    },
    // Health is the kubelet's business: an image's HEALTHCHECK would only burn CPU.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(spec),
  };
  return { name: containerName(spec.name, spec.pod, spec.attempt), body };
}

function hostConfig(spec: ContainerSpec): object {
  const { resources, security } = spec;
  const sandbox = `container:${spec.sandboxId}`;
  const pidMode = spec.hostPid ? 'host' : spec.sharePid ? sandbox : undefined;
  const securityOptions = [
    ...(security.noNewPrivileges ? ['no-new-privileges'] : []),
    ...(security.unconfinedSeccomp ? ['seccomp=unconfined'] : []),
  ];
  return {
    NetworkMode: sandbox,
    IpcMode: spec.hostIpc ? 'host' : sandbox,
    ...(pidMode ? { PidMode: pidMode } : {}),
    ...(resources.cpuShares === undefined ? {} : { CpuShares: resources.cpuShares }),
    ...(resources.cpuQuota === undefined ? {} : { CpuPeriod: 100_000, CpuQuota: resources.cpuQuota }),
    // Swap equal to memory means none beyond it, as a kubelet without swap support has it.
    ...(resources.memoryBytes === undefined ? {} : { Memory: resources.memoryBytes, MemorySwap: resources.memoryBytes }),
    OomScoreAdj: resources.oomScoreAdjust,
    Privileged: security.privileged,
    CapAdd: security.addCapabilities,
    CapDrop: security.dropCapabilities,
    GroupAdd: security.groups,
    ReadonlyRootfs: security.readOnlyRoot,
    ...(securityOptions.length > 0 ? { SecurityOpt: securityOptions } : {}),
    LogConfig: logConfig,
    RestartPolicy: { Name: 'no' },
    Binds: spec.mounts.map(bind),
  };
}

function bind({ source, target, readOnly, propagation }: Mount): string {
  return [source, target, [readOnly ? 'ro' : 'rw', ...(propagation ? [propagation] : [])].join(',')].join(':');
}

function podLabels(pod: PodIdentity, context: RecipeContext): Record<string, string> {
  return {
    [label.cluster]: context.cluster,
    [label.node]: context.node,
    [label.podName]: pod.name,
    [label.podNamespace]: pod.namespace,
    [label.podUid]: pod.uid,
  };
}

export function containerName(container: string, pod: PodIdentity, attempt: number): string {
  return `k8s_${container}_${pod.name}_${pod.namespace}_${pod.uid}_${attempt}`;
}
