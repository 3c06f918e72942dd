/** Start at one press; stop and delete after a question. */
import Start from '@mui/icons-material/PlayArrowRounded';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../engine/host/contract.ts';
import { deleteCluster, stopCluster } from '../../actions/cluster-actions.ts';
import { useActions } from '../../components/use-actions.tsx';
import { useHostCall } from '../../data/use-host-call.ts';

export interface ClusterButtonsProps {
  readonly cluster: ClusterSummary;
  readonly size?: 'small' | 'medium';
}

export function ClusterButtons({ cluster, size = 'medium' }: ClusterButtonsProps) {
  const { t } = useTranslation();
  const { busy, call } = useHostCall();
  const { start: ask, dialog } = useActions<ClusterSummary>(({ name }) => name);
  const { name, phase } = cluster;
  const actions = [stopCluster, deleteCluster].filter(({ when }) => when(cluster));
  return (
    <>
      {(phase === 'stopped' || phase === 'failed') && (
        <Button size={size} variant="contained" startIcon={<Start />} loading={busy} onClick={() => void call('clusters.start', { name })}>
          {t('cluster.start')}
        </Button>
      )}
      {actions.map((action) => (
        <Button
          key={action.id}
          size={size}
          variant="outlined"
          color={action.danger ? 'error' : 'inherit'}
          startIcon={<action.icon />}
          onClick={() => ask(action, cluster)}
        >
          {t(`action.${action.id}.title`)}
        </Button>
      ))}
      {dialog}
    </>
  );
}
