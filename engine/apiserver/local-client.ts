/**
 * The API for parts of the same process: the same authorization, admission and verbs as over the network, without text in between.
 * Objects are handed out frozen, as the store holds them. Shaped as the client interface that those parts are written against.
 */

import type { FieldValidation } from '../api/decode-body.ts';
import { badRequest, unknownPath } from '../api/errors.ts';
import { parseExact } from '../api/exact-json.ts';
import { apiVersionOf, type Kind, listKindOf } from '../api/kind.ts';
import type { Json, KubeObject, Live, ObjectKey } from '../api/object.ts';
import type { Body, Outcome, Parameters } from './call.ts';
import type { Caller, User } from './context.ts';
import { parseParameters } from './parameters.ts';
import type { Pipeline } from './pipeline.ts';
import { parseRequest, type RequestInfo, type Verb } from './request-info.ts';
import { collect } from './verbs/list.ts';
import type { WatchEvent as VerbEvent } from './verbs/watch.ts';

export interface LocalListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}
export interface LocalWatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}
export interface LocalWriteOptions {
  readonly subresource?: string;
  readonly dryRun?: boolean;
}
export interface LocalDeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
}
export interface LocalPatch {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly patch: object;
}
export type LocalWatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Live<T> }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };
export interface LocalList<T extends KubeObject> {
  readonly items: readonly Live<T>[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

/** The programs of a cluster, as managedFields name them. */
function agentOf({ username }: User): string {
  if (username.startsWith('system:node:')) return 'kubelet';
  if (username === 'system:apiserver') return 'kube-apiserver';
  return username.replace(/^system:/, '');
}

interface Request {
  readonly verb: Verb;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly parameters?: Partial<Parameters>;
  readonly body?: Body;
  readonly signal?: AbortSignal;
}

const never = new AbortController().signal;
/** The caller's types have been checked by the compiler; a newer caller's field is not an error. */
const fieldValidation: FieldValidation = 'Ignore';
const noQuery = new URLSearchParams();

export class LocalClient {
  readonly #pipeline: Pipeline;
  readonly #caller: Caller;

  constructor(pipeline: Pipeline, user: User) {
    this.#pipeline = pipeline;
    this.#caller = { user, agent: agentOf(user), warn: () => {} };
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<Live<T>> {
    return this.#object(kind, { verb: 'get', ...key });
  }

  async list<T extends KubeObject>(kind: Kind<T>, { namespace, ...list }: LocalListOptions = {}): Promise<LocalList<T>> {
    const outcome = await this.#perform(kind, { verb: 'list', namespace, parameters: { list } });
    if (outcome.type !== 'list') throw unexpected(outcome);
    const { items, resourceVersion, continue: token } = await collect(outcome.list);
    // The resource was found by the kind, so its objects are of the kind's type.
    return { items: items as unknown as readonly Live<T>[], resourceVersion, ...(token === undefined ? {} : { continue: token }) };
  }

  async create<T extends KubeObject>(kind: Kind<T>, object: T, { subresource, dryRun = false }: LocalWriteOptions = {}): Promise<Live<T>> {
    const { namespace, name } = object.metadata;
    return this.#object(kind, {
      verb: 'create',
      namespace,
      ...(subresource === undefined ? {} : { subresource, name }),
      parameters: { dryRun },
      body: bodyOf(object),
    });
  }

  async update<T extends KubeObject>(kind: Kind<T>, object: T, { subresource, dryRun = false }: LocalWriteOptions = {}): Promise<Live<T>> {
    const { namespace, name } = object.metadata;
    return this.#object(kind, { verb: 'update', namespace, name, subresource, parameters: { dryRun }, body: bodyOf(object) });
  }

  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    { type, patch }: LocalPatch,
    { subresource, dryRun = false }: LocalWriteOptions = {},
  ): Promise<Live<T>> {
    // Patches are made of JSON values; fields that are undefined are dropped as in JSON text.
    const text = JSON.stringify(patch);
    const body: Body = { type: 'patch', patch: { type, value: parseExact(text), text } };
    return this.#object(kind, { verb: 'patch', ...key, subresource, parameters: { dryRun }, body });
  }

