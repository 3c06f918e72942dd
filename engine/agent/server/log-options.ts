/** What is asked for in the query of `/containerLogs`. Pure. Upstream: PodLogOptions and its validation in pkg/apis/core/validation. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly limitBytes?: number;
}
/** The status and the text a kubelet answers with when the query is wrong. */
export interface QueryProblem {
  readonly status: 400 | 422;
  readonly message: string;
}
const undecodable: QueryProblem = { status: 400, message: '{"message": "Unable to decode query."}' };
const invalid: QueryProblem = { status: 422, message: '{"message": "Invalid request."}' };

export type ParsedOptions = { readonly ok: true; readonly options: LogOptions } | { readonly ok: false; readonly problem: QueryProblem };

export function parseLogOptions(query: URLSearchParams, now: number): ParsedOptions {
  const numbers = ['tailLines', 'sinceSeconds', 'limitBytes'].map((name) => integer(query.get(name)));
  const sinceTime = query.get('sinceTime') || undefined;
  if (numbers.some(Number.isNaN) || (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime)))) return refuse(undecodable);
  const [tailLines, sinceSeconds, limitBytes] = numbers;
  const isWrong = (tailLines ?? 0) < 0 || (limitBytes ?? 1) < 1 || (sinceSeconds ?? 1) < 1;
  if (isWrong || (sinceSeconds !== undefined && sinceTime !== undefined)) return refuse(invalid);
  const sinceMs = sinceSeconds === undefined ? sinceTime && Date.parse(sinceTime) : now - sinceSeconds * 1000;
  return {
    ok: true,
    options: {
      follow: flag(query.get('follow')),
      previous: flag(query.get('previous')),
      timestamps: flag(query.get('timestamps')),
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(typeof sinceMs === 'number' ? { sinceMs } : {}),
      ...(limitBytes === undefined ? {} : { limitBytes }),
    },
  };
}

function refuse(problem: QueryProblem): ParsedOptions {
  return { ok: false, problem };
}
/** NaN when it is no whole number. */
function integer(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}
/** As the API's query decoder reads booleans: everything but these is true. */
function flag(text: string | null): boolean {
  return text !== null && !['', '0', 'false', 'False', 'f', 'F', 'FALSE'].includes(text);
}
