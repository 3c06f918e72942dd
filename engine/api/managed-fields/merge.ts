/**
 * The live object with an applied configuration laid over it: what the configuration does not name stays. Both were checked against the type.
 * Upstream: structured-merge-diff's typed/merge.go.
 */
import type { Json, JsonObject } from '../object.ts';
import { elementOf } from './list-item.ts';
import type { PathElement } from './path-element.ts';
import {
  asList,
  asObject,
  type FieldType,
  formOf,
  isNothingIn,
  type ListType,
  type MapType,
  memberType,
  ownMember,
} from './typed-schema.ts';

export function mergeObjects(live: JsonObject, config: JsonObject, type: FieldType): JsonObject {
  return asObject(merge(live, config, type)) ?? {};
}

function merge(live: Json | undefined, config: Json | undefined, type: FieldType): Json | undefined {
  if (live === undefined || config === undefined) return live === undefined ? config : live;
  const form = formOf(type, config);
  if (form === 'map' && type.map && !type.map.isAtomic) {
    const [left, right] = [asObject(live), asObject(config)];
    return isNothingIn(left) && isNothingIn(right) ? config : mergeMaps(left, right, type.map);
  }
  if (form === 'list' && type.list && !type.list.isAtomic) {
    const [left, right] = [asList(live) ?? [], asList(config) ?? []];
    return left.length + right.length === 0 ? config : mergeLists(left, right, type.list);
  }
  return config;
}

function mergeMaps(live: JsonObject | undefined, config: JsonObject | undefined, type: MapType): Json | undefined {
  const merged: [string, Json][] = [];
  const names = new Set([...Object.keys(live ?? {}), ...Object.keys(config ?? {})]);
  for (const name of names) {
    const [left, right] = [ownMember(live, name), ownMember(config, name)];
    const member = memberType(type, name);
    const value = member ? merge(left, right, member) : left;
    if (value !== undefined) merged.push([name, value]);
  }
  return merged.length > 0 ? Object.fromEntries(merged) : undefined;
}

interface Side {
  readonly elements: readonly PathElement[];
  readonly values: ReadonlyMap<PathElement, Json | undefined>;
}
/** An item that is there more than once is merged with nothing. */
function sideOf(list: readonly Json[], type: ListType): Side {
  const elements: PathElement[] = [];
  const values = new Map<PathElement, Json | undefined>();
  for (const item of list) {
    const element = elementOf(type, item) ?? '';
    elements.push(element);
    values.set(element, values.has(element) ? undefined : item);
  }
  return { elements, values };
}

interface Cursor {
  /** The next item of each list. */
  readonly mine: PathElement | undefined;
  readonly theirs: PathElement | undefined;
  /** The next item that both have, in the order of the configuration. */
  readonly shared: PathElement | undefined;
}
/** `both`: take the configured item, and go on in both lists. `skip`: the live item comes, or came, with the configuration. */
function nextStep({ mine, theirs, shared }: Cursor, right: Side, done: ReadonlySet<PathElement>): 'both' | 'skip' | 'live' | 'config' {
  if (mine === undefined) return 'config';
  if (mine === theirs) return 'both';
  if (!right.values.has(mine)) return 'live';
  if (theirs === undefined || (shared !== undefined && shared !== mine)) return 'skip';
  return done.has(mine) ? 'both' : 'config';
}

/** In the order of the configuration where that says one, what only the live list has between its neighbours. */
function mergeLists(live: readonly Json[], config: readonly Json[], type: ListType): Json | undefined {
  const [left, right] = [sideOf(live, type), sideOf(config, type)];
  const shared = right.elements.filter((element) => left.values.has(element));
  const merged: (Json | undefined)[] = [];
  const done = new Set<PathElement>();
  let [at, next, wanted] = [0, 0, 0];
  while (at < live.length || next < config.length) {
    const cursor = { mine: left.elements[at], theirs: right.elements[next], shared: shared[wanted] };
    const step = nextStep(cursor, right, done);
    if (step === 'live') merged.push(live[at]);
    if (step !== 'config') at++;
    if (step === 'live' || step === 'skip') continue;
    const element = cursor.theirs ?? '';
    done.add(element);
    merged.push(merge(left.values.get(element), right.values.get(element), type.items));
    next++;
    if (cursor.mine === element || cursor.shared === element) wanted++;
  }
  const items = merged.filter((item) => item !== undefined);
  return items.length > 0 ? items : undefined;
}
