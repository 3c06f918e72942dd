/** The agent's caches: one watch for each kind and scope, shared by kubelet, proxy, DNS and server. Upstream counterpart: the kubelet's SharedInformerFactory. */
import type { Clock } from '../api/clock.ts';
import { messageOf } from '../api/message-of.ts';
import type { Client } from '../client/client.ts';
import { Informers } from '../client/informers.ts';
import type { AgentInformers, Log } from './context.ts';

export interface AgentInformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
}

/** A server that is away is tried again and again: the same failure of the same kind is told once. */
export function agentInformers({ client, clock, log }: AgentInformersOptions): AgentInformers & AsyncDisposable {
  const told = new Map<string, string>();
  return new Informers({
    client,
    clock,
    onError(kind, error) {
      const message = messageOf(error);
      if (told.get(kind.plural) === message) return;
      told.set(kind.plural, message);
      log.warn(`the watch of ${kind.plural} ended`, error);
    },
  });
}
