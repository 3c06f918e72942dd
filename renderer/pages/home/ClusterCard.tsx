/** A cluster in the list of Home: how it is, what it is, what can be done. */

import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { explainFailure } from '../../../engine/explain/explain.ts';
import type { ClusterSummary } from '../../../engine/host/contract.ts';
import { paths } from '../../app/paths.ts';
import { Age } from '../../components/Age.tsx';
import { Status } from '../../components/Status.tsx';
import { useShownOperation } from '../../data/use-host-call.ts';
import { ClusterButtons } from '../cluster/ClusterButtons.tsx';
import { isAboutCluster } from '../cluster/ClusterOperation.tsx';
import { levelOfPhase } from '../cluster/phase.ts';
import { OperationLine } from './OperationLine.tsx';

export function ClusterCard({ cluster }: { readonly cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const operation = useShownOperation(cluster.name);
  const { name, phase, driver, nodes, version, createdAt, refusal } = cluster;
  return (
    <Paper variant="outlined" component="section" aria-label={name} data-cluster={name} data-phase={phase} sx={{ p: 3 }}>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Stack sx={{ flex: '1 1 300px', minWidth: 0, gap: 0.5 }}>
          <Stack direction="row" sx={{ gap: 2, alignItems: 'baseline', flexWrap: 'wrap' }}>
            <Typography variant="h2">
              <Link component={RouterLink} to={paths.cluster(name)} color="inherit">
                {name}
              </Link>
            </Typography>
            <Status level={levelOfPhase[phase]}>{t(`phase.${phase}`)}</Status>
            {refusal && <Status level="error">{t(`explain.${explainFailure(refusal).cause}.title`, refusal.params)}</Status>}
          </Stack>
          <Typography variant="body2" color="textSecondary" component="div">
            {t(`driver.${driver}`)} · {t('cluster.nodeCount', { count: nodes.length })} · {version} · <Age since={createdAt} />
          </Typography>
        </Stack>
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
          <ClusterButtons cluster={cluster} size="small" />
        </Stack>
      </Stack>
      {operation && isAboutCluster(operation) && operation.state !== 'done' && (
        <>
          <OperationLine operation={operation} />
          <Link component={RouterLink} to={paths.cluster(name)} variant="body2" sx={{ display: 'inline-block', mt: 1 }}>
            {t('home.seeSteps')}
          </Link>
        </>
      )}
    </Paper>
  );
}
