/** A Deployment or ReplicaSet: how it fares and why, what it owns down to the pods, the Services that lead there, its template. */
import type { Live } from '../../engine/api/object.ts';
import type { Deployment, ReplicaSet } from '../../engine/api/types.gen.ts';
import { VerdictPanel } from '../components/VerdictPanel.tsx';
import { useClusterName } from '../data/hooks.ts';
import { deployments, replicaSets } from '../data/kinds.ts';
import { useFixes } from '../objects/use-fixes.tsx';
import { useDeploymentVerdict, useOwned, useReplicaSetsOf, useReplicaSetVerdict } from '../objects/use-verdicts.ts';
import { ContainerList } from './ContainerList.tsx';
import { PodTable, ReplicaSetTable, ServicesOf } from './Related.tsx';

export function DeploymentMain({ deployment }: { readonly deployment: Live<Deployment> }) {
  const sets = useReplicaSetsOf(deployment);
  const own = useOwned(sets.map(({ metadata }) => metadata.uid));
  const { onFix, dialog } = useFixes({ cluster: useClusterName(), kind: deployments, object: deployment });
  const { template } = deployment.spec;
  return (
    <>
      <VerdictPanel verdict={useDeploymentVerdict(deployment)} onFix={onFix} />
      {dialog}
      <ReplicaSetTable sets={sets} />
      <PodTable pods={own} />
      <ServicesOf
        namespace={deployment.metadata.namespace ?? ''}
        labels={template.metadata?.labels}
        deployment={deployment.metadata.name}
      />
      {template.spec && <ContainerList spec={template.spec} />}
    </>
  );
}

export function ReplicaSetMain({ set }: { readonly set: Live<ReplicaSet> }) {
  const own = useOwned([set.metadata.uid]);
  const { onFix, dialog } = useFixes({ cluster: useClusterName(), kind: replicaSets, object: set });
  const spec = set.spec.template?.spec;
  return (
    <>
      <VerdictPanel verdict={useReplicaSetVerdict(set)} onFix={onFix} />
      {dialog}
      <PodTable pods={own} />
      {spec && <ContainerList spec={spec} />}
    </>
  );
}
