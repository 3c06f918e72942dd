/** Moving bytes between a session and what serves it, at the pace of the slower side. */

import { once } from 'node:events';
import { finished, type Readable, type Writable } from 'node:stream';

/** Resolves when the stream has taken it and can take more. False when it is closed: nobody will read any more. */
export async function write(stream: Writable, bytes: Uint8Array): Promise<boolean> {
  if (stream.destroyed || stream.writableEnded) return false;
  if (stream.write(bytes)) return true;
  const over = new AbortController();
  const stop = finished(stream, { readable: false }, () => over.abort());
  try {
    await once(stream, 'drain', { signal: over.signal });
    return true;
  } catch {
    return false;
  } finally {
    stop();
  }
}

/** Ends `to` when `from` has ended; a side that breaks only stops the copying, for the session's own end says why. */
export function feed(from: Readable, to: Writable): void {
  from.pipe(to);
  // A program that does not want its input any more must not stop the client's sending.
  to.once('close', () => from.resume());
}

/** Resolves when it is aborted. */
export function aborted(signal: AbortSignal): Promise<'gone'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('gone');
    else signal.addEventListener('abort', () => resolve('gone'), { once: true });
  });
}
