/**
 * The API in memory, for tests of those who use it: versions, conflicts, patches, selectors, graceful removal, finalizers, watches. No validation, no
 * defaults and no garbage collection: tests of behaviour that needs those use the API server.
 */
import { alreadyExists, conflict, expired, notFound } from '../api/errors.ts';
import { fieldMatcher, parseFieldSelector } from '../api/field-selector.ts';
import { apiVersionOf, type Kind, type KindDefinition } from '../api/kind.ts';
import { kinds } from '../api/kinds.ts';
import { type JsonObject, type KubeObject, keyOf, keyString, type Live, type ObjectKey } from '../api/object.ts';
import { applyMergePatch } from '../api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../api/patch/strategic-merge.ts';
import { matchesLabels } from '../api/selector.ts';
import { parseSelector } from '../api/selector-parser.ts';
import type { Client, DeleteOptions, ListOptions, ListResult, Patch, WatchEvent, WatchOptions, WriteOptions } from '../client/client.ts';

type Stored = Live<KubeObject>;
interface Logged {
  readonly revision: number;
  readonly resource: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
}
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const resourceOf = (kind: Kind): string => `${kind.group}/${kind.plural}`;
const definitions = new Map(kinds.map((kind) => [resourceOf(kind), kind]));

export class MemoryClient implements Client {
  /** Every call that was made, as `create pods default/a`. */
  readonly calls: string[] = [];
  /** Throws to make a call fail. */
  fault: (call: string) => void = () => {};
  readonly #now: () => number;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #log: Logged[] = [];
  #revision = 0;
  #oldest = 0;
  #waiting: (() => void)[] = [];
  #generation = 0;

