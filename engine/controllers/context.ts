/** What every controller is made of, and how one is set up: first it names its caches; when all have synced it is started. */
import type { Clock } from '../api/clock.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { Client } from '../client/client.ts';
import type { EventBroadcaster } from '../client/events.ts';
import type { Informers } from '../client/informers.ts';

export interface ControllerContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly informers: Informers;
  readonly events: EventBroadcaster;
  /** What the API server serves. */
  readonly kinds: readonly KindDefinition[];
  /** The CA that signed the API server's certificate. */
  readonly rootCaPem: string;
  /** Removes a folder of the storage that all nodes share, with what is in it. Absent where nothing lies in it. */
  readonly removeStorage?: (path: string) => Promise<void>;
  /** Told of every reconcile that failed and is tried again. */
  readonly onError: (controller: string, key: string, error: unknown) => void;
}

export type ControllerSetup = (context: ControllerContext) => () => AsyncDisposable;
