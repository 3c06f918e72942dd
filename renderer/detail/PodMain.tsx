/** A pod: how it fares and why, its containers, the Services that lead to it. */
import type { Live } from '../../engine/api/object.ts';
import type { Pod } from '../../engine/api/types.gen.ts';
import { VerdictPanel } from '../components/VerdictPanel.tsx';
import { useClusterName } from '../data/hooks.ts';
import { pods } from '../data/kinds.ts';
import { useLastLogLines } from '../data/use-last-log-lines.ts';
import { useFixes } from '../objects/use-fixes.tsx';
import { usePodVerdict } from '../objects/use-verdicts.ts';
import { ContainerList } from './ContainerList.tsx';
import { ServicesOf } from './Related.tsx';

export function PodMain({ pod }: { readonly pod: Live<Pod> }) {
  const verdict = usePodVerdict(pod, useLastLogLines(pod));
  const { onFix, dialog } = useFixes({ cluster: useClusterName(), kind: pods, object: pod });
  return (
    <>
      <VerdictPanel verdict={verdict} onFix={onFix} />
      {dialog}
      <ContainerList spec={pod.spec} pod={pod} />
      <ServicesOf namespace={pod.metadata.namespace ?? ''} labels={pod.metadata.labels} />
    </>
  );
}
