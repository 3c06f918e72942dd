/**
 * A connection to a port of a pod as programs inside of it see it. The pod's address is tried first; a program that listens on the pod's own 127.0.0.1 only is
 * reached through a relay in the pod's sandbox, for the node itself may not enter other namespaces. Upstream: the runtime's PortForward, which dials
 * localhost in the pod's network namespace.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Pod } from '../../api/types.gen.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { RunningExec, Runtime } from '../runtime/runtime.ts';

export interface DialParts {
  readonly kubelet: Kubelet;
  readonly runtime: Runtime;
}
export interface Dial {
  readonly pod: Pod;
  readonly port: number;
  readonly signal: AbortSignal;
}
const dialMs = 10_000;

export async function dialPod(parts: DialParts, { pod, port, signal }: Dial): Promise<Duplex> {
  const { podIP } = pod.status ?? {};
  const within = AbortSignal.any([signal, AbortSignal.timeout(dialMs)]);
  const host = pod.spec.hostNetwork ? '127.0.0.1' : podIP;
  if (!host) throw new Error(`pod ${pod.metadata.name} has no address`);
  try {
    return await dial(host, port, within);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const relayed = pod.spec.hostNetwork ? undefined : await relay(parts, { pod, port, signal: within });
    if (relayed) return relayed;
    throw new Error(refused(port), { cause: error });
  }
}

/** As containerd says it, which is what clients look for. */
function refused(port: number): string {
  const where = 'failed to execute portforward in network namespace: failed to connect to localhost';
  return `${where}:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused`;
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

export async function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? new Error(`dial tcp4 ${host}:${port}: i/o timeout`, { cause: error }) : error;
  }
}

/** Says `+` once it is connected, then carries bytes; ends with a code where nobody listens. */
const relayProgram = `
const { connect } = require('node:net');
const open = (host) => {
  const socket = connect({ host, port: Number(process.argv[1]), allowHalfOpen: true, noDelay: true });
  socket.once('connect', () => { process.stdout.write('+'); process.stdin.pipe(socket); socket.pipe(process.stdout); });
  socket.once('error', () => host === '127.0.0.1' ? open('::1') : process.exit(1));
};
open('127.0.0.1');`;

/** Undefined when nobody listens in the pod either. */
async function relay({ kubelet, runtime }: DialParts, { pod, port, signal }: Dial): Promise<Duplex | undefined> {
  const sandbox = kubelet.sandboxOf(pod.metadata.uid ?? '');
  if (sandbox === undefined) return undefined;
  const command = ['/usr/local/bin/node', '--jitless', '-e', relayProgram, String(port)];
  const exec = await runtime.openExec(sandbox, { command, stdin: true, stdout: true, stderr: false, tty: false });
  const stream = new Relayed(exec);
  return (await stream.opened(signal)) ? stream : undefined;
}

class Relayed extends Duplex {
  readonly #exec: RunningExec;
  readonly #pieces: AsyncIterator<{ readonly bytes: Buffer }>;

  constructor(exec: RunningExec) {
    super({ allowHalfOpen: true });
    this.#exec = exec;
    this.#pieces = exec.output[Symbol.asyncIterator]();
    this.on('error', () => {});
  }
  /** False when nobody listens. */
  async opened(signal: AbortSignal): Promise<boolean> {
    const stop = (): void => this.#exec.close();
    signal.addEventListener('abort', stop, { once: true });
    const { done, value } = await this.#pieces.next();
    signal.removeEventListener('abort', stop);
    if (done || value.bytes[0] !== 0x2b) {
      this.destroy();
      return false;
    }
    if (value.bytes.length > 1) this.push(value.bytes.subarray(1));
    return true;
  }
  override _read(): void {
    this.#pieces.next().then(
      ({ done, value }) => this.push(done ? null : value.bytes),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#exec.input.write(chunk, done);
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#exec.input.end(() => done());
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // The relay sees the end of its input, and ends.
    this.#exec.close();
    done(error);
  }
}
