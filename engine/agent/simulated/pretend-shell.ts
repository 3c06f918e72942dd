/**
 * What answers in a container in which nothing runs: a shell that says so, and a few programs that lessons and tests can do something with. No file system
 * stands behind it. Programs that it does not have are refused in the words of a real runtime.
 */
import type { Readable } from 'node:stream';
import type { Pod } from '../../api/types.gen.ts';
import { plainLines, typedLines } from './pretend-terminal.ts';

export interface PretendProcess {
  readonly pod: Pod;
  readonly container: string;
  readonly stdin: Readable | undefined;
  readonly tty: boolean;
  /** Resolves when it was taken; false when nobody reads any more. */
  out(bytes: string | Buffer): Promise<boolean>;
  err(text: string): Promise<boolean>;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

type Program = (process: PretendProcess, args: readonly string[]) => Promise<number>;

export class NoSuchProgram extends Error {
  constructor(name: string) {
    super(
      `failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(name)}: executable file not found in $PATH: unknown`,
    );
    this.name = 'NoSuchProgram';
  }
}

/** Resolves with the exit code. Throws NoSuchProgram. */
export function pretend(process: PretendProcess, [name = '', ...args]: readonly string[]): Promise<number> {
  const program = programOf(name);
  if (!program) throw new NoSuchProgram(name);
  return program(process, args);
}

function programOf(name: string): Program | undefined {
  const base = name.replace(/^(\/usr)?\/bin\//, '');
  return Object.hasOwn(programs, base) ? programs[base] : undefined;
}

const newline = '\n';
const notice = 'This container is simulated: no program runs in it. This is a pretend shell; `help` lists what it can do.';

const programs: Readonly<Record<string, Program>> = {
  sh: shell,
  bash: shell,
  ash: shell,
  async echo({ out }, args) {
    const [first, ...rest] = args;
    await out(first === '-n' ? rest.join(' ') : args.join(' ') + newline);
    return 0;
  },
  async cat({ stdin, out, err }, [file]) {
    if (file !== undefined) {
      await err(`cat: ${file}: No such file or directory\n`);
      return 1;
    }
    for await (const chunk of stdin ?? []) if (!(await out(chunk as Buffer))) break;
    return 0;
  },
  async wc({ stdin, out }) {
    let bytes = 0;
    for await (const chunk of stdin ?? []) bytes += (chunk as Buffer).length;
    await out(`${bytes}\n`);
    return 0;
  },
  /** `yes N`: as many bytes of y, for whoever wants much output. */
  async yes({ out, gone }, [count]) {
    const piece = Buffer.from('y\n'.repeat(8_192));
    for (let left = count === undefined ? Number.POSITIVE_INFINITY : Number(count); left > 0; left -= piece.length)
      if (gone.aborted || !(await out(piece.subarray(0, left)))) break;
    return 0;
  },
  async hostname({ pod, out }) {
    await out(`${pod.spec.hostname ?? pod.metadata.name}\n`);
    return 0;
  },
  async env({ pod, container, out }) {
    const { env = [] } = pod.spec.containers.find(({ name }) => name === container) ?? {};
    const lines = [`HOSTNAME=${pod.metadata.name}`, ...env.map(({ name, value = '' }) => `${name}=${value}`)];
    await out(lines.join(newline) + newline);
    return 0;
  },
  async date({ out }) {
    await out(`${new Date().toUTCString()}\n`);
    return 0;
  },
  ls: async () => 0,
  async pwd({ out }) {
    await out('/\n');
    return 0;
  },
  async whoami({ out }) {
    await out('root\n');
    return 0;
  },
  true: async () => 0,
  false: async () => 1,
  sleep({ gone }, [seconds]) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(0), Number(seconds ?? 0) * 1000);
      gone.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(137);
      });
    });
  },
  async help({ out }) {
    await out(`${notice}\n${Object.keys(programs).toSorted().join(' ')} exit\n`);
    return 0;
  },
};

async function shell(process: PretendProcess, args: readonly string[]): Promise<number> {
  const at = args.indexOf('-c');
  if (at >= 0) return script(process, args[at + 1] ?? '');
  const { stdin, tty, out } = process;
  const echo = (text: string): Promise<boolean> => out(tty ? text.replaceAll(/\r?\n/g, '\r\n') : text);
  const inner = { ...process, stdin: undefined, out: (bytes: string | Buffer) => (typeof bytes === 'string' ? echo(bytes) : out(bytes)) };
  if (tty) await echo(`${notice}\n/ # `);
  if (!stdin) return 0;
  let code = 0;
  for await (const line of tty ? typedLines(stdin, echo) : plainLines(stdin)) {
    const [word = '', operand] = words(line);
    if (word === 'exit') return operand === undefined ? code : Number.parseInt(operand, 10) & 0xff;
    if (word !== '') code = await script(inner, line);
    if (tty) await echo('/ # ');
  }
  return code;
}

/** Commands one after the other, with `;` and `&&` between them and output to `>&2`. */
async function script(process: PretendProcess, text: string): Promise<number> {
  let code = 0;
  for (const part of text.split(/;|\n/)) {
    for (const command of part.split('&&')) {
      const toError = /(1?>&2)\s*$/.test(command);
      const [name = '', ...args] = words(command.replace(/1?>&2\s*$/, ''));
      if (name === '') continue;
      if (name === 'exit') return Number.parseInt(args[0] ?? String(code), 10) & 0xff;
      const program = programOf(name);
      if (program) code = await program(toError ? { ...process, out: (bytes) => process.err(String(bytes)) } : process, args);
      else {
        await process.err(`sh: ${name}: not found\n`);
        code = 127;
      }
      if (code !== 0) break;
    }
  }
  return code;
}

function words(text: string): readonly string[] {
  return (text.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'));
}
