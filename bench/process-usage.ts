/** CPU and memory of a process, as Linux accounts for them (proc(5)). */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const ticksPerSecond = 100;

export interface Usage {
  /** Of one core, over the window. */
  readonly cpuPercent: number;
  readonly rssMiB: number;
}

/** Watches a process for `windowMs` of doing whatever it does. */
export async function usageOver(pid: number, windowMs: number): Promise<Usage> {
  const before = await cpuTicks(pid);
  const began = performance.now();
  await delay(windowMs);
  const seconds = (performance.now() - began) / 1000;
  const ticks = (await cpuTicks(pid)) - before;
  return { cpuPercent: (100 * ticks) / ticksPerSecond / seconds, rssMiB: await rssMiB(pid) };
}

export async function rssMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function cpuTicks(pid: number): Promise<number> {
  // The command's name may hold blanks; the fields start behind its closing bracket. utime and stime are the 14th and 15th of the line.
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
