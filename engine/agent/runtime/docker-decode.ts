/** The engine's answers as the kubelet's values. Only the fields named here are relied on; they are the same from API 1.41 on. */
import { label } from './labels.ts';
import type { ContainerPhase, ImageInfo, RuntimeContainer } from './runtime.ts';

export interface EngineContainer {
  readonly Id: string;
  readonly Created: string;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null; readonly Tty: boolean; readonly Image: string };
}
/** A row of the container list. */
export interface EngineContainerRow {
  readonly Id: string;
}
export interface EngineImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
  readonly Config?: { readonly User?: string } | null;
}

export function decodeContainer(container: EngineContainer): RuntimeContainer {
  const labels = container.Config.Labels ?? {};
  const startedAt = time(container.State.StartedAt);
  const finishedAt = time(container.State.FinishedAt);
  const phase = phaseOf(container.State);
  const ip = labels[label.podIp];
  const sandboxId = labels[label.sandbox];
  return {
    id: container.Id,
    role: labels[label.role] === 'sandbox' ? 'sandbox' : 'container',
    pod: { name: labels[label.podName] ?? '', namespace: labels[label.podNamespace] ?? '', uid: labels[label.podUid] ?? '' },
    name: labels[label.containerName] ?? '',
    attempt: Number(labels[label.attempt] ?? '0'),
    phase,
    createdAt: Date.parse(container.Created),
    ...(startedAt === undefined ? {} : { startedAt }),
    // A restarted container still carries the end of its former run.
    ...(finishedAt === undefined || phase !== 'exited' ? {} : { finishedAt }),
    exitCode: container.State.ExitCode,
    oomKilled: container.State.OOMKilled,
    error: container.State.Error,
    image: labels[label.image] ?? container.Config.Image,
    imageId: container.Image,
    ...(ip === undefined ? {} : { ip }),
    ...(sandboxId === undefined ? {} : { sandboxId }),
  };
}

function phaseOf(state: EngineContainer['State']): ContainerPhase {
  if (state.Running) return 'running';
  // A container that could not be started is reported as created, with the reason and a made-up exit code.
  return state.Status === 'created' && state.Error === '' ? 'created' : 'exited';
}

function time(text: string): number | undefined {
  return text.startsWith('0001-') ? undefined : Date.parse(text);
}

export function decodeImage(image: EngineImage): ImageInfo {
  const real = (name: string): boolean => !name.startsWith('<none>');
  return {
    id: image.Id,
    tags: (image.RepoTags ?? []).filter(real),
    digests: (image.RepoDigests ?? []).filter(real),
    sizeBytes: image.Size,
    user: image.Config?.User ?? '',
  };
}

/** Docker's names of machines as Go's. */
export function goArchitecture(machine: string): string {
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' };
  return names[machine] ?? machine;
}
