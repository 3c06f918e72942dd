/** A kind of volume is one value; `volumes.ts` lists them. Upstream counterpart: pkg/volume's plugins. */
import type { Clock } from '../../api/clock.ts';
import type { Pod, Volume } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { AgentConfig } from '../config.ts';
import type { ObjectReader } from '../kubelet/environment.ts';
import type { NodeFacts } from '../kubelet/field-values.ts';
import type { Runtime } from '../runtime/runtime.ts';

export interface VolumeContext {
  readonly pod: Pod;
  readonly podIp: string | undefined;
  readonly node: NodeFacts;
  readonly config: AgentConfig;
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly objects: ObjectReader;
  /** Tokens of this pod that are still fresh, by what was asked for: a token is not asked for again because a label changed. */
  readonly tokens: Map<string, Payload>;
  /** This volume's folder, as the agent sees it. */
  readonly folder: string;
  /** The same place as the engine sees it. */
  enginePath(path: string): string;
}

export interface VolumeFile {
  readonly data: Buffer;
  readonly mode: number;
}
/** A volume of files that the kubelet writes, by relative path. */
export interface Payload {
  readonly files: ReadonlyMap<string, VolumeFile>;
  /** When the content grows stale by itself (tokens), in milliseconds since the epoch. */
  readonly renewAt?: number;
  /** Objects whose change means new content. */
  readonly sources: readonly VolumeSource[];
}
export interface VolumeSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The resourceVersion that was read; `''` when there is none. */
  readonly version: string;
}

export interface VolumeKind {
  /** The field of the volume that names this kind. */
  readonly field: keyof Volume;
  /** Name of its folder under `volumes/`, as upstream's. */
  readonly folder: string;
  /** Makes the volume and returns what to mount: a path on the engine's machine or the name of an engine volume. */
  readonly prepare?: (volume: Volume, context: VolumeContext) => Promise<string>;
  /** Or: the files that make the volume. */
  readonly payload?: (volume: Volume, context: VolumeContext) => Promise<Payload>;
  /** True for volumes that belong to no pod and get no fsGroup. */
  readonly isForeign?: boolean;
}

/** A volume that cannot be made (yet). The message is that of the FailedMount event. */
export class VolumeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VolumeError';
  }
}
