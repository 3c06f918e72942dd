/** Whether a cluster can be started with a driver: asked when somebody looks, and again when told to. */
import { useCallback, useEffect, useState } from 'react';
import type { Driver, Preflight } from '../../engine/host/contract.ts';
import { useHost } from './hooks.ts';
import { wireErrorOf } from './host-client.ts';

export interface Asked {
  /** The last answer; kept while it is asked again. */
  readonly preflight: Preflight | undefined;
  readonly asking: boolean;
  readonly again: () => void;
}

export function usePreflight(driver: Driver): Asked {
  const host = useHost();
  const [answer, setAnswer] = useState<{ readonly driver: Driver; readonly preflight: Preflight }>();
  const [round, setRound] = useState(0);
  const [asking, setAsking] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is what asks again
  useEffect(() => {
    let isCurrent = true;
    setAsking(true);
    void host
      .call('engine.preflight', { driver })
      .catch((error: unknown): Preflight => ({ ok: false, driver, error: wireErrorOf(error) }))
      .then((preflight) => {
        if (!isCurrent) return;
        setAnswer({ driver, preflight });
        setAsking(false);
      });
    return () => {
      isCurrent = false;
    };
  }, [host, driver, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { preflight: answer?.driver === driver ? answer.preflight : undefined, asking, again };
}
