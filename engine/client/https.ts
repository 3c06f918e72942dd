/**
 * The API over HTTPS with a client certificate: what the agent in a node uses. Kept small: Node's own `https` with a keep-alive agent, no dependency.
 * Reconnecting after a failure is the informer's business.
 */

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { ApiError } from '../api/errors.ts';
import { parseExact } from '../api/exact-json.ts';
import { apiVersionOf, type Kind } from '../api/kind.ts';
import { messageOf } from '../api/message-of.ts';
import type { KubeObject, Live, ObjectKey } from '../api/object.ts';
import type { Status } from '../api/types.gen.ts';
import type { Client, DeleteOptions, ListOptions, ListResult, Patch, WatchEvent, WatchOptions, WriteOptions } from './client.ts';
import { listQuery, query, resourcePath, watchQuery } from './resource-path.ts';

export interface HttpsClientOptions {
  /** `https://host.docker.internal:6443` */
  readonly url: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Under this name its writes are known: what stands before the first slash. */
  readonly userAgent?: string;
  /** For calls; watches have none. */
  readonly timeoutMs?: number;
}

const patchTypes: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const defaultTimeoutMs = 30_000;
const maxFreeSockets = 4;
/** A watch is silent for long; the kernel's probes find out that its other end is gone. */
const watchProbeMs = 15_000;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export class HttpsClient implements Client, Disposable {
  readonly #options: HttpsClientOptions;
  readonly #agent: Agent;

  constructor(options: HttpsClientOptions) {
    this.#options = options;
    const { caPem: ca, certificatePem: cert, keyPem: key } = options;
    this.#agent = new Agent({ keepAlive: true, maxFreeSockets, ca, cert, key });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<Live<T>> {
    return this.#json({ method: 'GET', path: resourcePath(kind, key) });
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const { items, metadata, apiVersion } = await this.#json<ListBody<T>>({
      method: 'GET',
      path: resourcePath(kind, options) + listQuery(options),
    });
    // Items of a list carry no apiVersion and kind of their own.
    const typed = (items ?? []).map((item) => ({ ...item, apiVersion, kind: kind.kind }));
    return { items: typed, resourceVersion: metadata.resourceVersion, ...(metadata.continue ? { continue: metadata.continue } : {}) };
  }

  async create<T extends KubeObject>(kind: Kind<T>, object: T, { subresource, dryRun }: WriteOptions = {}): Promise<Live<T>> {
    const { namespace, name } = object.metadata;
    const path = resourcePath(kind, subresource === undefined ? { namespace } : { namespace, name, subresource });
    return this.#json({ method: 'POST', path: path + dryRunQuery(dryRun), body: typed(kind, object) });
  }

  async update<T extends KubeObject>(kind: Kind<T>, object: T, { subresource, dryRun }: WriteOptions = {}): Promise<Live<T>> {
    const { namespace, name } = object.metadata;
    return this.#json({
      method: 'PUT',
      path: resourcePath(kind, { namespace, name, subresource }) + dryRunQuery(dryRun),
      body: typed(kind, object),
    });
  }

  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: Patch,
    { subresource, dryRun }: WriteOptions = {},
  ): Promise<Live<T>> {
    return this.#json({
      method: 'PATCH',
      path: resourcePath(kind, { ...key, subresource }) + dryRunQuery(dryRun),
      body: patch.patch,
      contentType: patchTypes[patch.type],
    });
  }

  async delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    { uid, resourceVersion, ...options }: DeleteOptions = {},
  ): Promise<void> {
    const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...options,
      ...(Object.keys(preconditions).length > 0 ? { preconditions } : {}),
    };
    await this.#json({ method: 'DELETE', path: resourcePath(kind, key), body });
  }

  async *watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    const response = await this.#send({
      method: 'GET',
      path: resourcePath(kind, options) + watchQuery(options),
      signal: options.signal,
      timeoutMs: 0,
    });
    try {
      for await (const line of linesOf(response)) yield eventOf<T>(line);
    } catch (error) {
      if (options.signal.aborted) return;
      throw asApiError(error);
    } finally {
      response.destroy();
    }
  }

  async request({
    method,
    path,
    body,
  }: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    readonly path: string;
    readonly body?: object;
  }): Promise<unknown> {
    return this.#json({ method, path, ...(body ? { body } : {}) });
  }

  async #json<R>(call: Call): Promise<R> {
    const response = await this.#send(call);
    try {
      // The server's answer to a call of this shape; it is our own API server, and its objects are what it validated.
      return parseExact(await textOf(response)) as R;
    } catch (error) {
      throw asApiError(error);
    }
  }

  /** Resolves with the answer's head when its status says that it worked. */
  async #send(call: Call): Promise<IncomingMessage> {
    const response = await this.#exchange(call);
    const { statusCode = 500 } = response;
    if (statusCode < 300) return response;
    const text = await textOf(response).catch((error: unknown) => {
      throw asApiError(error);
    });
    throw errorOf(statusCode, text);
  }

  #exchange(call: Call, isRetry = false): Promise<IncomingMessage> {
    const { method, path, body, contentType = 'application/json', signal, timeoutMs = this.#options.timeoutMs ?? defaultTimeoutMs } = call;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { userAgent } = this.#options;
    const headers = {
      ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
      Accept: 'application/json',
      ...(text === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    let isAnswered = false;
    const message = request(
      new URL(path, this.#options.url),
      { method, headers, agent: this.#agent, timeout: timeoutMs, ...(signal ? { signal } : {}) },
      (response) => {
        isAnswered = true;
        resolve(response);
      },
    );
    message.on('timeout', () => message.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    message.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection just as we took it again: nothing of the call has been read.
      const isStale = !isAnswered && message.reusedSocket && error.code === 'ECONNRESET' && method !== 'POST' && !isRetry;
      if (isStale) this.#exchange(call, true).then(resolve, reject);
      else reject(asApiError(error));
    });
    if (timeoutMs === 0) message.on('socket', (socket) => socket.setKeepAlive(true, watchProbeMs));
    message.end(text);
    return promise;
  }
}

interface ListBody<T extends KubeObject> {
  readonly apiVersion: string;
  readonly items?: readonly Live<T>[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

function typed<T extends KubeObject>(kind: Kind<T>, object: T): object {
  return {
    ...object,
    apiVersion: object.apiVersion ?? apiVersionOf(kind),
    kind: object.kind ?? kind.kind,
  };
}
function dryRunQuery(dryRun: boolean | undefined): string {
  return query({ dryRun: dryRun ? 'All' : undefined });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response) {
    const lines = `${rest}${chunk as string}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}

function eventOf<T extends KubeObject>(line: string): WatchEvent<T> {
  const { type, object } = JSON.parse(line) as { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; object: Live<T> & Status };
  if (type === 'ERROR') throw ApiError.fromStatus(object);
  return type === 'BOOKMARK' ? { type, resourceVersion: object.metadata.resourceVersion } : { type, object };
}

function errorOf(code: number, text: string): ApiError {
  try {
    return ApiError.fromStatus(JSON.parse(text) as Status);
  } catch (cause) {
    return new ApiError('InternalError', `the server answered ${code}: ${text.slice(0, 200)}`, { code, cause });
  }
}
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const reason = messageOf(error);
  return new ApiError('ServiceUnavailable', `the API server cannot be reached: ${reason}`, { cause: error });
}
