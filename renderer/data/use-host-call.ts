/** What can be asked of an operation: to end, to be tried again, to be put away. A call that is refused leaves its reason. */
import { useState } from 'react';
import type { Operation } from '../../engine/api/steps.ts';
import type { CallName, CallParams, WireError } from '../../engine/host/contract.ts';
import { useHost, useStore, useWindowData } from './hooks.ts';
import { wireErrorOf } from './host-client.ts';

export interface HostCall {
  readonly busy: boolean;
  readonly error: WireError | undefined;
  /** True when the host did it. */
  readonly call: <N extends CallName>(name: N, params: CallParams<N>) => Promise<boolean>;
}
/** One call at a time, with its state for a button and a notice. */
export function useHostCall(): HostCall {
  const host = useHost();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  const call = async <N extends CallName>(name: N, params: CallParams<N>): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await host.call(name, params);
      return true;
    } catch (reason) {
      setError(wireErrorOf(reason));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, call };
}

/** The newest operation of the cluster that the user has not put away. */
export function useShownOperation(cluster: string): Operation | undefined {
  const data = useWindowData();
  const operation = useStore(data.operations).get(cluster);
  const dismissed = useStore(data.dismissed);
  return operation && dismissed.has(operation.id) ? undefined : operation;
}
/** Puts the outcome of an operation away. One that runs cannot be put away. */
export function useDismiss(): (operation: Operation) => void {
  const data = useWindowData();
  return ({ id }) => data.dismissed.set(new Set(data.dismissed.get()).add(id));
}
