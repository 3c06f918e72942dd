/**
 * One run of a program, or a look into one that runs, as both wire forms (SPDY and WebSocket) carry it and every kind of node serves it: the streams that the
 * client asked for, the sizes of its terminal, and one last word. Upstream: pkg/kubelet (k8s.io/kubelet/pkg/cri/streaming/remotecommand), `context`.
 */
import type { Readable, Writable } from 'node:stream';
import type { Status } from '../../api/types.gen.ts';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** What the client asks for, from the query of `/exec` and `/attach`. */
export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Streams are absent where they were not asked for. Whoever writes must wait for the stream to take it: that is the client's back-pressure. */
export interface RemoteSession {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly tty: boolean;
  /** Called with every size the terminal takes, the last known one first. */
  onResize(listener: (size: TerminalSize) => void): void;
  /** Aborted once the client has gone, or the connection broke. */
  readonly gone: AbortSignal;
  /** Ends the output, then says how it went, then closes. Resolves when that is on its way. Never rejects: a client that is gone is told nothing. */
  finish(status: Status): Promise<void>;
}

/** Remembers the newest size until somebody listens. */
export class Resizes {
  #last: TerminalSize | undefined;
  #listener: ((size: TerminalSize) => void) | undefined;

  listen(listener: (size: TerminalSize) => void): void {
    this.#listener = listener;
    if (this.#last) listener(this.#last);
  }
  /** `{"Width":80,"Height":24}`; what is no such thing is ignored, as upstream does. */
  take(text: string): void {
    const size = parseSize(text);
    if (!size) return;
    this.#last = size;
    this.#listener?.(size);
  }
}

function parseSize(text: string): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { readonly Width?: unknown; readonly Height?: unknown };
    const isSize = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
    return isSize(Width) && isSize(Height) ? { width: Width, height: Height } : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves when all of it was taken, and nothing more will be; also when the stream breaks. */
export function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve).once('error', () => resolve());
    if (stream.destroyed) resolve();
    else stream.end(() => resolve());
  });
}
