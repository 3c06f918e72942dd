/** How a sample fares in the cluster of the page: which of its objects are there, and the verdict on each Deployment. */
import { useMemo } from 'react';
import type { KubeObject, Live } from '../../../engine/api/object.ts';
import type { Deployment, Pod, Service } from '../../../engine/api/types.gen.ts';
import { explain } from '../../../engine/explain/explain.ts';
import { selectedPods } from '../../../engine/explain/service.ts';
import type { Verdict } from '../../../engine/explain/verdict.ts';
import type { Sample } from '../../../engine/host/contract.ts';
import { useObjects } from '../../data/hooks.ts';
import { deployments, pods, services } from '../../data/kinds.ts';

export interface SampleState {
  /** How many of its objects exist. */
  readonly existing: number;
  /** All Deployments are available. */
  readonly ready: boolean;
  /** By the Deployment's name; those that do not exist are missing. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Samples are created here. */
const namespace = 'default';

export function useSampleState(sample: Sample): SampleState {
  const found = { by: 'namespace', value: namespace } as const;
  const { objects: allDeployments } = useObjects(deployments, found);
  const { objects: allServices } = useObjects(services, found);
  const { objects: allPods } = useObjects(pods, found);
  return useMemo(
    () => sampleState(sample, { deployments: allDeployments, services: allServices, pods: allPods }),
    [sample, allDeployments, allServices, allPods],
  );
}

interface Existing {
  readonly deployments: readonly Live<Deployment>[];
  readonly services: readonly Live<Service>[];
  readonly pods: readonly Live<Pod>[];
}
function sampleState({ objects }: Sample, existing: Existing): SampleState {
  const isPartOf =
    (kind: string) =>
    ({ metadata }: KubeObject): boolean =>
      objects.some((object) => object.kind === kind && object.metadata.name === metadata.name);
  const own = existing.deployments.filter(isPartOf('Deployment'));
  const verdicts = new Map(
    own.map((deployment) => [
      deployment.metadata.name,
      explain(deployment, { pods: selectedPods(deployment.spec.selector.matchLabels ?? {}, existing.pods) }),
    ]),
  );
  const wanted = objects.filter(({ kind }) => kind === 'Deployment').length;
  return {
    existing: own.length + existing.services.filter(isPartOf('Service')).length,
    ready: own.length === wanted && [...verdicts.values()].every(({ level }) => level === 'ok'),
    verdicts,
  };
}
