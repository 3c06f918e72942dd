/** Tells a process from a later one that got the same pid: by the time it was started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Equal for the same process only; `undefined` if no such process runs. */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state is the first field behind the name, starttime the twentieth. */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ended = fields[0] === 'Z' || fields[0] === 'X';
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ended ? undefined : `${boot}:${fields[19]}`;
  } catch {
    // The process has no entry any more.
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return started.trim() || undefined;
  } catch {
    // ps exits with 1 if it finds no such process.
    return undefined;
  }
}
