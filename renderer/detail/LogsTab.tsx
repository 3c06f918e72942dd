/** Logs of an object: of the pod itself, or of a pod that is chosen among those of a workload. */
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Pod } from '../../engine/api/types.gen.ts';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useSelected } from '../data/hooks.ts';
import { pods, replicaSets, type ShownKind } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';
import { PodLogs } from '../logs/PodLogs.tsx';

export interface LogsTabProps {
  readonly kind: ShownKind;
  readonly object: Live<KubeObject>;
  readonly isDeleted: boolean;
}

export function LogsTab({ kind, object, isDeleted }: LogsTabProps) {
  // `kind` says which type the object has.
  if (kind.plural === 'pods') return <PodLogs key={object.metadata.uid} pod={object as Live<Pod>} isGone={isDeleted} />;
  return <WorkloadLogs kind={kind} object={object} />;
}

function WorkloadLogs({ kind, object }: Omit<LogsTabProps, 'isDeleted'>) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string>();
  const own = usePodsOf(kind, object);
  const pod = own.find(({ metadata }) => metadata.name === chosen) ?? own[0];
  if (!pod) return <StateView picture={<EmptyBerth />} title={t('logs.noPods.title')} text={t('logs.noPods.text')} />;
  const choice = own.length > 1 && (
    <TextField
      select
      label={pods.kind}
      value={pod.metadata.name}
      onChange={(event) => setChosen(event.target.value)}
      sx={{ minWidth: 200 }}
    >
      {own.map(({ metadata: { name, uid } }) => (
        <MenuItem key={uid} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
  return <PodLogs key={pod.metadata.uid} pod={pod} isGone={false} choice={choice} />;
}

function usePodsOf(kind: ShownKind, { metadata: { uid } }: Live<KubeObject>): readonly Live<Pod>[] {
  const sets = useSelected(
    replicaSets,
    (list) => (kind.plural === 'deployments' ? list.by('owner', uid).map(({ metadata }) => metadata.uid) : [uid]),
    sameItems,
  );
  return useSelected(
    pods,
    (list) =>
      sets
        .flatMap((owner) => list.by('owner', owner))
        .toSorted((one, other) => (one.metadata.creationTimestamp < other.metadata.creationTimestamp ? 1 : -1)),
    sameItems,
  );
}
