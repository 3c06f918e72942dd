/** One HTTP request as a probe: 200 to 399 is health. Messages as Go words them. Upstream: pkg/probe/http. */
import type { RequestOptions } from 'node:http';
import type { HTTPGetAction } from '../../api/types.gen.ts';

export type ProbeOutcome = { readonly ok: boolean; readonly message: string };
export interface HttpProbe {
  readonly host: string;
  readonly port: number;
  readonly action: HTTPGetAction;
  readonly timeoutMs: number;
}

export async function httpProbe({ host, port, action, timeoutMs }: HttpProbe): Promise<ProbeOutcome> {
  const isTls = action.scheme === 'HTTPS';
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
  const url = `${isTls ? 'https' : 'http'}://${host}:${port}${path}`;
  const { request } = await (isTls ? import('node:https') : import('node:http'));
  const headers: Record<string, string> = { 'User-Agent': 'kube-probe/1.33', Accept: '*/*', Connection: 'close' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  // The probe asks whether it answers, not who it is: certificates are not checked, as upstream.
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    host,
    port,
    path,
    headers,
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve) => {
    const outgoing = request(options, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      const isHealthy = status >= 200 && status < 400;
      resolve({ ok: isHealthy, message: isHealthy ? '' : `HTTP probe failed with statuscode: ${status}` });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve({ ok: false, message: `Get "${url}": ${goReason(error, host, port)}` }));
    outgoing.end();
  });
}

function goReason(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError' || error.code === 'ABORT_ERR') {
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  }
  return dialReason(error, host, port);
}

/** Why a connection failed, in Go's words. */
export function dialReason(error: NodeJS.ErrnoException, host: string, port: number): string {
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connect: connection refused',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ETIMEDOUT: 'i/o timeout',
  };
  const reason = reasons[error.code ?? ''];
  if (reason) return `dial tcp ${host}:${port}: ${reason}`;
  if (error.code === 'ECONNRESET') return 'EOF';
  return error.message;
}
