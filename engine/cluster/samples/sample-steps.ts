/** Deploying and removing a sample, as steps: one for each object, so that the window shows what waits for what. */
import { isApiError } from '../../api/errors.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { ObjectKey } from '../../api/object.ts';
import { summarisePod } from '../../api/pod-status.ts';
import type { Deployment, Pod, Service } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';
import type { Cluster } from '../cluster.ts';
import type { StepPlan } from '../operation.ts';
import type { Sample, SampleObject } from './sample.ts';
import { untilGone, watchUntil } from './watch-until.ts';

export interface SampleTarget {
  readonly cluster: Cluster;
  readonly sample: Sample;
  readonly namespace: string;
}

export function deploySteps(target: SampleTarget): readonly StepPlan[] {
  const { cluster, sample, namespace } = target;
  return [
    {
      id: 'apply',
      title: `Applying ${sample.objects.length} objects`,
      deadlineMs: 60_000,
      run: async ({ progress }) => {
        for (const item of sample.objects) progress.log(`${item.title} ${await applyObject(cluster.client, item, namespace)}`);
        return undefined;
      },
    },
    ...sample.objects.map((item) => waitStep(target, item)),
  ];
}

export function removeSteps({ cluster, sample, namespace }: SampleTarget): readonly StepPlan[] {
  return [...sample.objects].reverse().map((item) => ({
    id: stepId(item),
    title: `Removing ${item.title}`,
    deadlineMs: 120_000,
    run: async ({ signal }) => {
      const key = keyOf(item, namespace);
      try {
        await cluster.client.delete(item.kind, key, { propagationPolicy: 'Foreground' });
      } catch (error) {
        // Somebody removed it already: that is what was wanted.
        if (!isApiError(error, 'NotFound')) throw error;
      }
      await untilGone(cluster.client, { kind: item.kind, key, signal });
      return undefined;
    },
  }));
}

/** Says what kubectl apply says: created, configured. */
async function applyObject(client: Client, { kind, object }: SampleObject, namespace: string): Promise<'created' | 'configured'> {
  const placed = { ...object, metadata: { ...object.metadata, namespace } };
  try {
    await client.create(kind, placed);
    return 'created';
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
    await client.patch(kind, { namespace, name: object.metadata.name ?? '' }, { type: 'strategic', patch: placed });
    return 'configured';
  }
}

function waitStep({ cluster, namespace }: SampleTarget, item: SampleObject): StepPlan {
  const key = keyOf(item, namespace);
  const wait = item.kind.kind === 'Deployment' ? waitForDeployment : item.kind.kind === 'Service' ? waitForService : undefined;
  return { id: stepId(item), title: item.title, deadlineMs: 600_000, run: async (call) => wait?.(cluster, key, call) };
}

/** Done when all replicas are available; until then tells what its slowest pod is at. */
async function waitForDeployment(cluster: Cluster, key: ObjectKey, { signal, progress }: NodeCall): Promise<string> {
  const { client } = cluster;
  const selector = { current: undefined as string | undefined };
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const tellPods = async (labelSelector: string): Promise<void> => {
    const tell = (pod: Pod): void => progress.detail(`${pod.metadata.name}: ${summarisePod(pod).status}`);
    const { items, resourceVersion } = await client.list(podKind, { namespace: key.namespace ?? '', labelSelector });
    items.forEach(tell);
    for await (const event of client.watch(podKind, { namespace: key.namespace ?? '', labelSelector, resourceVersion, signal: both }))
      if (event.type !== 'BOOKMARK') tell(event.object);
  };
  try {
    const done = await watchUntil<Deployment>(client, {
      kind: deploymentKind,
      key,
      signal,
      accept: (deployment) => {
        const labels = Object.entries(deployment.spec.selector.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
        if (selector.current === undefined) {
          selector.current = labels.join(',');
          // Only for the eye: that it ends early when the wait ends is no failure of the step.
          tellPods(selector.current).catch(() => undefined);
        }
        const wanted = deployment.spec.replicas ?? 1;
        return (
          (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0) &&
          (deployment.status?.availableReplicas ?? 0) >= wanted &&
          (deployment.status?.updatedReplicas ?? 0) >= wanted
        );
      },
    });
    return `${done.status?.availableReplicas ?? 0} of ${done.spec.replicas ?? 1} available`;
  } finally {
    stop.abort();
  }
}

/** Done when it has its address; for a NodePort tells where it answers on this computer. */
async function waitForService(cluster: Cluster, key: ObjectKey, { signal }: NodeCall): Promise<string> {
  const service = await watchUntil<Service>(cluster.client, {
    kind: serviceKind,
    key,
    signal,
    accept: ({ spec }) => spec.clusterIP !== undefined && spec.clusterIP !== '',
  });
  const forward = cluster.forwards.find((candidate) => candidate.namespace === key.namespace && candidate.service === key.name);
  return forward?.hostPort === undefined ? (service.spec.clusterIP ?? '') : `http://localhost:${forward.hostPort}`;
}

/** `deployment:vote` */
function stepId({ kind, object }: SampleObject): string {
  return `${kind.singular}:${object.metadata.name}`;
}

function keyOf({ object }: SampleObject, namespace: string): ObjectKey {
  return { namespace, name: object.metadata.name ?? '' };
}
