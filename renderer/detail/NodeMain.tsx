/** A node: how it fares, and the pods on it. */
import { useMemo } from 'react';
import type { Live } from '../../engine/api/object.ts';
import type { Node, Pod } from '../../engine/api/types.gen.ts';
import { explain } from '../../engine/explain/explain.ts';
import { VerdictPanel } from '../components/VerdictPanel.tsx';
import { useClusterName, useSelected } from '../data/hooks.ts';
import { nodes, pods } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';
import { useFixes } from '../objects/use-fixes.tsx';
import { PodTable } from './Related.tsx';

export function NodeMain({ node }: { readonly node: Live<Node> }) {
  const verdict = useMemo(() => explain(node), [node]);
  const here = useSelected<Pod, readonly Live<Pod>[]>(pods, (list) => list.by('node', node.metadata.name), sameItems);
  const { onFix, dialog } = useFixes({ cluster: useClusterName(), kind: nodes, object: node });
  return (
    <>
      <VerdictPanel verdict={verdict} onFix={onFix} />
      {dialog}
      <PodTable pods={here} showNamespace />
    </>
  );
}
