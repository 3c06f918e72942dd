/** GET /containerLogs/{namespace}/{pod}/{container}: the output of a container as it was written. Upstream: getContainerLogs in pkg/kubelet/server. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import { type Runtime, RuntimeError } from '../runtime/runtime.ts';
import { type LogOptions, parseLogOptions } from './log-options.ts';
import { logSource } from './log-source.ts';
import { answerText } from './plain-answer.ts';

export interface LogServerParts {
  readonly kubelet: Kubelet;
  readonly runtime: Runtime;
  readonly clock: Clock;
}
export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export async function containerLogs(parts: LogServerParts, target: LogTarget, query: URLSearchParams, response: ServerResponse) {
  const parsed = parseLogOptions(query, parts.clock.now());
  if (!parsed.ok) return answerText(response, parsed.problem.status, parsed.problem.message);
  const pod = parts.kubelet.find(target.namespace, target.pod);
  const source = logSource(pod, target.pod, target.container, parsed.options.previous);
  if (!source.ok) return answerText(response, source.status, source.message);
  await send(parts.runtime, source.id, parsed.options, response);
}

async function send(runtime: Runtime, id: string, options: LogOptions, response: ServerResponse): Promise<void> {
  const { follow, timestamps, tailLines, sinceMs, limitBytes } = options;
  const ending = new AbortController();
  response.once('close', () => ending.abort());
  const query = { follow, timestamps, stdout: true, stderr: true };
  const range = { ...(tailLines === undefined ? {} : { tailLines }), ...(sinceMs === undefined ? {} : { sinceMs }) };
  try {
    const output = await runtime.logs(id, { ...query, ...range }, ending.signal);
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    // A container that is silent has answered all the same.
    response.flushHeaders();
    await pipeline(limitBytes === undefined ? output : Readable.from(firstBytes(output, limitBytes)), response);
  } catch (error) {
    // The client has gone, or has had as much as it asked for: an answer on its way can only be cut.
    if (response.headersSent) response.destroy();
    else answerText(response, error instanceof RuntimeError && error.kind === 'unavailable' ? 500 : 400, messageOf(error));
  } finally {
    ending.abort();
  }
}

/** Ends after as many bytes; the source is let go. */
async function* firstBytes(output: Readable, limit: number): AsyncGenerator<Buffer> {
  let left = limit;
  for await (const chunk of output) {
    const bytes = (chunk as Buffer).subarray(0, left);
    yield bytes;
    left -= bytes.length;
    if (left === 0) return;
  }
}
