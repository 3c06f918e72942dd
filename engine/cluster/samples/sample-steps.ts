/** Deploying and removing a sample, as steps: one for each image and each object, so that the window shows what waits for what. */
import { isApiError } from '../../api/errors.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { ObjectKey } from '../../api/object.ts';
import type { Service } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { Cluster } from '../cluster.ts';
import type { StepPlan } from '../operation.ts';
import type { Forward } from '../ports/port-forwarder.ts';
import { waitForDeployment } from './deployment-wait.ts';
import type { Sample, SampleImage, SampleObject } from './sample.ts';
import { untilGone, watchUntil } from './watch-until.ts';

export interface SampleTarget {
  readonly cluster: Cluster;
  readonly sample: Sample;
  readonly namespace: string;
}

export function deploySteps(target: SampleTarget): readonly StepPlan[] {
  const { cluster, sample, namespace } = target;
  const images = cluster.options.provider.driver === 'docker' ? sample.images : [];
  const deployments = sample.objects.filter(({ kind }) => kind.kind === 'Deployment');
  const services = sample.objects.filter(({ kind }) => kind.kind === 'Service');
  return [
    ...images.map((image) => imageStep(cluster, image)),
    {
      id: 'apply',
      title: `Applying ${sample.objects.length} objects`,
      deadlineMs: 60_000,
      run: async ({ progress }) => {
        for (const item of sample.objects) progress.log(`${item.title} ${await applyObject(cluster.client, item, namespace)}`);
        return sample.objects.map(({ title }) => title).join(', ');
      },
    },
    ...deployments.map(
      (item): StepPlan => ({
        id: stepId(item),
        title: item.title,
        deadlineMs: 300_000,
        run: (call) => waitForDeployment(cluster.client, keyOf(item, namespace), call),
      }),
    ),
    // Last, because by then this computer's ports are open.
    ...services.map(
      (item): StepPlan => ({
        id: stepId(item),
        title: item.title,
        deadlineMs: 30_000,
        run: ({ signal }) => waitForService(cluster, keyOf(item, namespace), signal),
      }),
    ),
  ];
}

export function removeSteps({ cluster, sample, namespace }: SampleTarget): readonly StepPlan[] {
  const objects = [...sample.objects].reverse();
  return [
    {
      id: 'remove',
      title: `Deleting ${objects.length} objects`,
      deadlineMs: 60_000,
      run: async ({ progress }) => {
        for (const item of objects) progress.log(`${item.title} ${await deleteObject(cluster.client, item, namespace)}`);
        return undefined;
      },
    },
    ...objects.map(
      (item): StepPlan => ({
        id: stepId(item),
        title: item.title,
        deadlineMs: 120_000,
        run: async ({ signal }) => {
          await untilGone(cluster.client, { kind: item.kind, key: keyOf(item, namespace), signal });
          return 'deleted';
        },
      }),
    ),
  ];
}

/** Before anything is applied, so that no pod has to fail first. */
function imageStep(cluster: Cluster, image: SampleImage): StepPlan {
  return {
    id: `sample-image:${image.reference}`,
    title: `Image ${image.reference}`,
    deadlineMs: 900_000,
    run: (call) => cluster.options.provider.ensureSampleImage(image, call),
  };
}

/** Says what kubectl apply says. Asks first, as it does: a Service that is there and is created again is refused for its own port. */
async function applyObject(client: Client, item: SampleObject, namespace: string): Promise<'created' | 'configured'> {
  const { kind, object } = item;
  const placed = { ...object, metadata: { ...object.metadata, namespace } };
  const key = keyOf(item, namespace);
  try {
    await client.get(kind, key);
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
    await client.create(kind, placed);
    return 'created';
  }
  await client.patch(kind, key, { type: 'strategic', patch: placed });
  return 'configured';
}

async function deleteObject(client: Client, item: SampleObject, namespace: string): Promise<'deleted' | 'not found'> {
  try {
    // The object itself goes last: when it is gone, so are its pods.
    await client.delete(item.kind, keyOf(item, namespace), { propagationPolicy: 'Foreground' });
    return 'deleted';
  } catch (error) {
    // Somebody removed it already: that is what was wanted.
    if (!isApiError(error, 'NotFound')) throw error;
    return 'not found';
  }
}

/** Done when it has its address; for a NodePort tells where it answers on this computer. */
async function waitForService(cluster: Cluster, key: ObjectKey, signal: AbortSignal): Promise<string> {
  const { spec } = await watchUntil<Service>(cluster.client, {
    kind: serviceKind,
    key,
    signal,
    accept: (service) => service.spec.clusterIP !== undefined && service.spec.clusterIP !== '',
  });
  const forwards = cluster.forwards.filter(({ namespace, service }) => namespace === key.namespace && service === key.name);
  return forwards.length === 0 ? (spec.clusterIP ?? '') : forwards.map(describeForward).join(', ');
}

function describeForward({ hostPort, nodePort, reason }: Forward): string {
  if (hostPort === undefined) return `port ${nodePort} is not open on this computer${reason === undefined ? '' : `: ${reason}`}`;
  return `http://localhost:${hostPort}`;
}

/** `deployment:vote` */
function stepId({ kind, object }: SampleObject): string {
  return `${kind.singular}:${object.metadata.name}`;
}

function keyOf({ object }: SampleObject, namespace: string): ObjectKey {
  return { namespace, name: object.metadata.name ?? '' };
}
