/**
 * Docker's HTTP interface over its socket, as little of it as the agent needs. Not dockerode: that loads gRPC and SSH clients, which
 * cost more memory than the rest of the agent together, and a dozen routes do not need it. API 1.41 is Docker 20.10.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { RuntimeError } from './runtime.ts';

export interface EngineCall {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

export class EngineHttp {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });
  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The response's JSON, or undefined where the engine sends no body. */
  async json(call: EngineCall): Promise<unknown> {
    const text = await textOf(await this.stream(call));
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The response as it comes. Errors of the engine are thrown with its message. */
  async stream(call: EngineCall): Promise<IncomingMessage> {
    const response = await this.#send(call);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    const message = messageIn(await textOf(response)) || `HTTP status ${status}`;
    throw new RuntimeError(status === 404 ? 'not-found' : 'failed', message);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send({ method = 'GET', path, query = {}, body, signal }: EngineCall): Promise<IncomingMessage> {
    const search = Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
    );
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path: `/v1.41${path}${search.length > 0 ? `?${search.join('&')}` : ''}`,
          headers: {
            Host: 'docker',
            ...(payload === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
          },
          ...(signal ? { signal } : {}),
        },
        resolve,
      );
      outgoing.on('error', (error) => reject(unavailable(error)));
      outgoing.end(payload);
    });
  }
}

function unavailable(error: Error): RuntimeError {
  return new RuntimeError('unavailable', `Cannot connect to the Docker daemon: ${error.message}`, { cause: error });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unavailable(error instanceof Error ? error : new Error(String(error)));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function messageIn(text: string): string {
  try {
    const body = JSON.parse(text) as { readonly message?: string };
    return body.message ?? text;
  } catch {
    // Not every answer of a proxy in between is JSON; its text says as much.
    return text.trim();
  }
}

/** Newline-delimited JSON, as the engine streams events and progress. */
export async function* jsonLines(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
  if (rest.trim() !== '') yield JSON.parse(rest);
}