  async delete<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: LocalDeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, ...rest } = options;
    const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
    await this.#perform(kind, {
      verb: 'delete',
      ...key,
      body: { type: 'value', value: { ...rest, ...(Object.keys(preconditions).length > 0 ? { preconditions } : {}) } },
    });
  }

  async *watch<T extends KubeObject>(kind: Kind<T>, options: LocalWatchOptions): AsyncGenerator<LocalWatchEvent<T>> {
    const { namespace, signal } = options;
    const parameters = { list: { fieldSelector: options.fieldSelector } };
    const { events } = this.#pipeline.watch(infoOf(kind, { verb: 'watch', namespace, parameters }), this.#caller, options);
    for await (const batch of events)
      for (const event of batch) {
        if (signal.aborted) return;
        yield plain<T>(event);
      }
  }

  /** Any other path of the API, `GET /version` included. */
  async request({
    method,
    path,
    body,
  }: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    readonly path: string;
    readonly body?: object;
  }): Promise<unknown> {
    const [pathname = '', query = ''] = path.split('?', 2);
    const search = new URLSearchParams(query);
    const info = parseRequest(method, pathname, search);
    if (!info.resource) {
      const document = await this.#pipeline.document(info, this.#caller);
      if (!document) throw unknownPath();
      return document;
    }
    const outcome = await this.#pipeline.route(info, {
      caller: this.#caller,
      parameters: parseParameters(info.verb, search),
      body: body && { type: 'value', value: parseExact(JSON.stringify(body)) },
      signal: never,
    });
    if (outcome.type === 'object') return outcome.object;
    if (outcome.type === 'list') {
      const { items, resourceVersion } = await collect(outcome.list);
      const { kind } = outcome.resource;
      return { kind: listKindOf(kind), apiVersion: apiVersionOf(kind), metadata: { resourceVersion }, items };
    }
    throw badRequest(`${method} ${path} answers with a stream`);
  }

  /** GET of what answers with bytes: a container's log. */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const [pathname = '', query = ''] = path.split('?', 2);
    const search = new URLSearchParams(query);
    const info = parseRequest('GET', pathname, search);
    const outcome = await this.#pipeline.route(info, {
      caller: this.#caller,
      parameters: parseParameters(info.verb, search),
      body: undefined,
      signal,
    });
    if (outcome.type !== 'stream') throw unexpected(outcome);
    return outcome.chunks;
  }

  async #object<T extends KubeObject>(kind: Kind<T>, request: Request): Promise<Live<T>> {
    const outcome = await this.#perform(kind, request);
    if (outcome.type !== 'object') throw unexpected(outcome);
    // Found by the kind; subresources answer with what their callers know to expect.
    return outcome.object as Live<T>;
  }

  #perform(kind: Kind, request: Request): Promise<Outcome> {
    const { parameters, body, signal = never } = request;
    return this.#pipeline.route(infoOf(kind, request), {
      caller: this.#caller,
      parameters: {
        dryRun: false,
        fieldValidation,
        fieldManager: '',
        force: undefined,
        list: {},
        deletion: {},
        query: noQuery,
        ...parameters,
      },
      body,
      signal,
    });
  }
}

function infoOf({ group, version, plural, namespaced }: Kind, { verb, namespace, name, subresource, parameters }: Request): RequestInfo {
  const fieldSelector = parameters?.list?.fieldSelector;
  const resource = {
    group,
    version,
    plural,
    ...(namespaced && namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(subresource === undefined ? {} : { subresource }),
    ...(fieldSelector ? { fieldSelector } : {}),
  };
  return { verb, path: '', resource };
}

function bodyOf(object: object): Body {
  // Decoding copies it and drops what is undefined: nothing of the caller's object is kept.
  return { type: 'value', value: object as Json };
}

function plain<T extends KubeObject>(event: VerbEvent): LocalWatchEvent<T> {
  if (event.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion: event.resourceVersion };
  // The resource was found by the kind.
  return { type: event.type, object: event.object as Live<T> };
}

function unexpected(outcome: Outcome): Error {
  return new Error(`the API server answered with a ${outcome.type}`);
}
