/** Upstream's answers to a part of the requests, kept so that they can be replayed where there is no Go. */
import { fileURLToPath } from 'node:url';
import { comparedHeaders } from './compare.ts';
import type { ApiAnswer, ApiRequest } from './endpoint.ts';

export interface Recorded {
  /** What it protects: `ConfigMap: create without a name`. */
  readonly title: string;
  readonly request: ApiRequest;
  readonly answer: ApiAnswer;
}

export const recordedFile = fileURLToPath(new URL('recorded.json', import.meta.url));
/** Kinds of different ways: plain, graceful, with a controller and a scale, with allocations, of the cluster. */
const kinds = new Set(['ConfigMap', 'Pod', 'Deployment', 'Service', 'ClusterRole']);

/** The general requests, and those of a few kinds but for the many ways in which one field can be wrong. */
export function isRecorded(title: string): boolean {
  const [kind = '', rest] = title.split(': ');
  return rest === undefined || (kinds.has(kind) && !/with [a-zA-Z]+\.[a-zA-Z]+ /.test(rest));
}

/** Without the headers that nobody compares. */
export function kept({ status, headers, body }: ApiAnswer): ApiAnswer {
  return { status, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => comparedHeaders.includes(name))), body };
}
