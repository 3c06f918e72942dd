/** Asks the open ports of a Service whether something answers: once when they are first seen, and again when what stands behind them has changed. */
import { useEffect } from 'react';
import type { HostPort } from '../../engine/host/contract.ts';
import { useIsSimulated, usePorts } from '../data/hooks.ts';

/** A change of `behind` (who is ready) is a reason to ask again. Nothing is asked on a timer. */
export function useProbing(hostPorts: readonly HostPort[], behind: string): void {
  const { store } = usePorts();
  const isSimulated = useIsSimulated();
  const open = isSimulated ? [] : hostPorts.filter(({ state }) => state === 'listening' || state === 'substituted');
  const asked = open.map(({ id, hostPort }) => `${id}\0${hostPort}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `behind` is not read; that it changed is the reason
  useEffect(() => {
    if (asked === '') return;
    for (const line of asked.split('\n')) void store.probe(line.slice(0, line.indexOf('\0')));
  }, [store, asked, behind]);
}
