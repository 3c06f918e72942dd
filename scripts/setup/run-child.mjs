// Hands over to a child process that shares this one's fate: signals are passed on, and the child sees by a pipe that closes when this process is gone, however it ended.
import { spawn } from 'node:child_process';

/** The child's end of the pipe; `engine/host/parent.ts` reads it. */
const pipe = 3;
/** npm passes SIGTERM on, but cannot when it is killed; then the process that started this one is another. */
const parentCheckMs = 1000;

/** Ends this process with the child's exit status. */
export function runChild(command, words, { env, cwd }) {
  const child = spawn(command, words, {
    cwd,
    env: { ...env, MINATO_PARENT_PIPE: String(pipe) },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  // On a terminal Ctrl-C reaches the child by itself.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A shell may leave a job running on purpose; npm never does.
  if (process.env.npm_command) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || child.kill('SIGTERM'), parentCheckMs).unref();
  }
  child.on('error', (error) => {
    process.stderr.write(`${command} did not start: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
