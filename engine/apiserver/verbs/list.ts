/** Lists objects, in pages when asked. Upstream: generic registry's Store.List over etcd3's GetList. */
import { setImmediate as immediate } from 'node:timers/promises';
import { badRequest, invalid } from '../../api/errors.ts';
import { type FieldError, forbiddenValue, notSupported, Path } from '../../api/field-error.ts';
import type { Revision, StoredEntry } from '../../store/store.ts';
import type { Context, Target } from '../context.ts';
import type { LiveObject, Resource } from '../resource.ts';
import { asRevisionError, decodeContinue, encodeContinue, inconsistent, parseResourceVersion, tooLarge } from '../resource-version.ts';
import { parseSelection, type Selection, type SelectorText } from '../selection.ts';

export interface ListOptions extends SelectorText {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}
export interface List {
  readonly items: readonly LiveObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  /** Only where there is a next page and nothing is selected. */
  readonly remaining?: number;
}

/** One object of a list: read when it is looked at. */
export interface Listed {
  readonly object: () => LiveObject;
  /** As an item of a list: without what the list says. JSON in UTF-8, in parts. */
  readonly itemJson: () => readonly Uint8Array[];
}
/** A list that is read at the pace of whoever takes it. Until it is disposed of, its revision is kept. */
export interface Listing extends Omit<List, 'items'>, Disposable {
  /** Once. */
  pages(): AsyncIterable<readonly Listed[]>;
}

export async function list(context: Context, target: Target, options: ListOptions): Promise<List> {
  return collect(await openList(context, target, options));
}

/** Reads all of it, and disposes of it. */
export async function collect(open: Listing): Promise<List> {
  using listing = open;
  const items: LiveObject[] = [];
  for await (const page of listing.pages()) {
    // A long list holds up nobody.
    if (items.length > 0) await immediate();
    for (const item of page) items.push(item.object());
  }
  const { resourceVersion, continue: token, remaining } = listing;
  return { items, resourceVersion, ...(token ? { continue: token } : {}), ...(remaining ? { remaining } : {}) };
}

export async function openList(context: Context, target: Target, options: ListOptions): Promise<Listing> {
  const selection = parseSelection(target.resource, options);
  const start = startOf(context, options);
  try {
    if (selection.name !== undefined && start.after === undefined && start.at === undefined) {
      const one = await listOne(context, target, { name: selection.name, selection });
      if (one) return asListing(one);
    }
    return await listRange(context, target, { ...start, selection, limit: options.limit || undefined });
  } catch (error) {
    throw asRevisionError(error, start.after);
  }
}

/** A list that is at hand. */
export function asListing({ items, ...rest }: List): Listing {
  async function* pages(): AsyncGenerator<readonly Listed[]> {
    if (items.length > 0) yield items.map((object) => ({ object: () => object, itemJson: () => encodeItem(object) }));
  }
  return { ...rest, pages, [Symbol.dispose]: () => {} };
}

interface Start {
  readonly at: Revision | undefined;
  readonly after: string | undefined;
}

/** Which revision is shown, and behind which key. Upstream: ValidateListOptions and getList's table of cases. */
function startOf({ store }: Context, options: ListOptions): Start {
  const { limit, continue: token, resourceVersion, resourceVersionMatch: match } = options;
  const asked = parseResourceVersion(resourceVersion);
  if (match) checkMatch(options, match);
  if (token) {
    if (asked !== undefined && asked !== 0) throw badRequest('specifying resource version is not allowed when using continue');
    const { revision, after } = decodeContinue(token);
    if (revision === inconsistent) return { at: undefined, after };
    if (revision > store.revision) throw tooLarge({ asked: revision, newest: store.revision });
    return { at: revision, after };
  }
  if (!asked) return { at: undefined, after: undefined };
  if (asked > store.revision) throw tooLarge({ asked, newest: store.revision });
  const isExact = match === 'Exact' || (!match && limit);
  return { at: isExact ? asked : undefined, after: undefined };
}

