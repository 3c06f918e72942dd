/** The lines of a log, at most so many: the oldest go first and are counted. Lines keep their number when others go. */
export interface LogLine {
  /** Counts from the first line that ever came. */
  readonly number: number;
  /** RFC 3339 as the kubelet wrote it; absent where the line does not begin with one. */
  readonly time: string | undefined;
  readonly text: string;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;
// Colours and cursor movements of terminals: CSI and OSC sequences.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\))/g;

export class LogBuffer {
  readonly #most: number;
  #lines: LogLine[] = [];
  #received = 0;
  #snapshot: readonly LogLine[] | undefined;

  constructor(most: number) {
    this.#most = most;
  }
  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const line of lines) this.#lines.push(parsed(line, this.#received++));
    // Cut rarely and much, not at each line.
    if (this.#lines.length > this.#most * 1.25) this.#lines = this.#lines.slice(-this.#most);
    this.#snapshot = undefined;
  }
  /** The same array until the next line. */
  get lines(): readonly LogLine[] {
    this.#snapshot ??= this.#lines.slice(-this.#most);
    return this.#snapshot;
  }
  /** How many were let go. */
  get dropped(): number {
    return this.#received - this.lines.length;
  }
}

function parsed(line: string, number: number): LogLine {
  const time = stamp.exec(line);
  const text = (time ? line.slice(time[0].length) : line).replaceAll(escapes, '');
  return { number, time: time?.[1], text };
}

/** Numbers of the lines that contain the words, whatever their case. */
export function findInLog(lines: readonly LogLine[], query: string): readonly number[] {
  const wanted = query.toLowerCase();
  if (wanted === '') return [];
  return lines.filter(({ text }) => text.toLowerCase().includes(wanted)).map(({ number }) => number);
}

export interface TextPart {
  /** Where in the line it begins. */
  readonly start: number;
  readonly text: string;
  readonly isHit: boolean;
}
/** The line cut at what was searched for. */
export function markedParts(text: string, query: string): readonly TextPart[] {
  const wanted = query.toLowerCase();
  const lower = text.toLowerCase();
  // Where lower case is longer (İ), places would not fit: such a line is shown without marks.
  if (wanted === '' || lower.length !== text.length) return [{ start: 0, text, isHit: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ start: from, text: text.slice(from, at), isHit: false });
    parts.push({ start: at, text: text.slice(at, at + wanted.length), isHit: true });
    from = at + wanted.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ start: from, text: text.slice(from), isHit: false });
  return parts;
}
