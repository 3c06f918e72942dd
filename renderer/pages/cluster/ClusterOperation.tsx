/** What is being done to a cluster, or how it ended: steps, and the ways on after a failure. */
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../../../engine/api/steps.ts';
import type { ClusterSummary } from '../../../engine/host/contract.ts';
import { deleteCluster } from '../../actions/cluster-actions.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { OperationPanel } from '../../components/operation/OperationPanel.tsx';
import { useActions } from '../../components/use-actions.tsx';
import { useHostCall } from '../../data/use-host-call.ts';

import { type ClusterFix, isClusterFix } from './cluster-fixes.ts';

export interface ClusterOperationProps {
  readonly operation: Operation;
  /** Absent: the operation ended before there was a cluster, or has deleted it. */
  readonly cluster: ClusterSummary | undefined;
}

export function ClusterOperation({ operation, cluster }: ClusterOperationProps) {
  const { t } = useTranslation();
  const { call, error, busy } = useHostCall();
  const { start: ask, dialog } = useActions<ClusterSummary>(({ name }) => name);
  const name = operation.cluster;
  const retry = (): void => void call('clusters.retry', { name });
  const fixes: Readonly<Record<ClusterFix, (() => void) | undefined>> = {
    // A cluster keeps its driver: only one that does not exist yet can be had simulated.
    'use-simulated': cluster ? undefined : () => void call('clusters.start', { name, driver: 'simulated' }),
    reload: () => window.location.reload(),
  };
  return (
    <>
      {error && <ErrorNotice error={error} />}
      <OperationPanel
        operation={operation}
        onRetry={retry}
        onFix={(fix) => (isClusterFix(fix) ? fixes[fix] : undefined)}
        busy={busy}
        ways={
          cluster && (
            <Button variant="outlined" color="error" startIcon={<deleteCluster.icon />} onClick={() => ask(deleteCluster, cluster)}>
              {t('action.delete-cluster.title')}
            </Button>
          )
        }
      />
      {dialog}
    </>
  );
}

/** Samples' operations are shown on their own page. */
export function isAboutCluster({ kind }: Operation): boolean {
  return kind === 'create' || kind === 'start' || kind === 'stop' || kind === 'delete';
}
