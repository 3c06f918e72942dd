/** Asks a port of this computer once whether anybody answers behind it. An HTTP answer of any status is an answer, and so are bytes that are not HTTP. */
import { request } from 'node:http';

const answerWithinMs = 3000;

export type PortAnswer =
  | {
      readonly ok: true;
      readonly elapsedMs: number /** Absent when it answered, but not in HTTP. */;
      readonly httpStatus?: number | undefined;
    }
  | { readonly ok: false; readonly elapsedMs: number; readonly reason: 'refused' | 'reset' | 'timeout'; readonly message: string };

/** Never rejects. */
export function probePort(port: number): Promise<PortAnswer> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  return new Promise((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port,
      method: 'GET',
      path: '/',
      timeout: answerWithinMs,
      agent: false,
      headers: { 'User-Agent': 'minato-probe' },
    });
    call.on('response', (response) => {
      response.destroy();
      resolve({ ok: true, elapsedMs: elapsed(), httpStatus: response.statusCode });
    });
    call.on('timeout', () => {
      resolve({ ok: false, elapsedMs: elapsed(), reason: 'timeout', message: `nothing came back within ${answerWithinMs} ms` });
      call.destroy();
    });
    call.on('error', (error: NodeJS.ErrnoException) => resolve(failure(error, elapsed())));
    call.end();
  });
}

function failure(error: NodeJS.ErrnoException, elapsedMs: number): PortAnswer {
  // The parser's own codes: something did answer, but it does not speak HTTP (redis, mysql).
  if (error.code?.startsWith('HPE_')) return { ok: true, elapsedMs };
  // It heard the request and hung up in good order, as postgres does. Where nobody listens the connection is reset, and then the system's call is named.
  if (error.code === 'ECONNRESET' && error.syscall === undefined) return { ok: true, elapsedMs };
  return { ok: false, elapsedMs, reason: error.code === 'ECONNREFUSED' ? 'refused' : 'reset', message: error.message };
}
