/** A process started by `npm start` or the `minato` command ends with it: the parent holds one end of a pipe, which closes when the parent is gone. */
import { Socket } from 'node:net';

const variable = 'MINATO_PARENT_PIPE';

/** Calls `end` once when the parent is gone; never where none holds a pipe. The variable is taken out of `environment`, as children of this process have no such pipe. */
export function whenParentIsGone(environment: NodeJS.ProcessEnv, end: () => void): void {
  const fd = Number(environment[variable] || Number.NaN);
  delete environment[variable];
  if (!Number.isInteger(fd)) return;
  const pipe = new Socket({ fd, writable: false });
  // Nobody writes into it: whatever it says is its end.
  pipe.once('close', end).on('error', () => undefined);
  pipe.resume().unref();
}
