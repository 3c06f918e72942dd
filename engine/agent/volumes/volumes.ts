/**
 * The volumes of this node's pods: made before the first container, kept current while the pod lives, removed with it. A kind is one file and one line
 * here. Layout as upstream's: `<state>/pods/<uid>/volumes/<kind>/<name>`.
 */
import { chmod, chown, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../api/message-of.ts';
import { storageRoot } from '../../api/storage.ts';
import type { Container, Pod, Volume, VolumeMount } from '../../api/types.gen.ts';
import type { AgentContext } from '../context.ts';
import type { ObjectReader } from '../kubelet/environment.ts';
import { expand } from '../kubelet/expand.ts';
import type { NodeFacts } from '../kubelet/field-values.ts';
import { uidOf } from '../kubelet/pod-view.ts';
import type { Mount, Runtime } from '../runtime/runtime.ts';
import { writeAtomically } from './atomic-writer.ts';
import { claimVolume, ephemeralVolume } from './claim.ts';
import { configMapVolume } from './config-map.ts';
import { downwardApiVolume } from './downward-api.ts';
import { emptyDirVolume, isInMemory, memoryVolumeName } from './empty-dir.ts';
import { hostPathVolume } from './host-path.ts';
import { type LogOf, linkLog, unlinkLogs } from './log-links.ts';
import { nodeRootOf } from './node-root.ts';
import { ObjectWatch } from './object-watch.ts';
import { projectedVolume } from './projected.ts';
import { secretVolume } from './secret.ts';
import { type Payload, type VolumeContext, VolumeError, type VolumeKind, type VolumeSource } from './volume-kind.ts';

const kinds: readonly VolumeKind[] = [
  emptyDirVolume,
  configMapVolume,
  secretVolume,
  projectedVolume,
  downwardApiVolume,
  hostPathVolume,
  claimVolume,
  ephemeralVolume,
];

export interface VolumesOptions {
  readonly context: AgentContext;
  readonly runtime: Runtime;
  readonly objects: ObjectReader;
  readonly node: () => NodeFacts;
  /** A volume's content is no longer current: `setUp` shall be called again. */
  readonly onStale: (podUid: string) => void;
}

interface Prepared {
  /** What to mount, by volume name. */
  readonly sources: ReadonlyMap<string, string>;
  readonly cancelRenewal: () => void;
}

export class Volumes {
  readonly #options: VolumesOptions;
  readonly #watch: ObjectWatch;
  readonly #prepared = new Map<string, Prepared>();
  readonly #tokens = new Map<string, Map<string, Payload>>();
  /** Where the state volume lies on the engine's machine. */
  #stateOnEngine: Promise<string> | undefined;
  constructor(options: VolumesOptions) {
    this.#options = options;
    const { client, clock, log } = options.context;
    this.#watch = new ObjectWatch({ client, clock, log, onChange: options.onStale });
  }
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { cancelRenewal } of this.#prepared.values()) cancelRenewal();
    await this.#watch[Symbol.asyncDispose]();
  }

  /** Makes what is missing and writes what has changed. Throws VolumeError, worded for the FailedMount event. */
  async setUp(pod: Pod, podIp: string | undefined): Promise<void> {
    const uid = uidOf(pod);
    const sources = new Map<string, string>();
    const objects: VolumeSource[] = [];
    const renewals: number[] = [];
    for (const volume of pod.spec.volumes ?? []) {
      try {
        const made = await this.#setUpOne(pod, podIp, volume);
        sources.set(volume.name, made.source);
        objects.push(...made.objects);
        if (made.renewAt !== undefined) renewals.push(made.renewAt);
      } catch (error) {
        const message = messageOf(error);
        throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${message}`);
      }
    }
    this.#prepared.get(uid)?.cancelRenewal();
    this.#prepared.set(uid, { sources, cancelRenewal: this.#renewal(uid, renewals) });
    this.#watch.use(uid, pod.metadata.namespace ?? '', objects);
  }

  memoryVolumes(pod: Pod): readonly string[] {
    return (pod.spec.volumes ?? []).filter(isInMemory).map((volume) => memoryVolumeName(pod, volume));
  }

  /** Mounts of one container, the file for its last words included. */
  async mounts(pod: Pod, container: Container, attempt: number, environment: ReadonlyMap<string, string>): Promise<readonly Mount[]> {
    const prepared = this.#prepared.get(uidOf(pod));
    const mounts: Mount[] = [];
    for (const mount of container.volumeMounts ?? []) {
      const source = prepared?.sources.get(mount.name);
      if (source === undefined) throw new VolumeError(`volume "${mount.name}" is not set up`);
      mounts.push({
        source: await this.#withSubPath(pod, mount, source, environment),
        target: mount.mountPath,
        readOnly: mount.readOnly || isReadOnlyClaim(pod, mount),
        ...propagationOf(mount),
      });
    }
    const target = container.terminationMessagePath ?? '/dev/termination-log';
    return [...mounts, { source: await this.#terminationLog(pod, container, attempt), target, readOnly: false }];
  }

  /** A file of the pod's own, as what to mount. */
  async file(pod: Pod, name: string, text: string): Promise<string> {
    const path = join(this.#podFolder(uidOf(pod)), name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return join(await this.#stateVolume(), path.slice(this.#options.context.config.stateDir.length));
  }

  /** Shows a container's log where log collectors look for it. */
  async linkLog(log: LogOf): Promise<void> {
    await linkLog(nodeRootOf(this.#options.context.config), log);
  }

  terminationLogPath(podUid: string, container: string, attempt: number): string {
    return join(this.#podFolder(podUid), 'containers', container, String(attempt));
  }

  async tearDown(podUid: string, pod?: Pod): Promise<void> {
    this.#watch.forget(podUid);
    this.#prepared.get(podUid)?.cancelRenewal();
    this.#prepared.delete(podUid);
    this.#tokens.delete(podUid);
    await rm(this.#podFolder(podUid), { recursive: true, force: true });
    await unlinkLogs(nodeRootOf(this.#options.context.config), podUid);
    if (pod) await Promise.all(this.memoryVolumes(pod).map((name) => this.#options.runtime.removeVolume(name)));
  }

  /** Pods that have left something on disk. */
  async podsOnDisk(): Promise<readonly string[]> {
    return readdir(join(this.#options.context.config.stateDir, 'pods')).catch(() => []);
  }

  async #setUpOne(
    pod: Pod,
    podIp: string | undefined,
    volume: Volume,
  ): Promise<{ readonly source: string; readonly objects: readonly VolumeSource[]; readonly renewAt?: number }> {
    const kind = kinds.find(({ field }) => volume[field] !== undefined);
    if (!kind) throw new VolumeError('no volume plugin matched');
    const context = await this.#contextFor(pod, podIp, kind, volume);
    const groupId = pod.spec.securityContext?.fsGroup;
    if (kind.payload) {
      const { files, sources, renewAt } = await kind.payload(volume, context);
      await writeAtomically(context.folder, files, groupId);
      return { source: context.enginePath(context.folder), objects: sources, ...(renewAt === undefined ? {} : { renewAt }) };
    }
    const source = (await kind.prepare?.(volume, context)) ?? '';
    if (groupId !== undefined && !kind.isForeign && !isInMemory(volume)) {
      await chown(context.folder, 0, groupId);
      // New files inherit the group.
      await chmod(context.folder, 0o2777);
    }
    return { source, objects: [] };
  }

  async #contextFor(pod: Pod, podIp: string | undefined, kind: VolumeKind, volume: Volume): Promise<VolumeContext> {
    const { context, runtime, objects, node } = this.#options;
    const onEngine = await this.#stateVolume();
    const tokens = this.#tokens.get(uidOf(pod)) ?? new Map<string, Payload>();
    this.#tokens.set(uidOf(pod), tokens);
    return {
      pod,
      podIp,
      node: node(),
      config: context.config,
      client: context.client,
      clock: context.clock,
      runtime,
      objects,
      tokens,
      folder: join(this.#podFolder(uidOf(pod)), 'volumes', kind.folder, volume.name),
      enginePath: (path) => join(onEngine, path.slice(context.config.stateDir.length)),
    };
  }

  #stateVolume(): Promise<string> {
    const { context, runtime } = this.#options;
    this.#stateOnEngine ??= runtime.volumePath(context.config.stateVolume).catch((error: unknown) => {
      // Asked again next time: the engine may only have been away.
      this.#stateOnEngine = undefined;
      throw error;
    });
    return this.#stateOnEngine;
  }

  #renewal(uid: string, renewals: readonly number[]): () => void {
    if (renewals.length === 0) return () => undefined;
    const { clock } = this.#options.context;
    return clock.timer(Math.max(0, Math.min(...renewals) - clock.now()), () => this.#options.onStale(uid));
  }

  async #withSubPath(pod: Pod, mount: VolumeMount, source: string, environment: ReadonlyMap<string, string>): Promise<string> {
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, (name) => environment.get(name)) : mount.subPath;
    if (!subPath) return source;
    const place = await this.#placeOf(source);
    if (!place) throw new VolumeError(`subPath is not supported in volume "${mount.name}" of pod ${pod.metadata.name}`);
    const { here, onEngine } = place;
    const root = await realpath(join(here, source.slice(onEngine.length)));
    const wanted = join(root, subPath);
    await mkdir(dirname(wanted), { recursive: true });
    const real = await realpath(wanted).catch(async () => {
      await mkdir(wanted);
      // As open as the volume itself, whatever our umask: the container may run as anyone. Upstream: SafeMakeDir.
      await chmod(wanted, (await stat(root)).mode & 0o7777);
      return wanted;
    });
    // A container may have put a link there that leads out.
    if (real !== root && !real.startsWith(`${root}/`)) throw new VolumeError(`subPath "${subPath}" leads out of volume "${mount.name}"`);
    return join(onEngine, real.slice(here.length));
  }

  /** Where a path of the engine's machine lies for the agent: in the node's own volume, or in that of all nodes. */
  async #placeOf(source: string): Promise<{ readonly here: string; readonly onEngine: string } | undefined> {
    const { config } = this.#options.context;
    const own = await this.#stateVolume();
    if (source.startsWith(own)) return { here: await realpath(config.stateDir), onEngine: own };
    const shared = await this.#options.runtime.volumePath(config.storageVolume);
    return source.startsWith(shared) ? { here: await realpath(storageRoot), onEngine: shared } : undefined;
  }

  async #terminationLog(pod: Pod, container: Container, attempt: number): Promise<string> {
    const path = this.terminationLogPath(uidOf(pod), container.name, attempt);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '', { flag: 'a' });
    // The container may run as anyone.
    await chmod(path, 0o666);
    return join(await this.#stateVolume(), path.slice(this.#options.context.config.stateDir.length));
  }

  #podFolder(podUid: string): string {
    return join(this.#options.context.config.stateDir, 'pods', podUid);
  }
}

function propagationOf({ mountPropagation }: VolumeMount): Pick<Mount, 'propagation'> {
  if (mountPropagation === 'HostToContainer') return { propagation: 'rslave' };
  if (mountPropagation === 'Bidirectional') return { propagation: 'rshared' };
  return {};
}

function isReadOnlyClaim({ spec }: Pod, { name }: VolumeMount): boolean {
  return spec.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim?.readOnly ?? false;
}
