/** Where the API serves objects: `/api/v1/namespaces/default/pods/nginx/status`. */
import type { Kind } from '../api/kind.ts';
import type { ListOptions, WatchOptions, WriteOptions } from './client.ts';

export interface PathParts {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: WriteOptions['subresource'];
}

export function resourcePath(kind: Kind, { namespace, name, subresource }: PathParts): string {
  const group = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = kind.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${group}${scope}/${kind.plural}${object}${subresource === undefined ? '' : `/${subresource}`}`;
}

export function listQuery({ labelSelector, fieldSelector, limit, continue: token, resourceVersion }: ListOptions): string {
  return query({ labelSelector, fieldSelector, limit, continue: token, resourceVersion });
}
export function watchQuery({ labelSelector, fieldSelector, resourceVersion }: WatchOptions): string {
  return query({ watch: 'true', allowWatchBookmarks: 'true', labelSelector, fieldSelector, resourceVersion });
}
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(values).flatMap(([key, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}
