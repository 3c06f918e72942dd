/** What a sample creates, as the host describes it: asked once, and again when told to. */
import { useCallback, useEffect, useState } from 'react';
import type { Sample, WireError } from '../../engine/host/contract.ts';
import { useHost } from './hooks.ts';
import { wireErrorOf } from './host-client.ts';

export type Described = { readonly sample: Sample } | { readonly error: WireError } | undefined;

export function useSample(id: string): { readonly described: Described; readonly again: () => void } {
  const host = useHost();
  const [described, setDescribed] = useState<Described>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is what asks again
  useEffect(() => {
    let isCurrent = true;
    void host
      .call('samples.describe', { sample: id })
      .then(
        (sample): Described => ({ sample }),
        (error: unknown): Described => ({ error: wireErrorOf(error) }),
      )
      .then((answer) => {
        if (isCurrent) setDescribed(answer);
      });
    return () => {
      isCurrent = false;
    };
  }, [host, id, round]);
  return { described, again: useCallback(() => setRound((before) => before + 1), []) };
}
