/**
 * The upgrades of the kubelet API: `/exec/{namespace}/{pod}/{container}`, `/attach/…` and `/portForward/{namespace}/{pod}`, each with the pod's uid in between
 * if one likes. Upstream: pkg/kubelet/server/server.go, getExec and its like.
 */

import { messageOf } from '../../api/message-of.ts';
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';
import { servePortForward } from './port-forward.ts';
import { openSession, type Refusal } from './remote-command.ts';
import type { StreamOptions } from './session.ts';
import { internalStatus } from './status.ts';
import type { ContainerTarget, StreamHost } from './stream-host.ts';
import { refuseUpgrade, type Upgrade } from './upgrade.ts';

type Verb = 'exec' | 'attach' | 'portForward';
const verbs: ReadonlySet<string> = new Set<Verb>(['exec', 'attach', 'portForward']);
/** As upstream's --streaming-connection-idle-timeout. */
const idleMs = 4 * 60 * 60 * 1000;

export function isStreamPath(path: string): boolean {
  return verbs.has(path.split('/', 2)[1] ?? '');
}

/** Returns at once. Whoever asks must have been admitted. */
export function serveStream(upgrade: Upgrade, host: StreamHost) {
  const { socket, request } = upgrade;
  socket.on('error', () => socket.destroy());
  if ('setTimeout' in socket && typeof socket.setTimeout === 'function') socket.setTimeout(idleMs, () => socket.destroy());
  const url = new URL(request.url ?? '/', 'https://node');
  const [, verb = '', namespace = '', podName = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
  const pod = host.find(namespace, podName);
  if (!pod) return refuseUpgrade(upgrade, 404, 'pod does not exist');
  if (verb === 'portForward') {
    const dial = (port: number, signal: AbortSignal) => host.dial(pod, port, signal);
    return servePortForward(upgrade, { pod: podName, dial }, url.searchParams.getAll('port'));
  }
  const command = verb === 'exec' ? url.searchParams.getAll('command') : undefined;
  run(upgrade, host, { pod, container: rest.at(-1) ?? '', options: optionsOf(url.searchParams), command }).catch((error: unknown) => {
    host.onError(`${verb} in pod ${namespace}/${podName}`, error);
    socket.destroy();
  });
}

interface Wanted {
  readonly pod: Pod;
  readonly container: string;
  readonly options: StreamOptions;
  /** Undefined: attach. */
  readonly command: readonly string[] | undefined;
}

async function run(upgrade: Upgrade, host: StreamHost, { pod, container, options, command }: Wanted): Promise<void> {
  const found = runningContainer(pod, container);
  const session = await openSession({ upgrade, options, refusal: 'code' in found ? found : undefined }, internalStatus);
  if (!session || 'code' in found) return;
  const about = command ? 'error executing command in container' : 'error attaching to container';
  try {
    const ending = command ? host.exec(found, command, session) : host.attach(found, session);
    await session.finish(await ending);
  } catch (error) {
    await session.finish(internalStatus(`${about}: ${messageOf(error)}`));
  }
}

function optionsOf(query: URLSearchParams): StreamOptions {
  const is = (name: string): boolean => query.get(name) === '1' || query.get(name) === 'true';
  const tty = is('tty');
  return { stdin: is('input'), stdout: is('output'), stderr: is('error') && !tty, tty };
}

/** Upstream looks among what runs only: a container that has ended is not found. */
function runningContainer(pod: Pod, name: string): ContainerTarget | Refusal {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const statuses: readonly ContainerStatus[] = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  const status = statuses.find((one) => one.name === name);
  if (!status?.state?.running || !status.containerID) return { code: 500, message: `container not found (${JSON.stringify(name)})` };
  return { pod, container: name, id: status.containerID.replace(/^.*:\/\//, '') };
}