function checkMatch({ resourceVersion, continue: token }: ListOptions, match: string): void {
  const path = new Path('resourceVersionMatch');
  const refuse = (error: FieldError) => invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error]);
  if (!resourceVersion) throw refuse(forbiddenValue(path, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (token) throw refuse(forbiddenValue(path, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan') throw refuse(notSupported(path, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && resourceVersion === '0')
    throw refuse(forbiddenValue(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
}

/** A name is asked for: no need to walk the range. Undefined where the key is not known from that. */
async function listOne(
  { store }: Context,
  { resource, namespace }: Target,
  { name, selection }: { readonly name: string; readonly selection: Selection },
): Promise<List | undefined> {
  const home = namespace ?? selection.namespace;
  if ((resource.kind.namespaced && !home) || name === '') return undefined;
  const { revision } = store;
  const entry = await store.get(resource.key(home, name));
  const items = entry ? [resource.live(entry)].filter(selection.matches) : [];
  return { items, resourceVersion: String(Math.max(revision, entry?.revision ?? 0)) };
}

interface RangeOptions extends Start {
  readonly selection: Selection;
  readonly limit: number | undefined;
}

async function listRange({ store }: Context, { resource, namespace }: Target, options: RangeOptions): Promise<Listing> {
  const { selection, limit } = options;
  const prefix = resource.prefixOf(namespace);
  const after = prefix + (options.after ?? '');
  const range = { ...(options.at === undefined ? {} : { at: options.at }), after, ...whereOf(resource, selection) };
  const scan = await store.scan(prefix, selection.isEverything && limit ? { ...range, limit } : range);
  const { revision, remaining, lastKey } = scan;
  const release = { [Symbol.dispose]: () => scan[Symbol.dispose]() };
  const resourceVersion = String(revision);
  const listedOf = (stored: StoredEntry): Listed => ({
    object: () => resource.live(stored.entry()),
    itemJson: () => resource.itemJson(stored) ?? encodeItem(resource.live(stored.entry())),
  });
  if (selection.isEverything) {
    const token = remaining > 0 && { continue: encodeContinue({ revision, after: (lastKey ?? '').slice(prefix.length) }), remaining };
    return { resourceVersion, ...token, ...release, pages: () => mapPages(scan.pages(), (page) => page.map(listedOf)) };
  }
  const matching = mapPages(scan.pages(), (page) => page.filter((stored) => selection.matches(resource.live(stored.entry()))));
  if (!limit) return { resourceVersion, ...release, pages: () => mapPages(matching, (page) => page.map(listedOf)) };
  try {
    const { found, isCut } = await firstOf(matching, limit, lastKey);
    const token = isCut && { continue: encodeContinue({ revision, after: (found.at(-1)?.key ?? '').slice(prefix.length) }) };
    return { resourceVersion, ...token, ...release, pages: () => chunked(found.map(listedOf)) };
  } catch (error) {
    scan[Symbol.dispose]();
    throw error;
  }
}

/** The first `limit` entries; cut where something of the range, matching or not, lies behind them. */
async function firstOf(
  pages: AsyncIterable<readonly StoredEntry[]>,
  limit: number,
  lastKey: string | undefined,
): Promise<{ readonly found: readonly StoredEntry[]; readonly isCut: boolean }> {
  const found: StoredEntry[] = [];
  for await (const page of pages) {
    await immediate();
    found.push(...page.slice(0, limit - found.length));
    if (found.length >= limit) break;
  }
  return { found, isCut: found.length >= limit && found.at(-1)?.key !== lastKey };
}

/** The first field for which the kind keeps an index. */
function whereOf(resource: Resource, { fields }: Selection): { readonly where?: { readonly index: string; readonly value: string } } {
  for (const { name, field } of resource.indexes) {
    const value = fields.get(field);
    if (value !== undefined) return { where: { index: name, value } };
  }
  return {};
}

async function* mapPages<A, B>(
  pages: AsyncIterable<readonly A[]>,
  change: (page: readonly A[]) => readonly B[],
): AsyncGenerator<readonly B[]> {
  for await (const page of pages) yield change(page);
}

const chunkItems = 64;
async function* chunked<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < items.length; at += chunkItems) yield items.slice(at, at + chunkItems);
}

/** Items of a list do not say again what the list says. */
function encodeItem(object: LiveObject): readonly Uint8Array[] {
  const { apiVersion: _, kind: _1, ...rest } = object;
  return [Buffer.from(JSON.stringify(rest))];
}
