/** Waits until a Deployment is available and tells meanwhile what its pods are at. */
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { messageOf } from '../../api/message-of.ts';
import type { ObjectKey } from '../../api/object.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
import type { Deployment } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';
import { podProgress } from './pod-progress.ts';
import { watchUntil } from './watch-until.ts';

/** Resolves to `1 of 1 available`. */
export async function waitForDeployment(client: Client, key: ObjectKey, { signal, progress }: NodeCall): Promise<StepDetail> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const report: Tell = (said) => {
    if (!ended.aborted) progress.detail(said);
  };
  let telling: Promise<void> | undefined;
  try {
    const { spec, status } = await watchUntil<Deployment>(client, {
      kind: deploymentKind,
      key,
      signal,
      accept: (deployment) => {
        telling ??= tellPods(client, { namespace: key.namespace ?? '', labelSelector: selectorOf(deployment), signal: ended }, report);
        const failure = deployment.status?.conditions?.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
        if (failure?.message) report(failure.message);
        return isAvailable(deployment);
      },
    });
    return detail('available', { available: status?.availableReplicas ?? 0, wanted: spec.replicas ?? 1 });
  } finally {
    stop.abort();
    await telling;
  }
}

/** As `kubectl rollout status` decides it. Upstream: pkg/polymorphichelpers/rollout_status.go. */
function isAvailable({ metadata, spec, status }: Deployment): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.replicas ?? 0) <= (status?.updatedReplicas ?? 0) &&
    (status?.availableReplicas ?? 0) >= wanted
  );
}

function selectorOf({ spec }: Deployment): string {
  return Object.entries(spec.selector.matchLabels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

type Tell = (said: string | StepDetail) => void;
interface Scope {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly signal: AbortSignal;
}

/** Only for the eye: when it breaks off, the wait goes on and shows what it knew. Never rejects. */
async function tellPods(client: Client, { signal, ...scope }: Scope, report: Tell): Promise<void> {
  try {
    const { items, resourceVersion } = await client.list(podKind, scope);
    for (const pod of items) report(podProgress(pod));
    for await (const event of client.watch(podKind, { ...scope, resourceVersion, signal }))
      if (event.type === 'ADDED' || event.type === 'MODIFIED') report(podProgress(event.object));
  } catch (error) {
    if (!signal.aborted) report(detail('pods-unwatched', { reason: messageOf(error) }));
  }
}
