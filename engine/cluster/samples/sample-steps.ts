/** Deploying and removing a sample, as steps: one for each image and each object, so that the window shows what waits for what. */
import { isApiError } from '../../api/errors.ts';
import type { ObjectKey } from '../../api/object.ts';
import { detail } from '../../api/step-detail.ts';
import type { Client } from '../../client/client.ts';
import type { Cluster } from '../cluster.ts';
import type { StepPlan } from '../operation.ts';
import { waitForDeployment } from './deployment-wait.ts';
import type { Sample, SampleImage, SampleObject } from './sample.ts';
import { waitForService } from './service-wait.ts';
import { untilGone } from './watch-until.ts';

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
        group: 'deployments',
        run: (call) => waitForDeployment(cluster.client, keyOf(item, namespace), call),
      }),
    ),
    // Last, because by then this computer's ports are open.
    ...services.map(
      (item): StepPlan => ({
        id: stepId(item),
        title: item.title,
        deadlineMs: 120_000,
        group: 'services',
        run: (call) => waitForService(cluster, keyOf(item, namespace), call),
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
        group: 'objects',
        run: async ({ signal }) => {
          await untilGone(cluster.client, { kind: item.kind, key: keyOf(item, namespace), signal });
          return detail('deleted');
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

/** `deployment:vote` */
function stepId({ kind, object }: SampleObject): string {
  return `${kind.singular}:${object.metadata.name}`;
}

function keyOf({ object }: SampleObject, namespace: string): ObjectKey {
  return { namespace, name: object.metadata.name ?? '' };
}
