/** Follows what the engine says while it pulls, builds or imports: one JSON object after another, the last perhaps an error. */
import type { NodeCall } from '../node-provider.ts';

interface EngineLine {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

export class EngineSaid extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EngineSaid';
  }
}

/** Resolves when the stream ends well; rejects with `EngineSaid` on an error line. */
export async function streamProgress(stream: NodeJS.ReadableStream, { progress, signal }: NodeCall): Promise<void> {
  let rest = '';
  for await (const chunk of stream) {
    signal.throwIfAborted();
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) report(line, progress);
  }
  report(rest, progress);
}

function report(json: string, progress: NodeCall['progress']): void {
  if (json.trim() === '') return;
  const said = JSON.parse(json) as EngineLine;
  if (said.error !== undefined) throw new EngineSaid(said.error.trim());
  // Percentages of layers come many times a second and are no log lines; a layer's other states are.
  const text = (
    said.stream ?? (said.status === undefined || said.status === 'Downloading' || said.status === 'Extracting' ? '' : said.status)
  ).trim();
  if (text !== '') progress.log(said.id ? `${said.id}: ${text}` : text);
}
