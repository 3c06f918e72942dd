/** A watch as a stream of lines. Upstream: apiserver's endpoints/handlers/watch.go. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { internalError, isApiError } from '../../api/errors.ts';
import { apiVersionOf } from '../../api/kind.ts';
import { tableOf } from '../../api/table.ts';
import type { LiveObject, Resource } from '../resource.ts';
import type { WatchEvent } from '../verbs/watch.ts';
import { type Encoding, includeObject, metadataOf, textOf } from './encode.ts';

export interface WatchStream {
  readonly resource: Resource;
  readonly events: AsyncIterable<readonly WatchEvent[]>;
  readonly encoding: Encoding;
  readonly allowBookmarks: boolean;
  /** Now, for the ages in tables. */
  readonly now: () => number;
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/** Ends the response when the watch ends; an error of the watch is its last line. */
export async function streamWatch(response: ServerResponse, stream: WatchStream): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  const line = lineWriter(stream);
  try {
    for await (const events of stream.events) {
      const told = stream.allowBookmarks ? events : events.filter(({ type }) => type !== 'BOOKMARK');
      if (told.length === 0) continue;
      // A client that reads slowly holds up only itself: the store keeps its place.
      if (!response.write(told.map(line).join(''))) await drained(response);
      if (response.destroyed) return;
    }
  } catch (error) {
    const status = (isApiError(error) ? error : internalError(error)).toStatus();
    response.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  } finally {
    response.end();
  }
}

async function drained(response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  try {
    await Promise.race([once(response, 'drain', { signal: gone.signal }), once(response, 'close', { signal: gone.signal })]);
  } finally {
    gone.abort();
  }
}

function lineWriter({ resource, encoding, now }: WatchStream): (event: WatchEvent) => string {
  const { shape } = encoding.form;
  if (shape === 'object')
    return (event) => `{"type":"${event.type}","object":${event.type === 'BOOKMARK' ? bookmark(resource, event) : textOf(event.object)}}\n`;
  let isFirst = true;
  const shown = (object: LiveObject): object => {
    if (shape === 'metadata') return metadataOf(object);
    const { resourceVersion } = object.metadata;
    const table = tableOf(resource.kind, [object], {
      nowMs: now(),
      includeObject: includeObject(encoding.query),
      metadata: { resourceVersion },
      hasHeaders: isFirst,
    });
    isFirst = false;
    return table;
  };
  return (event) => {
    const object = event.type === 'BOOKMARK' ? (JSON.parse(bookmark(resource, event)) as object) : shown(event.object);
    return `${JSON.stringify({ type: event.type, object })}\n`;
  };
}

function bookmark({ kind }: Resource, { resourceVersion, endsInitial }: WatchEvent & { readonly type: 'BOOKMARK' }): string {
  const annotations = endsInitial ? { annotations: { [initialEventsEnd]: 'true' } } : {};
  return JSON.stringify({
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion, creationTimestamp: null, ...annotations },
  });
}
