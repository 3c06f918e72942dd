/** Runs a command of the system; a failure keeps the command line and the end of its output. */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { NodeCall } from '../node-provider.ts';

const execute = promisify(execFile);
const linesKept = 20;

/** Resolves to standard output. */
export async function readOutput(command: string, words: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
  const { stdout } = await execute(command, words, { maxBuffer: 64 * 1024 * 1024, ...options });
  return stdout;
}

/** Runs a command that takes a while; each line goes to the step's log. */
export async function run(command: string, words: readonly string[], { progress, signal }: NodeCall): Promise<void> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const last: string[] = [];
  const hear = (line: string) => {
    progress.log(line);
    last.push(line);
    if (last.length > linesKept) last.shift();
  };
  createInterface(child.stdout).on('line', hear);
  createInterface(child.stderr).on('line', hear);
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${words.join(' ')} ended with ${code}:\n${last.join('\n')}`));
    });
  });
}
