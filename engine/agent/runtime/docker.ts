/** The kubelet's runtime on a Docker Engine (20.10 and later), over the engine's socket. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Demultiplex } from './demultiplex.ts';
import {
  decodeContainer,
  decodeImage,
  type EngineContainer,
  type EngineContainerRow,
  type EngineImage,
  goArchitecture,
} from './docker-decode.ts';
import { containerRecipe, type Recipe, type RecipeContext, sandboxRecipe } from './docker-recipes.ts';
import { attachDocker, openDockerExec } from './docker-streams.ts';
import { EngineHttp, jsonLines } from './engine-http.ts';
import { label } from './labels.ts';
import {
  type ContainerSpec,
  type ExecResult,
  type ImageInfo,
  type LogQuery,
  type ProgramStreams,
  type RunningExec,
  type Runtime,
  type RuntimeContainer,
  RuntimeError,
  type RuntimeEvent,
  type RuntimeInfo,
  type SandboxSpec,
  type StreamRequest,
} from './runtime.ts';

export interface DockerRuntimeOptions extends Omit<RecipeContext, 'nodeContainer'> {
  readonly socketPath: string;
  /** Default: the container of this cluster and node with role `node`. */
  readonly nodeContainer?: string;
}

/** Upstream cuts the output of exec probes there too. */
const maxExecOutputBytes = 10_240;

