/**
 * Runs the probes of one container until it is disposed: the startup probe first, then liveness and readiness. Upstream: pkg/kubelet/prober.
 */
import type { Clock } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Container, Probe } from '../../api/types.gen.ts';
import { wait } from '../../client/wait.ts';
import { isUnavailable, type Runtime, RuntimeError } from '../runtime/runtime.ts';
import { httpProbe, type ProbeOutcome } from './http-probe.ts';
import { portNumber } from './port.ts';
import { type ProbeState, probeStep, unprobed } from './probe-state.ts';
import { tcpProbe } from './tcp-probe.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export interface ProberOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly container: Container;
  readonly id: string;
  /** The pod's address. */
  readonly address: string;
  readonly startedAt: number;
  /** Results known from before the agent's own restart. */
  readonly known: Readonly<Partial<Record<ProbeKind, boolean>>>;
  readonly onResult: (kind: ProbeKind, isOk: boolean) => void;
  readonly onFailure: (kind: ProbeKind, message: string) => void;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #ending = new AbortController();
  constructor(options: ProberOptions) {
    this.#options = options;
    void this.#run();
  }
  [Symbol.dispose](): void {
    this.#ending.abort();
  }

  async #run(): Promise<void> {
    const { container, known } = this.#options;
    const { startupProbe, livenessProbe, readinessProbe } = container;
    if (startupProbe && known.startup !== true && !(await this.#loop('startup', startupProbe))) return;
    await Promise.all([
      ...(livenessProbe ? [this.#loop('liveness', livenessProbe)] : []),
      ...(readinessProbe ? [this.#loop('readiness', readinessProbe)] : []),
    ]);
  }

  /** Returns true when a startup probe has succeeded; the others go on until the end, liveness until it has failed. */
  async #loop(kind: ProbeKind, probe: Probe): Promise<boolean> {
    const { clock, startedAt, known } = this.#options;
    const { signal } = this.#ending;
    const firstAt = startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    await wait(clock, Math.max(0, firstAt - clock.now()), signal);
    let state: ProbeState = { ...unprobed, result: known[kind] };
    while (!signal.aborted) {
      state = await this.#once(kind, probe, state);
      if (kind === 'startup' && state.result !== undefined) return state.result;
      // The container is about to be replaced; its successor gets a prober of its own.
      if (kind === 'liveness' && state.result === false) return false;
      await wait(clock, (probe.periodSeconds ?? 10) * 1000, signal);
    }
    return false;
  }

  async #once(kind: ProbeKind, probe: Probe, state: ProbeState): Promise<ProbeState> {
    const outcome = await this.#probe(probe);
    if (outcome === undefined || this.#ending.signal.aborted) return state;
    if (!outcome.ok) this.#options.onFailure(kind, outcome.message);
    const next = probeStep(state, outcome.ok, probe);
    if (next.result !== undefined && next.result !== state.result) this.#options.onResult(kind, next.result);
    return next;
  }

  /** Undefined: nothing was learnt, because the engine is away or the container has just ended. */
  async #probe(probe: Probe): Promise<ProbeOutcome | undefined> {
    const { runtime, container, id, address } = this.#options;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    try {
      if (probe.exec) {
        const { exitCode, output } = await runtime.exec(id, probe.exec.command ?? [], { timeoutMs });
        return { ok: exitCode === 0, message: output };
      }
      if (probe.httpGet) {
        const action = probe.httpGet;
        return await httpProbe({ host: action.host || address, port: portNumber(action.port, container), action, timeoutMs });
      }
      if (probe.tcpSocket) return await tcpProbe(probe.tcpSocket.host || address, portNumber(probe.tcpSocket.port, container), timeoutMs);
      return { ok: true, message: '' };
    } catch (error) {
      if (isUnavailable(error) || (error instanceof RuntimeError && error.message.includes('is not running'))) return undefined;
      return { ok: false, message: messageOf(error) };
    }
  }
}
