/** Two servers' answers to one request, compared after what must differ is taken out. Pure. */
import type { ApiAnswer } from './endpoint.ts';

export interface Difference {
  /** `body.spec.ports[].nodePort`, `status`, `header warning` */
  readonly where: string;
  readonly upstream: unknown;
  readonly ours: unknown;
}

/** Values that each server chooses by itself: they are compared by whether they are there. */
const chosen = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'lastTransitionTime',
  'lastUpdateTime',
  'startTime',
]);
/** Headers that a client acts on. */
export const comparedHeaders: readonly string[] = ['content-type', 'warning', 'retry-after', 'cache-control', 'allow'];
export function compare(upstream: ApiAnswer, ours: ApiAnswer): readonly Difference[] {
  const found: Difference[] = [];
  if (upstream.status !== ours.status) found.push({ where: 'status', upstream: upstream.status, ours: ours.status });
  for (const name of comparedHeaders) {
    const [theirs, own] = [text(upstream.headers[name]), text(ours.headers[name])];
    if (theirs !== own) found.push({ where: `header ${name}`, upstream: theirs, ours: own });
  }
  walk(parse(upstream.body), parse(ours.body), 'body', found);
  return found;
}

function walk(upstream: unknown, ours: unknown, where: string, found: Difference[]): void {
  if (Array.isArray(upstream) && Array.isArray(ours)) {
    if (upstream.length !== ours.length) found.push({ where: `${where} (length)`, upstream, ours });
    else for (const [index, item] of upstream.entries()) walk(item, ours[index], `${where}[]`, found);
    return;
  }
  if (isObject(upstream) && isObject(ours)) walkFields(upstream, ours, where, found);
  else if (upstream !== ours && steady(upstream) !== steady(ours)) found.push({ where, upstream, ours });
}

type Fields = Readonly<Record<string, unknown>>;

function walkFields(upstream: Fields, ours: Fields, where: string, found: Difference[]): void {
  const isChosen = (value: unknown): boolean => value !== undefined && value !== 'None';
  for (const key of new Set([...Object.keys(upstream), ...Object.keys(ours)])) {
    if (chosen.has(key) && isChosen(upstream[key]) && isChosen(ours[key])) continue;
    walk(upstream[key], ours[key], `${where}.${key}`, found);
  }
}

/** A text without the parts that each server chooses: UIDs, times, generated names, revisions. */
function steady(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return (
    value
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>')
      // An age in a table: a slow machine is a second later.
      .replace(/^\d+s$/, '<age>')
      // A name that upstream's scheme gets from where it was built.
      .replace(/in scheme "[^"]*"/g, 'in scheme <name>')
      .replace(/\b10\.96\.\d+\.\d+\b/g, '<cluster IP>')
  );
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: ApiAnswer['headers'][string]): string | undefined =>
  Array.isArray(value) ? value.join(' | ') : (value as string | undefined);

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
