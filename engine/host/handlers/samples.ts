/** Samples: what they create, and creating and removing it. */
import type { Service } from '../../api/types.gen.ts';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import { readSample, type Sample } from '../../cluster/samples/sample.ts';
import { deploySteps, removeSteps } from '../../cluster/samples/sample-steps.ts';
import type { SamplesArea } from '../handler-types.ts';

const namespace = 'default';

export function samplesArea(manager: ClusterManager): SamplesArea {
  return {
    calls: {
      'samples.describe': async ({ sample: id }) => {
        const sample = await readSample(id);
        return {
          id,
          objects: sample.objects.map(({ object }) => object),
          images: sample.images.map(({ reference }) => reference),
          yaml: sample.objects.map(({ yaml }) => yaml).join('\n---\n'),
          links: linksOf(sample),
        };
      },
      'samples.deploy': async ({ cluster: name, sample: id }) => {
        const cluster = await manager.running(name);
        return manager.runOn(cluster, 'deploy-sample', deploySteps({ cluster, sample: await readSample(id), namespace })).current;
      },
      'samples.remove': async ({ cluster: name, sample: id }) => {
        const cluster = await manager.running(name);
        return manager.runOn(cluster, 'remove-sample', removeSteps({ cluster, sample: await readSample(id), namespace })).current;
      },
    },
    subscriptions: {},
  };
}

/** By port: in the order in which a person opens them. */
function linksOf({ objects }: Sample) {
  const links = objects.flatMap(({ object, kind }) => {
    if (kind.kind !== 'Service') return [];
    const { metadata, spec } = object as Service;
    return (spec.ports ?? []).flatMap(({ nodePort }) =>
      nodePort === undefined ? [] : [{ namespace, service: metadata.name ?? '', nodePort }],
    );
  });
  return links.sort((one, other) => one.nodePort - other.nodePort);
}
