/** A checked connection to the engine, or the HostError that says why there is none and what was tried. */
import Docker from 'dockerode';
import { HostError } from '../api/host-error.ts';
import { messageOf } from '../api/message-of.ts';
import { type EngineAddress, engineAddresses, type HostSystem } from './engine-discovery.ts';
import { statusOf } from './image/base-image.ts';
import type { EngineInfo } from './node-provider.ts';

export interface Engine {
  readonly docker: Docker;
  readonly info: EngineInfo;
  /** The engine shares this computer's kernel and network: its bridges are ours. False where it lives in a virtual machine or elsewhere. */
  readonly isLocal: boolean;
  /** Where the engine's machine has the engine's socket, to be mounted into nodes. */
  readonly socketPath: string;
}

/** Docker 20.10: `host-gateway`, and the network options that the nodes need. */
const minimumApi = '1.41';
const minimumVersion = '20.10';
const answerWithinMs = 5000;
const usualSocketPath = '/var/run/docker.sock';

/** Throws HostError engine-not-found, engine-unreachable, engine-permission or engine-too-old. */
export async function connectEngine(system: HostSystem, signal: AbortSignal): Promise<Engine> {
  const failures: Failure[] = [];
  for (const address of await engineAddresses(system)) {
    const docker = new Docker(address.options);
    try {
      await ping(docker, AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]));
    } catch (cause) {
      signal.throwIfAborted();
      failures.push({ address, code: (cause as NodeJS.ErrnoException).code ?? '', cause });
      continue;
    }
    return inspectEngine(docker, address, system);
  }
  throw noEngine(failures);
}

/** dockerode's ping takes options; its types do not know. */
export async function ping(docker: Docker, abortSignal: AbortSignal): Promise<void> {
  await (docker as unknown as { ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown> }).ping({ abortSignal });
}

async function inspectEngine(docker: Docker, address: EngineAddress, { platform }: HostSystem): Promise<Engine> {
  const [version, info] = await Promise.all([docker.version(), docker.info()]);
  if (compareVersions(version.ApiVersion, minimumApi) < 0) {
    const message = `The engine at ${address.host} is Docker ${version.Version}; Minato needs ${minimumVersion} or later. Update Docker.`;
    throw new HostError('engine-too-old', message, {
      params: { host: address.host, version: version.Version, minimum: minimumVersion },
    });
  }
  const isLocal = platform === 'linux' && address.socket !== undefined && !/Docker Desktop/i.test(info.OperatingSystem);
  return {
    docker,
    isLocal,
    socketPath: isLocal && address.socket ? address.socket : usualSocketPath,
    info: {
      driver: 'docker',
      // Debian adds its own suffix to the version (`20.10.24+dfsg1`).
      title: `Docker ${version.Version.split('+')[0]} (${version.Os}/${version.Arch})`,
      architecture: nodeArchitecture(version.Arch),
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
    },
  };
}

/** Go's names to Node.js'. */
function nodeArchitecture(arch: string): string {
  return arch === 'amd64' ? 'x64' : arch;
}

interface Failure {
  readonly address: EngineAddress;
  readonly code: string;
  readonly cause: unknown;
}

/** Of several failures the most telling: a socket that may not be opened, then one that does not answer, then none at all. */
function noEngine(failures: readonly Failure[]): HostError {
  const refused = failures.find(({ code }) => code === 'EACCES' || code === 'EPERM');
  if (refused) {
    const { host } = refused.address;
    const message = `You may not use the Docker Engine at ${host}. Add yourself to the group "docker" (sudo usermod -aG docker $USER), then log in again.`;
    return new HostError('engine-permission', message, { params: { host }, cause: refused.cause });
  }
  const silent = failures.find(({ code, address }) => code !== 'ENOENT' || address.source !== 'usual socket');
  if (silent) {
    const { host, source } = silent.address;
    const reason = reasonOf(silent);
    const message = `The Docker Engine at ${host} (${source}) does not answer: ${reason}. Start it and try again.`;
    return new HostError('engine-unreachable', message, { params: { host, source, reason }, cause: silent.cause });
  }
  const tried = failures.map(({ address }) => address.host).join(', ');
  const message = `No Docker Engine was found (tried ${tried}). Install Docker and start it, or use simulated nodes.`;
  return new HostError('engine-not-found', message, { params: { tried }, cause: failures.at(-1)?.cause });
}

function reasonOf({ code, cause }: Failure): string {
  if (code === 'ENOENT') return 'its socket does not exist';
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError'))
    return `no answer within ${answerWithinMs / 1000} s`;
  const status = statusOf(cause);
  const text = messageOf(cause);
  return status === undefined ? text : `HTTP ${status}: ${text}`;
}

/** `1.41` < `1.5` as numbers between dots. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
