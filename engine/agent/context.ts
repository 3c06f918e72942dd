/**
 * What the parts of the agent share: kubelet, proxy, DNS and server are each started with this one value, by `main.ts`.
 * `startKubelet(context, …)`, `startProxy(context)`, `startDns(context)` and `startServer(context, …)` each resolve to an AsyncDisposable
 * and stop when it is disposed.
 */
import type { Clock } from '../api/clock.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Cache, IndexFunctions } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import type { AgentConfig } from './config.ts';

/** One line per call on the node container's output; `error` adds its message and causes. */
export interface Log {
  info(message: string): void;
  warn(message: string, error?: unknown): void;
  error(message: string, error?: unknown): void;
}

export interface WatchScope {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/**
 * Watch-fed caches, shared: the first call for a kind and scope starts the watch, later calls get the same cache.
 * A cache survives lost connections (it lists again by itself) and lives as long as the agent. `cache.synced` tells whether the first
 * list is complete; `synced()` resolves then. Indexes are added to those that others asked for; a name means one function.
 */
export interface AgentInformers {
  cache<T extends KubeObject>(kind: Kind<T>, scope?: WatchScope, indexes?: IndexFunctions<T>): Cache<T>;
  synced<T extends KubeObject>(cache: Cache<T>): Promise<void>;
}

/** The node's side of the pods' network. */
export interface PodNetwork {
  /** A pod is about to start at this address: resolves when the rules for it are in force. */
  prepare(pod: Pod, ip: string): Promise<void>;
}

export interface AgentContext {
  readonly config: AgentConfig;
  readonly client: Client;
  readonly informers: AgentInformers;
  readonly clock: Clock;
  readonly log: Log;
}
