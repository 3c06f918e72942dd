/** Reads the command line. Unknown words and values are refused by name, with the way out. */
import { parseArgs } from 'node:util';
import { HostError } from '../../api/host-error.ts';

export type Command = 'up' | 'serve' | 'status' | 'stop' | 'delete' | 'help' | 'version';
export interface Arguments {
  readonly command: Command;
  readonly name: string;
  readonly nodes: number | undefined;
  readonly driver: 'docker' | 'simulated' | undefined;
  readonly data: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly port: number | undefined;
  readonly json: boolean;
}

export const usage = `Minato: a real Kubernetes cluster in one click.

  minato up      [--name N] [--nodes K] [--driver docker|simulated] [--json]   run a cluster in the foreground; Ctrl-C leaves its pods running
  minato serve   [--port P]                                                    serve the window to a browser
  minato status  [--name N] [--json]                                           what there is
  minato stop    [--name N]                                                    stop a cluster and its pods; nothing is lost
  minato delete  [--name N]                                                    delete a cluster and all that belongs to it

  --data DIR         where clusters are kept (default: ~/.minato)
  --kubeconfig FILE  the file kubectl reads (default: $KUBECONFIG, else ~/.kube/config)
`;

const commands: readonly Command[] = ['up', 'serve', 'status', 'stop', 'delete', 'help', 'version'];

export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parse(words);
  const [command = 'help', ...rest] = positionals;
  if (values.help) return readArguments(['help']);
  if (!isCommand(command)) throw bad('command', command, `There is no command "${command}". Commands: ${commands.join(', ')}.`);
  if (rest.length > 0) throw bad('command', rest.join(' '), `${command} takes no further words: ${rest.join(' ')}.`);
  return {
    command,
    name: values.name ?? 'minato',
    nodes: numberOf('nodes', values.nodes, { min: 1, max: 5000 }),
    driver: driverOf(values.driver),
    data: values.data,
    kubeconfig: values.kubeconfig,
    port: numberOf('port', values.port, { min: 0, max: 65_535 }),
    json: values.json ?? false,
  };
}

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        name: text,
        nodes: text,
        driver: text,
        data: text,
        kubeconfig: text,
        port: text,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw bad('command', words.join(' '), `${(error as Error).message.split('. ')[0]}. See: minato help`);
  }
}

function isCommand(word: string): word is Command {
  return commands.some((command) => command === word);
}
function driverOf(value: string | undefined): Arguments['driver'] {
  if (value === undefined || value === 'docker' || value === 'simulated') return value;
  throw bad('driver', value, `--driver: ${JSON.stringify(value)} is not a driver. Use docker or simulated.`);
}
function numberOf(
  field: string,
  value: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw bad(field, value, `--${field}: ${JSON.stringify(value)} is not a whole number from ${min} to ${max}.`);
}
function bad(field: string, value: string, message: string): HostError {
  return new HostError('invalid-input', message, { params: { field, value } });
}
