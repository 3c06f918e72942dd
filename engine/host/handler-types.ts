/** What the router calls: one handler for each call and each subscription of the contract. Handlers come by area, from `handlers/`. */
import type { ClusterManager } from '../cluster/cluster-manager.ts';
import type { AppInfo, CallInput, CallName, CallResult, SubscriptionEvent, SubscriptionInput, SubscriptionName } from './contract.ts';

/** Rejects with `HostError` or `ApiError`; anything else is a fault of ours and crosses as `internal`. */
export type CallHandlers = { readonly [N in CallName]: (params: CallInput<N>) => Promise<CallResult<N>> };

export interface Subscriber<Event> {
  readonly emit: (event: Event) => void;
  /** Aborts when the window unsubscribes or is gone. */
  readonly signal: AbortSignal;
}
/** Runs until the subscription ends: resolves when there is nothing more to tell, rejects with the reason. */
export type SubscriptionHandlers = {
  readonly [N in SubscriptionName]: (params: SubscriptionInput<N>, subscriber: Subscriber<SubscriptionEvent<N>>) => Promise<void>;
};

export interface Handlers {
  readonly calls: CallHandlers;
  readonly subscriptions: SubscriptionHandlers;
}
export interface HandlerOptions {
  readonly manager: ClusterManager;
  readonly shell: AppInfo['shell'];
  /** Opens the user's browser; the contract's schema has let only https and this computer's own ports through. */
  readonly openExternal: (url: string) => Promise<void>;
}

type Area<C extends CallName, S extends SubscriptionName> = {
  readonly calls: Pick<CallHandlers, C>;
  readonly subscriptions: Pick<SubscriptionHandlers, S>;
};
export type AppArea = Area<'app.info' | 'app.openExternal' | 'settings.get' | 'settings.set', 'settings.watch'>;
export type ClustersArea = Area<
  'engine.preflight' | 'clusters.list' | 'clusters.start' | 'clusters.stop' | 'clusters.delete' | 'clusters.retry' | 'operations.cancel',
  'clusters.watch' | 'operations.watch'
>;
export type ObjectsArea = Area<
  'objects.get' | 'objects.list' | 'objects.create' | 'objects.update' | 'objects.patch' | 'objects.delete' | 'objects.apply',
  'objects.watch' | 'pods.log'
>;
export type PortsArea = Area<'ports.probe', 'ports.watch'>;
export type SamplesArea = Area<'samples.describe' | 'samples.deploy' | 'samples.remove', never>;

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
