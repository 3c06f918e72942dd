/**
 * The kubelet: makes the pods assigned to this node run, and says how they are. What runs already is found by its labels and left alone; what
 * runs without a pod is removed. Upstream: pkg/kubelet/kubelet.go.
 */
import { readFile } from 'node:fs/promises';
import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import type { AgentContext, PodNetwork } from '../context.ts';
import { configMaps, pods, secrets, services } from '../kinds.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { Volumes } from '../volumes/volumes.ts';
import type { ObjectReader } from './environment.ts';
import type { NodeFacts } from './field-values.ts';
import { Images } from './images.ts';
import { IpPool } from './ip-pool.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import { NodeReporter } from './node-reporter.ts';
import { PodEvents } from './pod-events.ts';
import { PodWorker } from './pod-worker.ts';
import { RuntimeWatch } from './runtime-watch.ts';
import { serviceEnvironment } from './service-environment.ts';
import { StatusWriter } from './status-writer.ts';

export interface Kubelet extends AsyncDisposable {
  /** Pods of this node as the API knows them. */
  pods(): readonly Pod[];
  /** With its newest status, even where that is not written yet; undefined when the pod is not on this node. */
  find(namespace: string, name: string): Pod | undefined;
  /** Of a pod that has one, running: the container that holds its network. */
  sandboxOf(uid: string): string | undefined;
}

/** Resolves at once; the node registers and takes up its pods as soon as engine and API answer. */
export function startKubelet(context: AgentContext, runtime: Runtime, network: PodNetwork): Kubelet {
  return new RunningKubelet(context, runtime, network);
}

/** Containers without a pod get this long. */
const orphanGraceSeconds = 2;

class RunningKubelet implements Kubelet {
  readonly #context: AgentContext;
  readonly #parts: KubeletParts;
  readonly #reporter: NodeReporter;
  readonly #events: PodEvents;
  readonly #pods: Cache<Pod>;
  readonly #workers = new Map<string, PodWorker>();
  readonly #engineSeen = Promise.withResolvers<void>();
  readonly #started: Promise<void>;
  #unsubscribe: () => void = () => undefined;
  #isStopped = false;

