/** postStart and preStop. Upstream: pkg/kubelet/lifecycle/handlers.go. */
import type { Clock } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Container, LifecycleHandler } from '../../api/types.gen.ts';
import { wait } from '../../client/wait.ts';
import { httpProbe } from '../probes/http-probe.ts';
import { portNumber } from '../probes/port.ts';
import type { Runtime } from '../runtime/runtime.ts';

export interface HookInput {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly hook: LifecycleHandler;
  readonly container: Container;
  readonly id: string;
  /** The pod's address. */
  readonly address: string;
  readonly timeoutMs?: number;
}
const hookTimeoutMs = 300_000;

/** Returns why it failed, or undefined. */
export async function runHook({
  runtime,
  clock,
  hook,
  container,
  id,
  address,
  timeoutMs = hookTimeoutMs,
}: HookInput): Promise<string | undefined> {
  try {
    if (hook.exec) {
      const command = hook.exec.command ?? [];
      const { exitCode, output } = await runtime.exec(id, command, { timeoutMs });
      return exitCode === 0
        ? undefined
        : `Exec lifecycle hook (${JSON.stringify(command)}) for Container "${container.name}" failed - exit code ${exitCode}: ${output}`;
    }
    if (hook.sleep) await wait(clock, Math.min(hook.sleep.seconds * 1000, timeoutMs), new AbortController().signal);
    if (hook.httpGet) {
      const result = await httpProbe({
        host: hook.httpGet.host || address,
        port: portNumber(hook.httpGet.port, container),
        action: hook.httpGet,
        timeoutMs,
      });
      return result.ok ? undefined : result.message;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
