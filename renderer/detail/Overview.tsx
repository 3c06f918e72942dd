/** The first tab of an object: how it fares, what belongs to it, and the facts that describe prints. */
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import type { ReactNode } from 'react';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Deployment, Node, Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import type { ShownKind } from '../data/kinds.ts';
import { ConditionList } from './ConditionList.tsx';
import { DataKeys } from './DataKeys.tsx';
import { DescribedFacts } from './DescribedFacts.tsx';
import { NodeMain } from './NodeMain.tsx';
import { PodMain } from './PodMain.tsx';
import { ServiceMain } from './ServiceMain.tsx';
import { DeploymentMain, ReplicaSetMain } from './WorkloadMain.tsx';

export function Overview({ kind, object }: { readonly kind: ShownKind; readonly object: Live<KubeObject> }) {
  const main = <Main kind={kind} object={object} />;
  const side = (
    <>
      <DescribedFacts object={object} />
      <ConditionList object={object} />
    </>
  );
  // The port map needs the whole width.
  if (kind.plural === 'services') return <Stacked>{[main, side]}</Stacked>;
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 5fr) minmax(0, 3fr)' },
        gap: 3,
        alignItems: 'start',
        pb: 2,
      }}
    >
      <Stacked>{[main]}</Stacked>
      <Stacked>{[side]}</Stacked>
    </Box>
  );
}

function Stacked({ children }: { readonly children: readonly ReactNode[] }) {
  return (
    <Stack sx={{ gap: 3, minWidth: 0 }}>
      {/* One after the other, in an order that never changes. */}
      {children[0]}
      {children[1]}
    </Stack>
  );
}

/** `kind` says which type the object has; the compiler cannot see that, hence the casts. */
function Main({ kind, object }: { readonly kind: ShownKind; readonly object: Live<KubeObject> }) {
  switch (kind.plural) {
    case 'pods':
      return <PodMain pod={object as Live<Pod>} />;
    case 'deployments':
      return <DeploymentMain deployment={object as Live<Deployment>} />;
    case 'replicasets':
      return <ReplicaSetMain set={object as Live<ReplicaSet>} />;
    case 'services':
      return <ServiceMain service={object as Live<Service>} />;
    case 'nodes':
      return <NodeMain node={object as Live<Node>} />;
    default:
      return <DataKeys object={object} />;
  }
}
