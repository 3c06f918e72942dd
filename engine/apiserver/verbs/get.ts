/** Reads one object. Upstream: generic registry's Store.Get. */
import { notFound } from '../../api/errors.ts';
import type { Entry } from '../../store/store.ts';
import type { Context, NamedTarget } from '../context.ts';
import type { LiveObject } from '../resource.ts';

/** Throws NotFound. */
export async function get(context: Context, target: NamedTarget): Promise<LiveObject> {
  return target.resource.live(await getEntry(context, target));
}

export async function getEntry({ store }: Context, { resource, namespace, name }: NamedTarget): Promise<Entry> {
  const entry = await store.get(resource.key(namespace, name));
  if (!entry) throw notFound(resource.kind, name);
  return entry;
}
