/**
 * Brings one container up: image, environment, creation, start, postStart. What fails becomes the reason it waits for, with upstream's names.
 * Upstream: startContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go.
 */
import { readFile } from 'node:fs/promises';
import { normalize } from 'node:path';
import { messageOf } from '../../api/message-of.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { ImageInfo, Mount, RuntimeContainer } from '../runtime/runtime.ts';
import { isUnavailable } from '../runtime/runtime.ts';
import { VolumeError } from '../volumes/volume-kind.ts';
import { containerSpec } from './container-spec.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { hostsFile } from './hosts-file.ts';
import { type Emit, imageIdOf } from './images.ts';
import { emitter, type KubeletParts } from './kubelet-parts.ts';
import { runHook } from './lifecycle.ts';
import type { Start } from './plan.ts';
import type { Waiting } from './pod-view.ts';
import { mountedResolvConf } from './sandbox-spec.ts';

export interface StartInput {
  readonly pod: Pod;
  readonly sandbox: RuntimeContainer;
  readonly start: Start;
  readonly signal: AbortSignal;
  /** Told as soon as the image is known: the status shows it. */
  readonly onImage: (image: ImageInfo) => void;
}
export type Started = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly waiting: Waiting };

/** Where upstream's worker would come round again. */
const retryMs = 10_000;

/** Rejects only when the engine is away or the signal aborts. */
export async function startContainer(parts: KubeletParts, input: StartInput): Promise<Started> {
  const { pod, start, signal } = input;
  const emit = emitter(parts, pod, start.container);
  const fail = (reason: string, message: string, retryAt = parts.context.clock.now() + retryMs): Started => {
    return { ok: false, waiting: { reason, message, retryAt } };
  };
  const pulled = await parts.images.ensure(pod.metadata.uid ?? '', start.container, emit, signal);
  if (!pulled.ok) {
    emit('Warning', 'Failed', `Error: ${pulled.reason}`);
    return fail(pulled.reason, pulled.message, pulled.retryAt);
  }
  input.onImage(pulled.image);
  const made = await attempt(() => create(parts, input, pulled.image));
  if (!made.ok) {
    emit('Warning', 'Failed', `Error: ${made.message}`);
    return fail(made.isConfig ? 'CreateContainerConfigError' : 'CreateContainerError', made.message);
  }
  const { id } = made.value;
  emit('Normal', 'Created', `Created container: ${start.container.name}`);
  parts.watch.put(made.value);
  const { name: container } = start.container;
  await parts.volumes.linkLog({ pod: input.sandbox.pod, container, attempt: start.attempt, id }).catch((error: unknown) => {
    parts.context.log.warn(`the log of container ${container} is not shown in /var/log/pods`, error);
  });
  const begun = await attempt(() => parts.runtime.start(id));
  if (!begun.ok) {
    await parts.watch.look(id);
    emit('Warning', 'Failed', `Error: Error response from daemon: ${begun.message}`);
    return fail('RunContainerError', `failed to start container "${id}": Error response from daemon: ${begun.message}`);
  }
  parts.watch.put({ ...made.value, phase: 'running', startedAt: parts.context.clock.now() });
  emit('Normal', 'Started', `Started container ${start.container.name}`);
  return (await postStart(parts, input, id, emit)) ?? { ok: true, id };
}

async function create(parts: KubeletParts, { pod, start, sandbox }: StartInput, image: ImageInfo): Promise<RuntimeContainer> {
  const { container } = start;
  const environment = await environmentOf({
    pod,
    container,
    podIp: sandbox.ip,
    node: parts.node(),
    services: parts.serviceEnvironment(pod),
    objects: parts.objects,
  });
  const asked = await parts.volumes.mounts(pod, container, start.attempt, environment);
  const ours = [...(await hostsMount(parts, pod, sandbox.ip)), ...(await resolverMount(parts, pod))];
  // What the pod mounts there itself stands.
  const isAsked = ({ target }: Mount): boolean => asked.some((mount) => normalize(mount.target) === target);
  const mounts = [...asked, ...ours.filter((mount) => !isAsked(mount))];
  return parts.runtime.createContainer(
    containerSpec({
      pod,
      container,
      attempt: start.attempt,
      sandboxId: sandbox.id,
      image,
      environment,
      mounts,
      nodeMemoryBytes: parts.node().memoryBytes,
    }),
  );
}

/** Written anew before each container: the address may be another, and a container may have changed it. */
async function hostsMount(parts: KubeletParts, pod: Pod, podIp: string | undefined): Promise<readonly Mount[]> {
  const nodeHosts = podIp === undefined ? await readFile('/etc/hosts', 'utf8').catch(() => '') : '';
  const text = hostsFile({ pod, podIp, nodeHosts, dnsDomain: parts.context.config.dnsDomain });
  return [{ source: await parts.volumes.file(pod, 'etc-hosts', text), target: '/etc/hosts', readOnly: false }];
}

async function resolverMount(parts: KubeletParts, pod: Pod): Promise<readonly Mount[]> {
  const text = mountedResolvConf(pod, { config: parts.context.config, nodeResolvConf: parts.nodeResolvConf });
  if (text === undefined) return [];
  return [{ source: await parts.volumes.file(pod, 'etc-resolv.conf', text), target: '/etc/resolv.conf', readOnly: false }];
}

async function postStart(parts: KubeletParts, { pod, sandbox, start }: StartInput, id: string, emit: Emit): Promise<Started | undefined> {
  const hook = start.container.lifecycle?.postStart;
  if (!hook) return undefined;
  const address = sandbox.ip ?? parts.context.config.nodeIp;
  const failure = await runHook({ runtime: parts.runtime, clock: parts.context.clock, hook, container: start.container, id, address });
  if (failure === undefined) return undefined;
  emit('Warning', 'FailedPostStartHook', 'PostStartHook failed');
  emit('Normal', 'Killing', 'FailedPostStartHook');
  await parts.runtime.stop(id, pod.spec.terminationGracePeriodSeconds ?? 30);
  return { ok: false, waiting: { reason: 'PostStartHookError', message: failure, retryAt: parts.context.clock.now() + retryMs } };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string; readonly isConfig: boolean };

/** The engine's refusals and the manifest's mistakes as values; an engine that is away stays an error, which is nobody's fault in the pod. */
async function attempt<T>(act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const message = messageOf(error);
    return { ok: false, message, isConfig: error instanceof ConfigError || error instanceof VolumeError };
  }
}

export function imageStatusIds(image: ImageInfo): readonly [string, string] {
  return [image.id, imageIdOf(image)];
}
