/** The `minato` command. Progress goes to stderr, results to stdout; exit status 0 done, 1 failed, 2 wrong use, 130 cancelled. */
import { diskError, HostError } from '../../api/host-error.ts';
import { installLastResort } from '../last-resort.ts';
import { whenParentIsGone } from '../parent.ts';
import { minatoVersion } from '../version.ts';
import { readArguments, usage } from './arguments.ts';
import { runDelete, runStop } from './end.ts';
import { openManager } from './open-manager.ts';
import { runServe } from './serve.ts';
import { runStatus } from './status.ts';
import { runUp } from './up.ts';

async function main(words: readonly string[]): Promise<number> {
  const options = readArguments(words);
  if (options.command === 'help') return print(usage);
  if (options.command === 'version') return print(`minato ${minatoVersion()}\n`);
  // `return await`: the manager must not be disposed while the command still uses it.
  await using manager = await openManager(options);
  installLastResort({
    process,
    manager,
    now: Date.now,
    log: (line) => process.stderr.write(`${line}\n`),
    giveUp: () => process.exit(1),
  });
  switch (options.command) {
    case 'up':
      return await runUp(manager, options);
    case 'serve':
      return await runServe(manager, options);
    case 'status':
      return await runStatus(manager, options);
    case 'stop':
      return await runStop(manager, options);
    case 'delete':
      return await runDelete(manager, options);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// As if it had been told: whoever started this process would have passed the signal on.
whenParentIsGone(process.env, () => process.kill(process.pid, 'SIGTERM'));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The boundary: what is not a HostError is a fault of ours and shows where it came from.
  const known = error instanceof HostError ? error : diskError(error, 'the data folder');
  process.stderr.write(`${known ? known.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = known?.code === 'invalid-input' ? 2 : 1;
}
