/** Lists objects, in pages when asked. Upstream: generic registry's Store.List over etcd3's GetList. */
import { badRequest, invalid } from '../../api/errors.ts';
import { type FieldError, forbiddenValue, notSupported, Path } from '../../api/field-error.ts';
import type { Revision } from '../../store/store.ts';
import type { Context, Target } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { asRevisionError, decodeContinue, encodeContinue, parseResourceVersion, tooLarge } from '../resource-version.ts';
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

export async function list(context: Context, target: Target, options: ListOptions): Promise<List> {
  const selection = parseSelection(target.resource, options);
  const start = startOf(context, options);
  try {
    if (selection.name !== undefined && start.after === undefined && start.at === undefined) {
      const one = await listOne(context, target, { name: selection.name, selection });
      if (one) return one;
    }
    return await listRange(context, target, { ...start, selection, limit: options.limit || undefined });
  } catch (error) {
    throw asRevisionError(error, start.after !== undefined);
  }
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

/** Reads on until `limit` objects were found that match; one more tells whether there is a next page. */
async function listRange({ store }: Context, { resource, namespace }: Target, options: RangeOptions): Promise<List> {
  const { selection, limit } = options;
  const prefix = resource.prefixOf(namespace);
  const items: LiveObject[] = [];
  let at = options.at ?? store.revision;
  let after = prefix + (options.after ?? '');
  while (true) {
    const page = await store.list(prefix, { at, after, limit: limit ?? Number.POSITIVE_INFINITY });
    at = page.revision;
    const resourceVersion = String(page.revision);
    for (const [index, entry] of page.entries.entries()) {
      const object = resource.live(entry);
      if (selection.matches(object)) items.push(object);
      const remaining = page.remaining + page.entries.length - index - 1;
      if (!limit || items.length < limit || remaining === 0) continue;
      const token = encodeContinue({ revision: at, after: entry.key.slice(prefix.length) });
      return { items, resourceVersion, continue: token, ...(selection.isEverything ? { remaining } : {}) };
    }
    if (page.remaining === 0) return { items, resourceVersion };
    after = page.entries.at(-1)?.key ?? after;
  }
}
