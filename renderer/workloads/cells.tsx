/** Cells that the workload lists share. */
import { styled } from '@mui/material/styles';
import { useTranslation } from 'react-i18next';
import { humanDuration } from '../../engine/api/age.ts';
import { summarizePod } from '../../engine/api/kinds/core/pod-status.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Deployment, Pod, ReplicaSet } from '../../engine/api/types.gen.ts';
import { mono } from '../app/theme.ts';
import { useNow } from '../components/Age.tsx';
import { Unbroken } from '../components/Unbroken.tsx';
import { useDeploymentVerdict, usePodVerdict, useReplicaSetVerdict } from '../objects/use-verdicts.ts';
import { VerdictBadge } from '../objects/VerdictBadge.tsx';
import { isPastRevision } from './values.ts';

/** The name, and its namespace in small below where several are shown. */
export function NameCell({ object, showNamespace }: { readonly object: Live<KubeObject>; readonly showNamespace: boolean }) {
  const { name, namespace } = object.metadata;
  return (
    <TwoLines title={name}>
      <b>{name}</b>
      {showNamespace && <small>{namespace}</small>}
    </TwoLines>
  );
}
export function Mono({ children }: { readonly children: string }) {
  return (
    <MonoText>
      <Unbroken>{children}</Unbroken>
    </MonoText>
  );
}

// Fixed styles, not `sx`: rows come and go while one scrolls.
const TwoLines = styled('div')({
  lineHeight: 1.25,
  '& > *': { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis' },
  '& > b': { fontWeight: 600 },
  '& > small': { fontSize: '0.75rem', color: 'var(--mui-palette-text-secondary)' },
});
const MonoText = styled('span')({ fontFamily: mono, fontSize: '0.8rem' });

export function PodStatusCell({ pod }: { readonly pod: Live<Pod> }) {
  return <VerdictBadge verdict={usePodVerdict(pod)} word={summarizePod(pod).status} />;
}
export function DeploymentStatusCell({ deployment }: { readonly deployment: Live<Deployment> }) {
  return <VerdictBadge verdict={useDeploymentVerdict(deployment)} />;
}
export function ReplicaSetStatusCell({ set }: { readonly set: Live<ReplicaSet> }) {
  return isPastRevision(set) ? <span>–</span> : <LiveReplicaSetStatus set={set} />;
}
function LiveReplicaSetStatus({ set }: { readonly set: Live<ReplicaSet> }) {
  return <VerdictBadge verdict={useReplicaSetVerdict(set)} />;
}

/** kubectl's `3 (2m ago)`. */
export function RestartsCell({ pod }: { readonly pod: Live<Pod> }) {
  const { restarts, lastRestart } = summarizePod(pod);
  return lastRestart === undefined ? <span>{restarts}</span> : <RestartsSince restarts={restarts} lastRestart={lastRestart} />;
}
function RestartsSince({ restarts, lastRestart }: { readonly restarts: number; readonly lastRestart: number }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  return <span>{t('workloads.restartsSince', { restarts, age: humanDuration(now - lastRestart) })}</span>;
}
