/** What a URL asks for, before anyone looks whether it exists: authorization works on this. Upstream: apiserver's endpoints/request/requestinfo.go. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface RequestInfo {
  /** The method in lower case where the path is no resource. */
  readonly verb: string;
  readonly path: string;
  /** Undefined where the path is none of `/api/v1/…` and `/apis/<group>/<version>/…`. */
  readonly resource?: ResourceInfo;
}
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  /** With what follows it: `proxy/index.html` is subresource `proxy`. */
  readonly subresource?: string;
  /** Of lists, watches and deletecollections, as it came: authorization may depend on it. */
  readonly fieldSelector?: string;
}

const verbs: Readonly<Record<string, Verb>> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const selecting: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection']);
/** Parts of a Namespace, not things in it. */
const namespaceParts = new Set(['status', 'finalize']);

/** `path` is percent-encoded and has no query. Throws a URIError where the encoding is broken. */
export function parseRequest(method: string, path: string, query: URLSearchParams): RequestInfo {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent);
  const resource = resourceOf(segments);
  if (!resource) return { verb: method.toLowerCase(), path };
  const verb = verbOf(verbs[method] ?? method.toLowerCase(), resource, query);
  const fieldSelector = selecting.has(verb) ? query.get('fieldSelector') : null;
  return { verb, path, resource: fieldSelector ? { ...resource, fieldSelector } : resource };
}

function verbOf(verb: string, { name, subresource }: ResourceInfo, query: URLSearchParams): string {
  const watches = query.get('watch');
  const isWatch = watches !== null && watches !== 'false' && watches !== '0';
  if (verb === 'get' && !subresource && isWatch) return 'watch';
  if (name !== undefined) return verb;
  return verb === 'get' ? 'list' : verb === 'delete' ? 'deletecollection' : verb;
}

function resourceOf([root, ...rest]: readonly string[]): ResourceInfo | undefined {
  if (root === 'api') {
    const [version, ...parts] = rest;
    return version === undefined ? undefined : located({ group: '', version }, parts);
  }
  const [group, version, ...parts] = rest;
  return root !== 'apis' || group === undefined || version === undefined ? undefined : located({ group, version }, parts);
}

function located(api: { readonly group: string; readonly version: string }, parts: readonly string[]): ResourceInfo | undefined {
  const [first, second, third, ...more] = parts;
  if (first === undefined) return undefined;
  if (first !== 'namespaces') return named(api, first, [second, third, ...more]);
  if (second === undefined) return { ...api, plural: first };
  if (third === undefined || namespaceParts.has(third))
    return { ...api, plural: first, namespace: second, name: second, ...(third ? { subresource: third } : {}) };
  return { ...named(api, third, more), namespace: second };
}

function named(
  api: { readonly group: string; readonly version: string },
  plural: string,
  [name, subresource]: readonly (string | undefined)[],
): ResourceInfo {
  return { ...api, plural, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) };
}
