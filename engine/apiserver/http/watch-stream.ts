/** A watch as a stream of lines. Upstream: apiserver's endpoints/handlers/watch.go. */

import type { ServerResponse } from 'node:http';
import { internalError, isApiError } from '../../api/errors.ts';
import { apiVersionOf } from '../../api/kind.ts';
import { tableOf } from '../../api/table.ts';
import type { LiveObject, Resource } from '../resource.ts';
import type { WatchEvent } from '../verbs/watch.ts';
import { type Encoding, includeObject, metadataOf, whole } from './encode.ts';
import { type PacedWriter, pieceBytes } from './paced-writer.ts';
import type { Turns } from './turns.ts';

export interface WatchStream {
  readonly resource: Resource;
  readonly events: AsyncIterable<readonly WatchEvent[]>;
  readonly encoding: Encoding;
  readonly allowBookmarks: boolean;
  /** Now, for the ages in tables. */
  readonly now: () => number;
  readonly writer: PacedWriter;
  readonly turns: Turns;
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
      // A client that reads slowly holds up only itself: the store keeps its place, as long as it can.
      if (
        !(await writeLines(
          told.map((event) => () => line(event)),
          stream,
        ))
      )
        return;
    }
  } catch (error) {
    const status = (isApiError(error) ? error : internalError(error)).toStatus();
    response.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  } finally {
    response.end();
  }
}

/** In pieces; false when the client is gone. */
async function writeLines(lines: readonly (() => readonly Buffer[])[], { writer, turns }: WatchStream): Promise<boolean> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for (const [index, line] of lines.entries()) {
    for (const part of line()) {
      parts.push(part);
      bytes += part.length;
    }
    if (bytes < pieceBytes && index < lines.length - 1) continue;
    if (!(await writer.writeAll(parts))) return false;
    parts = [];
    bytes = 0;
    if (index < lines.length - 1) await turns.next();
  }
  return true;
}

const lineEnd = Buffer.from('}\n');

function lineWriter({ resource, encoding, now }: WatchStream): (event: WatchEvent) => readonly Buffer[] {
  const { form, texts, query } = encoding;
  const { shape } = form;
  let isFirst = true;
  const row = (object: LiveObject): Buffer => {
    const { resourceVersion } = object.metadata;
    const options = { nowMs: now(), includeObject: includeObject(query), metadata: { resourceVersion }, hasHeaders: isFirst };
    isFirst = false;
    // Not shared: it says the age.
    return Buffer.from(JSON.stringify(tableOf(resource.kind, [object], options)));
  };
  const shown = (object: LiveObject): Buffer =>
    shape === 'table' ? row(object) : texts.of(object, shape, shape === 'metadata' ? metadataOf : whole);
  return (event) => {
    const object = event.type === 'BOOKMARK' ? Buffer.from(bookmark(resource, event)) : shown(event.object);
    return [Buffer.from(`{"type":"${event.type}","object":`), object, lineEnd];
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
