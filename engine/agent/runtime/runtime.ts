/**
 * The container runtime as the kubelet sees it. One implementation on a Docker Engine; tests may have another.
 * Upstream counterpart: the Container Runtime Interface (k8s.io/cri-api), cut down to what a kubelet on Docker needs.
 */
import type { Readable, Writable } from 'node:stream';
import type { OutputPiece } from './output-pieces.ts';

export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

export type ContainerPhase = 'created' | 'running' | 'exited';

/** A sandbox or a container of a pod of this node, as last seen. Times are milliseconds since the epoch. */
export interface RuntimeContainer {
  readonly id: string;
  readonly role: 'sandbox' | 'container';
  readonly pod: PodIdentity;
  /** The container's name in the pod; `POD` for a sandbox. */
  readonly name: string;
  readonly attempt: number;
  readonly phase: ContainerPhase;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the engine could not start it; empty otherwise. */
  readonly error: string;
  /** The image as the manifest names it, and its id (`sha256:…`). */
  readonly image: string;
  readonly imageId: string;
  /** Of a sandbox: the pod's address; absent with the node's network. */
  readonly ip?: string;
  /** Of a container: id of the sandbox it was made for. */
  readonly sandboxId?: string;
}

export interface SandboxSpec {
  readonly pod: PodIdentity;
  readonly attempt: number;
  /** Absent: the pod shares the node's network. */
  readonly ip?: string;
  readonly hostname: string;
  readonly domainName?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /** In-memory volumes, by engine volume name: held by the sandbox, so that they live as long as the pod. */
  readonly memoryVolumes: readonly string[];
}

export interface Mount {
  /** A path on the engine's machine, or the name of an engine volume. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation?: 'rprivate' | 'rslave' | 'rshared';
}

export interface ContainerResources {
  /** Relative weight; absent is the engine's default. */
  readonly cpuShares?: number;
  /** Microseconds of CPU time in each 100 ms. */
  readonly cpuQuota?: number;
  readonly memoryBytes?: number;
  /** 0 to 1000. Never below 0: engines without CAP_SYS_RESOURCE refuse that, and on a desktop a pod must not outlive the user's own programs. */
  readonly oomScoreAdjust: number;
}

export interface ContainerSecurity {
  /** `uid[:gid]`; absent is the image's. */
  readonly user?: string;
  readonly groups: readonly string[];
  readonly privileged: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly unconfinedSeccomp: boolean;
}

export interface ContainerSpec {
  readonly pod: PodIdentity;
  readonly name: string;
  readonly attempt: number;
  readonly sandboxId: string;
  /** The image as the manifest names it, and what to run: the id the name stood for when it was pulled. */
  readonly image: string;
  readonly imageId: string;
  /** Absent: the image's. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly environment: readonly string[];
  readonly workingDir?: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly stopSignal?: string;
  readonly mounts: readonly Mount[];
  readonly resources: ContainerResources;
  readonly security: ContainerSecurity;
  readonly sharePid: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
}

export interface ImageInfo {
  /** `sha256:…` */
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** The image's own user: `''`, `1000`, `postgres`, `1000:1000`. */
  readonly user: string;
}

export interface RuntimeInfo {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** Go's names: `amd64`, `arm64`. */
  readonly architecture: string;
}

export interface RuntimeEvent {
  readonly id: string;
  readonly action: 'start' | 'die' | 'destroy';
}

export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Lines from the end; absent is all. */
  readonly tailLines?: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Standard output and error, mixed; cut at 10 KiB. */
  readonly output: string;
}

export interface StreamRequest {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}
/** The streams of a program in a container. */
export interface ProgramStreams {
  /** Its standard input; ending it ends the input. Errors of the connection show here. */
  readonly input: Writable;
  /** Its output as it comes, once; the program's back-pressure is whoever reads. */
  readonly output: AsyncIterable<OutputPiece>;
  resize(size: TerminalSize): Promise<void>;
  /** Lets go of it; what runs runs on. */
  close(): void;
}
export interface RunningExec extends ProgramStreams {
  /** Resolves when the program has ended. `hasStarted` is false when the engine could not run it: its output says why then. */
  exit(signal: AbortSignal): Promise<{ readonly code: number; readonly hasStarted: boolean }>;
  /** Ends the program and what it has started in its session. A program that has ended is fine. */
  kill(): Promise<void>;
}

/** Methods reject with `RuntimeError`: `unavailable` when the engine cannot be reached, else what the engine said. */
export interface Runtime {
  info(signal?: AbortSignal): Promise<RuntimeInfo>;
  /** Where a named volume lies on the engine's machine. */
  volumePath(name: string): Promise<string>;
  createMemoryVolume(name: string, sizeBytes: number | undefined): Promise<void>;
  removeVolume(name: string): Promise<void>;

  imageStatus(reference: string): Promise<ImageInfo | undefined>;
  pullImage(reference: string, options: { readonly signal: AbortSignal; readonly onProgress?: (line: string) => void }): Promise<ImageInfo>;
  images(): Promise<readonly ImageInfo[]>;

  /** Every sandbox and container of this node, running or not. */
  list(): Promise<readonly RuntimeContainer[]>;
  inspect(id: string): Promise<RuntimeContainer | undefined>;
  /** Creates and starts; what was created is removed again when the start fails. */
  runSandbox(spec: SandboxSpec): Promise<RuntimeContainer>;
  createContainer(spec: ContainerSpec): Promise<RuntimeContainer>;
  start(id: string): Promise<void>;
  /** The container's stop signal, then SIGKILL after `graceSeconds`. Resolves when it has ended; a container that is gone is fine. */
  stop(id: string, graceSeconds: number): Promise<void>;
  /** Kills if needed; a container that is gone is fine. */
  remove(id: string): Promise<void>;
  exec(id: string, command: readonly string[], options: { readonly timeoutMs: number }): Promise<ExecResult>;
  /** Starts a program in a running container. */
  openExec(id: string, request: StreamRequest & { readonly command: readonly string[] }): Promise<RunningExec>;
  /** The streams of the container's own program, from now on; the output ends when that does. */
  attach(id: string, request: StreamRequest): Promise<ProgramStreams>;
  logs(id: string, query: LogQuery, signal: AbortSignal): Promise<Readable>;
  /** Yields first once it listens (so that a list taken then misses nothing), then every change; ends or throws when the connection is lost. */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent | 'listening'>;
}

export class RuntimeError extends Error {
  readonly kind: 'unavailable' | 'not-found' | 'failed' | 'timeout';
  constructor(kind: RuntimeError['kind'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RuntimeError';
    this.kind = kind;
  }
}
export function isUnavailable(error: unknown): boolean {
  return error instanceof RuntimeError && error.kind === 'unavailable';
}
