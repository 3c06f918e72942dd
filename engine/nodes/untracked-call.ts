/** A call whose progress nobody follows. */
import type { NodeCall } from './node-provider.ts';

export function untrackedCall(signal = new AbortController().signal): NodeCall {
  return { signal, progress: { detail: () => undefined, log: () => undefined } };
}
