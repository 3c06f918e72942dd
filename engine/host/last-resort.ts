/**
 * For errors that no promise of ours holds: of native libraries, sockets, timers. What happened is written down, the control planes are stopped cleanly (what they acknowledged is
 * on the disk) and started again in the same process; pods notice nothing. When that happens again and again, the process ends, as a start from scratch is then all that is left.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterManager } from '../cluster/cluster-manager.ts';

export interface LastResortOptions {
  readonly process: Pick<NodeJS.EventEmitter, 'on'>;
  readonly manager: Pick<ClusterManager, 'dataDirectory' | 'restartControlPlanes'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Ends the process. */
  readonly giveUp: () => void;
}

/** More than this many in a minute, and the cause is one that a restart does not mend. */
const mostInAMinute = 3;

/** The file that errors are written to, one entry each. */
export function crashFile(dataDirectory: string): string {
  return join(dataDirectory, 'errors.log');
}

export function installLastResort({ process, manager, now, log, giveUp }: LastResortOptions): void {
  const times: number[] = [];
  let working: Promise<void> = Promise.resolve();
  const handle = async (error: unknown): Promise<void> => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log(`an error that nothing had caught; the control plane starts again. ${text}`);
    const entry = `${new Date(now()).toISOString()} ${text}\n`;
    // On a full disk it cannot be written down; it was said above.
    await appendFile(crashFile(manager.dataDirectory), entry, { mode: 0o600 }).catch(() => undefined);
    times.push(now());
    if (times.filter((time) => time > now() - 60_000).length > mostInAMinute) giveUp();
    else await manager.restartControlPlanes();
  };
  const caught = (error: unknown): void => {
    working = working
      .then(() => handle(error))
      .catch((failure: unknown) => {
        log(`the control plane could not be started again: ${String(failure)}`);
        giveUp();
      });
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
}