  constructor(now: () => number = () => Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  /** Forgets history, so that older watches must list again. */
  compact(): void {
    this.#log.splice(0);
    this.#oldest = this.#revision;
  }
  /** Ends every watch, as a server that restarts does. */
  disconnect(): void {
    this.#generation++;
    this.#wake();
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<Live<T>> {
    return this.#find(kind, this.#call('get', kind, keyString(key))) as Live<T>;
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    this.#call('list', kind, options.namespace ?? '');
    const fits = matcher(kind, options);
    const all = [...(this.#objects.get(resourceOf(kind))?.values() ?? [])].filter(fits).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const [token = '', at = String(this.#revision)] = options.continue?.split('@') ?? [];
    const rest = token === '' ? all : all.filter((object) => keyOf(object) > token);
    const items = rest.slice(0, options.limit || rest.length);
    const last = items.at(-1);
    const next = last && items.length < rest.length ? { continue: `${keyOf(last)}@${at}` } : {};
    return { items: items as unknown as readonly Live<T>[], resourceVersion: at, ...next };
  }

  async create<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<Live<T>> {
    const name = object.metadata.name ?? this.#freeName(kind, object.metadata);
    const key = this.#call('create', kind, keyString({ namespace: object.metadata.namespace, name }), options.subresource);
    if (this.#objects.get(resourceOf(kind))?.has(key)) throw alreadyExists(kind, name);
    const metadata = {
      ...object.metadata,
      name,
      uid: crypto.randomUUID(),
      creationTimestamp: new Date(this.#now()).toISOString().replace('.000Z', 'Z'),
      ...(this.#definition(kind)?.hasGeneration ? { generation: 1 } : {}),
    };
    return this.#put(kind, 'ADDED', { ...object, metadata } as unknown as Stored) as Live<T>;
  }

  async update<T extends KubeObject>(kind: Kind<T>, object: T, { subresource }: WriteOptions = {}): Promise<Live<T>> {
    const key = this.#call('update', kind, keyOf(object), subresource);
    const current = this.#find(kind, key);
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) throw conflict(kind, current.metadata.name);
    return this.#replace(kind, current, object as unknown as Stored, subresource) as Live<T>;
  }

  async patch<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, patch: Patch, { subresource }: WriteOptions = {}): Promise<Live<T>> {
    const current = this.#find(kind, this.#call('patch', kind, keyString(key), subresource));
    const document = current as unknown as JsonObject;
    const change = patch.patch as JsonObject;
    const { uid } = (change.metadata ?? {}) as { uid?: string };
    if (uid !== undefined && uid !== current.metadata.uid)
      throw conflict(kind, key.name, `Precondition failed: UID in precondition: ${uid}`);
    const next =
      patch.type === 'strategic'
        ? applyStrategicMergePatch(this.#definition(kind)?.schema ?? kind.kind, document, change)
        : applyMergePatch(document, change);
    return this.#replace(kind, current, next as unknown as Stored, subresource) as Live<T>;
  }

  async delete<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const current = this.#find(kind, this.#call('delete', kind, keyString(key)));
    if (options.uid !== undefined && options.uid !== current.metadata.uid) throw conflict(kind, key.name);
    const policy = options.propagationPolicy;
    const added = policy === 'Foreground' ? ['foregroundDeletion'] : policy === 'Orphan' ? ['orphan'] : [];
    const finalizers = [...new Set([...(current.metadata.finalizers ?? []), ...added])];
    const { spec, status } = current as Stored & { spec?: { nodeName?: string; finalizers?: readonly string[] }; status?: object };
    const isGraceful = kind.kind === 'Pod' && spec?.nodeName !== undefined && options.gracePeriodSeconds !== 0;
    const mustWait = finalizers.length > 0 || (spec?.finalizers ?? []).length > 0;
    if (!isGraceful && !mustWait) {
      this.#remove(kind, current);
      return;
    }
    if (current.metadata.deletionTimestamp !== undefined && added.length === 0) return;
    const deletionTimestamp = new Date(this.#now()).toISOString().replace('.000Z', 'Z');
    const metadata = { ...current.metadata, deletionTimestamp, ...(finalizers.length > 0 ? { finalizers } : {}) };
    const leaving = kind.kind === 'Namespace' ? { status: { ...status, phase: 'Terminating' } } : {};
    this.#put(kind, 'MODIFIED', { ...current, ...leaving, metadata });
  }

  async *watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    this.#call('watch', kind, options.resourceVersion);
    const fits = matcher(kind, options);
    const generation = this.#generation;
    let reached = Number(options.resourceVersion);
    if (reached < this.#oldest) throw expired(`too old resource version: ${reached} (${this.#oldest})`);
    const onAbort = (): void => this.#wake();
    options.signal.addEventListener('abort', onAbort);
    try {
      while (!options.signal.aborted && generation === this.#generation) {
        for (const { revision, resource, type, object } of this.#log.slice(reached - this.#oldest)) {
          reached = revision;
          if (resource === resourceOf(kind) && fits(object)) yield { type, object: object as unknown as Live<T> };
        }
        if (reached < this.#oldest) throw expired(`too old resource version: ${reached} (${this.#oldest})`);
        if (reached < this.#revision) continue;
        if (options.signal.aborted || generation !== this.#generation) return;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  async request({ method, path, body }: { readonly method: string; readonly path: string; readonly body?: object }): Promise<unknown> {
    this.calls.push(`${method} ${path}`);
    this.fault(`${method} ${path}`);
    const finalize = /^\/api\/v1\/namespaces\/([^/]+)\/finalize$/.exec(path);
    const definition = definitions.get('/namespaces');
    if (method === 'PUT' && finalize?.[1] && definition)
      return this.#replace(definition, this.#find(definition, finalize[1]), body as Stored);
    throw notFound({ group: '', plural: 'requests' }, path);
  }

  #definition(kind: Kind): KindDefinition | undefined {
    return definitions.get(resourceOf(kind));
  }
  #call(verb: string, kind: Kind, key: string, subresource?: string): string {
    const call = `${verb} ${kind.plural}${subresource ? `/${subresource}` : ''} ${key}`;
    this.calls.push(call);
    this.fault(call);
    return key;
  }
  /** As the API server does: a generated name that is taken is tried anew. */
  #freeName(kind: Kind, { namespace, generateName = '' }: KubeObject['metadata']): string {
    const name = `${generateName}${this.#suffix()}`;
    return this.#objects.get(resourceOf(kind))?.has(keyString({ namespace, name }))
      ? this.#freeName(kind, { namespace, generateName })
      : name;
  }
  #suffix(): string {
    return Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
  }
  #find(kind: Kind, key: string): Stored {
    const found = this.#objects.get(resourceOf(kind))?.get(key);
    if (!found) throw notFound(kind, key.slice(key.indexOf('/') + 1));
    return found;
  }

  #replace(kind: Kind, current: Stored, wanted: Stored, subresource?: string): Stored {
    const next =
      subresource === 'status' ? { ...current, status: (wanted as { status?: unknown }).status } : this.#keepStatus(kind, current, wanted);
    const specOf = (object: Stored): string => JSON.stringify((object as { spec?: unknown }).spec);
    const isNewSpec = this.#definition(kind)?.hasGeneration && specOf(next) !== specOf(current);
    const metadata = { ...next.metadata, ...(isNewSpec ? { generation: (current.metadata.generation ?? 0) + 1 } : {}) };
    const changed = { ...next, metadata };
    const same = (object: Stored): string => JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: '' } });
    if (same(changed) === same(current)) return current;
    const { spec } = changed as { spec?: { nodeName?: string; finalizers?: readonly string[] } };
    const isFree = (metadata.finalizers ?? []).length + (spec?.finalizers ?? []).length === 0;
    if (metadata.deletionTimestamp !== undefined && isFree && !(kind.kind === 'Pod' && spec?.nodeName)) return this.#remove(kind, changed);
    return this.#put(kind, 'MODIFIED', changed);
  }
  #keepStatus(kind: Kind, current: Stored, wanted: Stored): Stored {
    if (!this.#definition(kind)?.hasStatus) return wanted;
    const { status } = current as { status?: unknown };
    return { ...wanted, ...(status === undefined ? {} : { status }) };
  }
  #put(kind: Kind, type: Logged['type'], object: Stored): Stored {
    const resource = resourceOf(kind);
    const revision = ++this.#revision;
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    const stored: Stored = JSON.parse(JSON.stringify({ ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata }));
    if (!this.#objects.has(resource)) this.#objects.set(resource, new Map());
    this.#objects.get(resource)?.set(keyOf(stored), stored);
    this.#log.push({ revision, resource, type, object: stored });
    this.#wake();
    return stored;
  }
  #remove(kind: Kind, object: Stored): Stored {
    const revision = ++this.#revision;
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#objects.get(resourceOf(kind))?.delete(keyOf(object));
    this.#log.push({ revision, resource: resourceOf(kind), type: 'DELETED', object: gone });
    this.#wake();
    return gone;
  }
  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function matcher<T extends KubeObject>(
  kind: Kind<T>,
  options: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>,
): (object: Stored) => boolean {
  const labels = parseSelector(options.labelSelector ?? '');
  const definition = definitions.get(`${kind.group}/${kind.plural}`);
  const fields = definition && options.fieldSelector ? fieldMatcher(definition, parseFieldSelector(options.fieldSelector)) : () => true;
  return (object) =>
    (!options.namespace || object.metadata.namespace === options.namespace) &&
    matchesLabels(labels, object.metadata.labels) &&
    fields(object);
}
