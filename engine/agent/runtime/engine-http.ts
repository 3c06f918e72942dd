/**
 * Docker's HTTP interface over its socket, as little of it as the agent needs. Not dockerode: that loads gRPC and SSH clients, which
 * cost more memory than the rest of the agent together, and a dozen routes do not need it. API 1.41 is Docker 20.10.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
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
    if ((response.statusCode ?? 0) < 400) return response;
    throw await refusal(response);
  }

  /**
   * The connection itself, once the engine has answered that it is one: raw bytes both ways. Ending it ends only what is sent, so a program whose input
   * has ended can still be heard (docker-modem closes it whole: https://github.com/apocas/docker-modem/issues/48).
   */
  hijack(call: Omit<EngineCall, 'signal' | 'method'>): Promise<Duplex> {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    const outgoing = request({
      socketPath: this.#socketPath,
      agent: false,
      method: 'POST',
      path: pathOf(call),
      headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', ...lengthOf(bodyOf(call)) },
    });
    outgoing.on('upgrade', (_, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.on('response', (response) => {
      refusal(response).then(reject, reject);
    });
    outgoing.on('error', (error) => reject(unavailable(error)));
    outgoing.end(bodyOf(call));
    return promise;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send(call: EngineCall): Promise<IncomingMessage> {
    const { method = 'GET', signal } = call;
    const payload = bodyOf(call);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path: pathOf(call),
          headers: { Host: 'docker', ...lengthOf(payload) },
          ...(signal ? { signal } : {}),
        },
        resolve,
      );
      outgoing.on('error', (error) => reject(unavailable(error)));
      outgoing.end(payload);
    });
  }
}

function pathOf({ path, query = {} }: EngineCall): string {
  const search = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
  );
  return `/v1.41${path}${search.length > 0 ? `?${search.join('&')}` : ''}`;
}
function bodyOf({ body }: EngineCall): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}
function lengthOf(payload: string | undefined): Readonly<Record<string, string | number>> {
  return payload === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) };
}

async function refusal(response: IncomingMessage): Promise<RuntimeError> {
  const status = response.statusCode ?? 0;
  const message = messageIn(await textOf(response)) || `HTTP status ${status}`;
  return new RuntimeError(status === 404 ? 'not-found' : 'failed', message);
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
