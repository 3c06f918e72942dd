/** The line discipline of a pretended terminal: what is typed is echoed, Return ends a line, ^C forgets it, ^D on an empty one ends the input. */
import type { Readable } from 'node:stream';

const key = { interrupt: 0x03, end: 0x04, backspace: 0x08, newline: 0x0a, return: 0x0d, delete: 0x7f } as const;

/** Lines as they are typed; each keystroke's echo goes to `echo`. */
export async function* typedLines(input: Readable, echo: (text: string) => Promise<unknown>): AsyncGenerator<string> {
  let line = '';
  for await (const character of characters(input)) {
    const code = character.codePointAt(0);
    if (code === key.end && line === '') return;
    const typed = typedTo(line, character);
    if (typed.echo !== '') await echo(typed.echo);
    if (typed.isWhole) yield typed.line;
    line = typed.isWhole ? '' : typed.line;
  }
}

async function* characters(input: Readable): AsyncGenerator<string> {
  for await (const chunk of input) yield* (chunk as Buffer).toString('utf8');
}

interface Typed {
  readonly line: string;
  readonly echo: string;
  readonly isWhole: boolean;
}
function typedTo(line: string, character: string): Typed {
  switch (character.codePointAt(0)) {
    case key.return:
    case key.newline:
      return { line, echo: '\r\n', isWhole: true };
    case key.interrupt:
      return { line: '', echo: '^C\r\n', isWhole: true };
    case key.end:
      return { line, echo: '', isWhole: false };
    case key.backspace:
    case key.delete:
      return { line: [...line].slice(0, -1).join(''), echo: line === '' ? '' : '\b \b', isWhole: false };
    default:
      return { line: line + character, echo: character, isWhole: false };
  }
}

/** Lines of input that is no terminal; the last one may lack its line break. */
export async function* plainLines(input: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + (chunk as Buffer).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