export class DockerRuntime implements Runtime {
  readonly #http: EngineHttp;
  readonly #options: DockerRuntimeOptions;
  #nodeContainer: string | undefined;
  constructor(options: DockerRuntimeOptions) {
    this.#options = options;
    this.#http = new EngineHttp(options.socketPath);
    this.#nodeContainer = options.nodeContainer;
  }
  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }

  async info(signal?: AbortSignal): Promise<RuntimeInfo> {
    const call = signal ? { signal } : {};
    const [info, version] = await Promise.all([
      this.#http.json({ path: '/info', ...call }),
      this.#http.json({ path: '/version', ...call }),
    ]);
    // The engine's documented shapes.
    const { NCPU, MemTotal, KernelVersion, OperatingSystem, Architecture } = info as {
      readonly NCPU: number;
      readonly MemTotal: number;
      readonly KernelVersion: string;
      readonly OperatingSystem: string;
      readonly Architecture: string;
    };
    const { Version, ApiVersion } = version as { readonly Version: string; readonly ApiVersion: string };
    return {
      name: 'docker',
      version: Version,
      apiVersion: ApiVersion,
      cpus: NCPU,
      memoryBytes: MemTotal,
      kernelVersion: KernelVersion,
      osImage: OperatingSystem,
      architecture: goArchitecture(Architecture),
    };
  }

  async volumePath(name: string): Promise<string> {
    const volume = (await this.#http.json({ path: `/volumes/${name}` })) as { readonly Mountpoint: string };
    return volume.Mountpoint;
  }
  async createMemoryVolume(name: string, sizeBytes: number | undefined): Promise<void> {
    const { cluster, node } = this.#options;
    await this.#http.json({
      method: 'POST',
      path: '/volumes/create',
      body: {
        Name: name,
        Driver: 'local',
        DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: sizeBytes === undefined ? 'mode=0777' : `mode=0777,size=${sizeBytes}` },
        Labels: { [label.cluster]: cluster, [label.node]: node },
      },
    });
  }
  async removeVolume(name: string): Promise<void> {
    await ignoring('not-found', this.#http.json({ method: 'DELETE', path: `/volumes/${name}` }));
  }

  async imageStatus(reference: string): Promise<ImageInfo | undefined> {
    const image = await ignoring('not-found', this.#http.json({ path: `/images/${encodeURI(reference)}/json` }));
    return image === undefined ? undefined : decodeImage(image as EngineImage);
  }

  async pullImage(
    reference: string,
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (line: string) => void },
  ): Promise<ImageInfo> {
    const progress = await this.#http
      .stream({ method: 'POST', path: '/images/create', query: { fromImage: reference }, signal })
      .catch((error: unknown) => Promise.reject(asDaemonError(error)));
    for await (const line of jsonLines(progress.setEncoding('utf8'))) {
      const { error, status, id, progress: bar } = line as Partial<Record<'error' | 'status' | 'id' | 'progress', string>>;
      if (error) throw asDaemonError(new RuntimeError('failed', error));
      if (status) onProgress?.([id, status, bar].filter(Boolean).join(' '));
    }
    const image = await this.imageStatus(reference);
    if (!image) throw new RuntimeError('failed', `the engine pulled ${reference} but does not have it`);
    return image;
  }

  async images(): Promise<readonly ImageInfo[]> {
    const rows = (await this.#http.json({ path: '/images/json' })) as readonly EngineImage[];
    return rows.map(decodeImage);
  }

  async list(): Promise<readonly RuntimeContainer[]> {
    const rows = (await this.#http.json({
      path: '/containers/json',
      query: { all: true, filters: JSON.stringify({ label: [...this.#ownLabels(), label.podUid] }) },
    })) as readonly EngineContainerRow[];
    const containers = await Promise.all(rows.map(({ Id }) => this.inspect(Id)));
    return containers.filter((container) => container !== undefined);
  }

  async inspect(id: string): Promise<RuntimeContainer | undefined> {
    const container = await this.#inspect(id);
    return container === undefined ? undefined : decodeContainer(container);
  }

  async runSandbox(spec: SandboxSpec): Promise<RuntimeContainer> {
    const id = await this.#create(sandboxRecipe(spec, await this.#context(spec.ip === undefined)));
    try {
      await this.start(id);
    } catch (error) {
      await this.remove(id);
      throw error;
    }
    const now = Date.now();
    return {
      id,
      role: 'sandbox',
      pod: spec.pod,
      name: 'POD',
      attempt: spec.attempt,
      phase: 'running',
      createdAt: now,
      startedAt: now,
      exitCode: 0,
      oomKilled: false,
      error: '',
      image: this.#options.sandboxImage,
      imageId: '',
      ...(spec.ip === undefined ? {} : { ip: spec.ip }),
    };
  }

  async createContainer(spec: ContainerSpec): Promise<RuntimeContainer> {
    const id = await this.#create(containerRecipe(spec, await this.#context(false)));
    return {
      id,
      role: 'container',
      pod: spec.pod,
      name: spec.name,
      attempt: spec.attempt,
      phase: 'created',
      createdAt: Date.now(),
      exitCode: 0,
      oomKilled: false,
      error: '',
      image: spec.image,
      imageId: spec.imageId,
      sandboxId: spec.sandboxId,
    };
  }

  async start(id: string): Promise<void> {
    await this.#http.json({ method: 'POST', path: `/containers/${id}/start` });
  }
  async stop(id: string, graceSeconds: number): Promise<void> {
    await ignoring('not-found', this.#http.json({ method: 'POST', path: `/containers/${id}/stop`, query: { t: Math.ceil(graceSeconds) } }));
  }
  async remove(id: string): Promise<void> {
    try {
      await ignoring('not-found', this.#http.json({ method: 'DELETE', path: `/containers/${id}`, query: { force: true, v: true } }));
    } catch (error) {
      // Someone else is removing it: that is what was asked.
      if (!(error instanceof RuntimeError && error.message.includes('is already in progress'))) throw error;
    }
  }

  async exec(id: string, command: readonly string[], { timeoutMs }: { readonly timeoutMs: number }): Promise<ExecResult> {
    const { Id } = (await this.#http.json({
      method: 'POST',
      path: `/containers/${id}/exec`,
      body: { AttachStdout: true, AttachStderr: true, Cmd: command },
    })) as { readonly Id: string };
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const stream = await this.#http.stream({
        method: 'POST',
        path: `/exec/${Id}/start`,
        body: { Detach: false, Tty: false },
        signal: timeout,
      });
      const output = await collect(stream.pipe(new Demultiplex()), stream);
      // An aborted answer without a length looks like one that has ended.
      timeout.throwIfAborted();
      const { ExitCode } = (await this.#http.json({ path: `/exec/${Id}/json` })) as { readonly ExitCode: number };
      return { exitCode: ExitCode, output };
    } catch (error) {
      if (timeout.aborted) {
        throw new RuntimeError('timeout', `command timed out: ${command.join(' ')} timed out after ${timeoutMs / 1000}s`, { cause: error });
      }
      throw error;
    }
  }

  openExec(id: string, request: StreamRequest & { readonly command: readonly string[] }): Promise<RunningExec> {
    const { cluster, node, sandboxImage } = this.#options;
    return openDockerExec(this.#http, { id, request, labels: { [label.cluster]: cluster, [label.node]: node }, helperImage: sandboxImage });
  }
  attach(id: string, request: StreamRequest): Promise<ProgramStreams> {
    return attachDocker(this.#http, id, request);
  }

  async logs(id: string, query: LogQuery, signal: AbortSignal): Promise<Readable> {
    const container = await this.#inspect(id);
    if (!container) throw new RuntimeError('not-found', `No such container: ${id}`);
    const stream = await this.#http.stream({
      path: `/containers/${id}/logs`,
      query: {
        follow: query.follow,
        stdout: query.stdout,
        stderr: query.stderr,
        timestamps: query.timestamps,
        tail: query.tailLines ?? 'all',
        since: query.sinceMs === undefined ? undefined : (query.sinceMs / 1000).toFixed(3),
      },
      signal,
    });
    if (container.Config.Tty) return stream;
    const output = new Demultiplex();
    // `pipe` does not carry errors; an aborted follow must end the reader too.
    stream.on('error', (error) => output.destroy(error));
    return stream.pipe(output);
  }

  async *events(signal: AbortSignal): AsyncGenerator<RuntimeEvent | 'listening'> {
    const stream = await this.#http.stream({
      path: '/events',
      query: {
        filters: JSON.stringify({ type: ['container'], event: ['start', 'die', 'destroy'], label: [...this.#ownLabels(), label.podUid] }),
      },
      signal,
    });
    yield 'listening';
    for await (const line of jsonLines(stream.setEncoding('utf8'))) {
      // The filter lets through only these three.
      const event = line as { readonly Action: RuntimeEvent['action']; readonly Actor: { readonly ID: string } };
      yield { id: event.Actor.ID, action: event.Action };
    }
  }

  #ownLabels(): readonly string[] {
    return [`${label.cluster}=${this.#options.cluster}`, `${label.node}=${this.#options.node}`];
  }

  async #inspect(id: string): Promise<EngineContainer | undefined> {
    return (await ignoring('not-found', this.#http.json({ path: `/containers/${id}/json` }))) as EngineContainer | undefined;
  }

  async #create({ name, body }: Recipe): Promise<string> {
    const create = async (): Promise<string> => {
      const made = (await this.#http.json({ method: 'POST', path: '/containers/create', query: { name }, body })) as {
        readonly Id: string;
      };
      return made.Id;
    };
    try {
      return await create();
    } catch (error) {
      // Left over from an agent that died between create and start: names are ours alone, so it can go.
      if (!(error instanceof RuntimeError && error.message.includes('is already in use by container'))) throw error;
      await this.remove(name);
      return create();
    }
  }

  /** Only pods with the node's network need the node's container to be known. */
  async #context(nodeNetwork: boolean): Promise<RecipeContext> {
    if (nodeNetwork) this.#nodeContainer ??= await this.#findNodeContainer();
    return { ...this.#options, nodeContainer: this.#nodeContainer ?? '' };
  }
  async #findNodeContainer(): Promise<string> {
    const rows = (await this.#http.json({
      path: '/containers/json',
      query: { filters: JSON.stringify({ label: [...this.#ownLabels(), `${label.role}=node`] }) },
    })) as readonly EngineContainerRow[];
    const id = rows[0]?.Id;
    if (id === undefined) throw new RuntimeError('failed', `the container of node ${this.#options.node} was not found`);
    return id;
  }
}

async function ignoring<T>(kind: RuntimeError['kind'], promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof RuntimeError && error.kind === kind) return undefined;
    throw error;
  }
}

/** As the docker command words it, which is what people search for. */
function asDaemonError(error: unknown): unknown {
  if (!(error instanceof RuntimeError) || error.kind === 'unavailable') return error;
  return new RuntimeError(error.kind, `Error response from daemon: ${error.message}`, { cause: error });
}

async function collect(output: Readable, source: IncomingMessage): Promise<string> {
  source.on('error', (error) => output.destroy(error));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    const piece = chunk as Buffer;
    if (bytes < maxExecOutputBytes) chunks.push(piece);
    bytes += piece.length;
  }
  return Buffer.concat(chunks).subarray(0, maxExecOutputBytes).toString('utf8');
}
