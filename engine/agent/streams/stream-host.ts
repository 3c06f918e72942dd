/** What a node must be able to do for its kubelet API to carry streams into pods: a Docker node for real, a simulated one plays it. */
import type { Duplex } from 'node:stream';
import type { Pod, Status } from '../../api/types.gen.ts';
import type { RemoteSession } from './session.ts';

export interface ContainerTarget {
  readonly pod: Pod;
  readonly container: string;
  /** The runtime's id, without its scheme. */
  readonly id: string;
}

export interface StreamHost {
  /** With its newest status. */
  find(namespace: string, name: string): Pod | undefined;
  /** Runs the command to its end; resolves with the last word. Ends the program when the client goes. */
  exec(target: ContainerTarget, command: readonly string[], session: RemoteSession): Promise<Status>;
  /** Resolves when the container ends, or the client goes. */
  attach(target: ContainerTarget, session: RemoteSession): Promise<Status>;
  /** A connection to a port inside of the pod. Rejects with the reason, as the client is told it. */
  dial(pod: Pod, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Told what broke. */
  onError(what: string, error: unknown): void;
}
