/** The three programs of the node image that change the kernel's tables. A failure keeps the command, what it was fed and what it said. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Commands {
  /** Applies a file of nftables in one transaction. */
  nft(ruleset: string): Promise<void>;
  /** Runs `ip` with one command a line. */
  ipBatch(lines: readonly string[]): Promise<void>;
  ip(words: readonly string[]): Promise<string>;
  /** Deletes flows; none to delete is fine. */
  conntrack(words: readonly string[]): Promise<void>;
}

export class CommandFailed extends Error {
  readonly command: string;
  readonly output: string;
  constructor(command: string, output: string, options?: { readonly cause?: unknown }) {
    super(`${command} failed: ${output.trim()}`, options);
    this.name = 'CommandFailed';
    this.command = command;
    this.output = output;
  }
}

export const systemCommands: Commands = {
  nft: async (ruleset) => void (await run(['nft', '-f', '-'], ruleset)),
  ipBatch: async (lines) => void (await run(['ip', '-batch', '-'], `${lines.join('\n')}\n`)),
  ip: (words) => run(['ip', ...words]),
  conntrack: async (words) => {
    await run(['conntrack', ...words]).catch((error: unknown) => {
      if (!(error instanceof CommandFailed && error.output.includes('0 flow entries'))) throw error;
    });
  },
};

async function run([command = '', ...words]: readonly string[], input = ''): Promise<string> {
  const line = [command, ...words].join(' ');
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new CommandFailed(line, cause.message, { cause })));
    child.on('close', resolve);
  });
  // A command that ends before it has read everything says why on its standard error.
  child.stdin.on('error', () => undefined).end(input);
  const [code, output, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new CommandFailed(line, `exit code ${code}\n${complaints || output}`);
  return output;
}
