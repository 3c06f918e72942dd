/** Names who is ready behind a Service: another answer may come back when it changes. */
import type { ServiceView } from '../objects/use-verdicts.ts';

export function readyKey({ slices }: ServiceView): string {
  const ready = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false));
  return ready
    .map(({ addresses }) => addresses.join())
    .sort()
    .join(' ');
}