  constructor(context: AgentContext, runtime: Runtime, network: PodNetwork) {
    this.#context = context;
    const { client, clock, log, informers, config } = context;
    this.#events = new PodEvents({ client, clock, log, host: config.nodeName });
    this.#reporter = new NodeReporter({ context, runtime, events: this.#events });
    this.#pods = informers.cache(pods, { fieldSelector: `spec.nodeName=${config.nodeName}` });
    const serviceCache = informers.cache(services);
    const objects = objectReader(context);
    const node = (): NodeFacts => this.#nodeFacts();
    const onChange = (uid: string): void => this.#workers.get(uid)?.wake();
    this.#parts = {
      context,
      runtime,
      network,
      watch: new RuntimeWatch({ runtime, clock, log, onChange, onHealth: (problem) => this.#setHealth(problem) }),
      images: new Images(runtime, clock),
      volumes: new Volumes({ context, runtime, objects, node, onStale: (uid) => this.#workers.get(uid)?.refreshVolumes() }),
      events: this.#events,
      statuses: new StatusWriter({ client, clock, log }),
      ips: new IpPool(config.podCidr, clock),
      objects,
      node,
      serviceEnvironment: (pod) => serviceEnvironment(pod, serviceCache.list()),
      nodeResolvConf: '',
    };
    this.#reporter.start();
    this.#parts.watch.start();
    this.#started = Promise.all([this.#engineSeen.promise, informers.synced(this.#pods), informers.synced(serviceCache)]).then(() =>
      this.#takeUp(),
    );
    this.#started.catch((error: unknown) => log.error('the kubelet could not start', error));
  }

  pods(): readonly Pod[] {
    return this.#pods.list();
  }
  find(namespace: string, name: string): Pod | undefined {
    const pod = this.#pods.get(`${namespace}/${name}`);
    const status = pod && this.#parts.statuses.newest(pod.metadata.uid);
    return status ? { ...pod, status } : pod;
  }
  sandboxOf(uid: string): string | undefined {
    return this.#parts.watch.view(uid).sandboxes.find(({ phase }) => phase === 'running')?.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe();
    await this.#reporter[Symbol.asyncDispose]();
    await Promise.all([...this.#workers.values()].map((worker) => worker[Symbol.asyncDispose]()));
    await this.#parts.watch[Symbol.asyncDispose]();
    await this.#parts.volumes[Symbol.asyncDispose]();
    await this.#parts.statuses[Symbol.asyncDispose]();
    await this.#events.flush();
  }

  #setHealth(problem: string | undefined): void {
    this.#reporter.setHealth(problem);
    if (problem === undefined) this.#engineSeen.resolve();
  }

  /** Starts from both sides: the pods that are assigned, and the containers that run. */
  async #takeUp(): Promise<void> {
    if (this.#isStopped) return;
    const { watch, ips } = this.#parts;
    const resolvConf = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
    Object.assign(this.#parts, { nodeResolvConf: resolvConf });
    for (const { role, ip, pod } of watch.all()) if (role === 'sandbox' && ip) ips.reserve(pod.uid, ip);
    for (const { metadata, spec, status } of this.#pods.list()) {
      if (!spec.hostNetwork && status?.podIP && status.phase !== 'Succeeded' && status.phase !== 'Failed')
        ips.reserve(metadata.uid, status.podIP);
    }
    this.#unsubscribe = this.#pods.subscribe((event) => this.#take(event));
    for (const pod of this.#pods.list()) this.#add(pod);
    await this.#removeOrphans();
  }

  #take(event: CacheEvent<Pod>): void {
    const { uid } = event.object.metadata;
    // Deleted and made again under the same name between two looks.
    if (event.type === 'updated' && event.previous.metadata.uid !== uid) this.#workers.get(event.previous.metadata.uid)?.remove();
    if (event.type === 'deleted') this.#workers.get(uid)?.remove();
    else this.#add(event.object);
  }
  #add(pod: Live<Pod>): void {
    const { uid } = pod.metadata;
    const known = this.#workers.get(uid);
    if (known) {
      known.update(pod);
      return;
    }
    const worker = new PodWorker(this.#parts, pod, () => this.#workers.delete(uid));
    this.#workers.set(uid, worker);
    worker.wake();
  }

  /** Pods that were deleted while the agent was away. */
  async #removeOrphans(): Promise<void> {
    const { watch, volumes } = this.#parts;
    const uids = new Set([...watch.podUids(), ...(await volumes.podsOnDisk())]);
    await Promise.all([...uids].filter((uid) => !this.#workers.has(uid)).map((uid) => this.#removeOrphan(uid)));
  }
  async #removeOrphan(uid: string): Promise<void> {
    const { watch, runtime, volumes, ips } = this.#parts;
    const { containers, sandboxes } = watch.view(uid);
    try {
      await Promise.all(containers.filter(({ phase }) => phase === 'running').map(({ id }) => runtime.stop(id, orphanGraceSeconds)));
      await Promise.all([...containers, ...sandboxes].map(({ id }) => runtime.remove(id)));
      await volumes.tearDown(uid);
      ips.release(uid);
    } catch (error) {
      this.#context.log.warn(`what was left of pod ${uid} could not be removed`, error);
    }
  }

  #nodeFacts(): NodeFacts {
    const info = this.#reporter.info;
    return {
      hostIp: this.#context.config.nodeIp,
      cpuMilli: (info?.cpus ?? 0) * 1000,
      memoryBytes: info?.memoryBytes ?? 0,
      ephemeralStorageBytes: 0,
    };
  }
}

function objectReader({ client }: AgentContext): ObjectReader {
  const read = async <T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): Promise<Live<T> | undefined> => {
    try {
      return await client.get(kind, { namespace, name });
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  };
  return {
    configMap: (namespace, name) => read(configMaps, namespace, name),
    secret: (namespace, name) => read(secrets, namespace, name),
  };
}
