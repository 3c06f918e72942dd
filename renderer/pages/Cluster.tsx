/** One cluster: what is being done to it, how it is, how to reach it from a terminal, and what to do next. */
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Operation } from '../../engine/api/steps.ts';
import type { ClusterSummary } from '../../engine/host/contract.ts';
import { UnknownCluster } from '../app/ClusterScope.tsx';
import { paths } from '../app/paths.ts';
import { PageHeader } from '../components/PageHeader.tsx';
import { Moored } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { Status } from '../components/Status.tsx';
import { WritesRefused } from '../components/WritesRefused.tsx';
import { ClusterContext, useCluster, useClusters } from '../data/hooks.ts';
import { useShownOperation } from '../data/use-host-call.ts';
import { ClusterButtons } from './cluster/ClusterButtons.tsx';
import { ClusterOperation, isAboutCluster } from './cluster/ClusterOperation.tsx';
import { Elsewhere } from './cluster/Elsewhere.tsx';
import { levelOfPhase } from './cluster/phase.ts';
import { RunningCluster } from './cluster/RunningCluster.tsx';

export function ClusterPage() {
  const { cluster: name = '' } = useParams();
  const { t } = useTranslation();
  const isKnown = useClusters() !== undefined;
  const cluster = useCluster(name);
  const newest = useShownOperation(name);
  // That it is stopped, the page says in its own words.
  const isShownBelow = newest?.kind === 'stop' && newest.state === 'done';
  const operation = newest && isAboutCluster(newest) && !isShownBelow ? newest : undefined;
  if (!isKnown) return <StateView busy title={t('common.loading')} />;
  if (!cluster && (!operation || (operation.kind === 'delete' && operation.state === 'done'))) {
    return operation ? <Deleted name={name} /> : <UnknownCluster name={name} />;
  }
  return (
    <>
      <PageHeader
        title={name}
        below={cluster && <Below cluster={cluster} />}
        // While something is done to it, and when that failed, its panel has the buttons.
        actions={cluster && (!operation || operation.state === 'done') && <ClusterButtons cluster={cluster} />}
      />
      <Stack sx={{ gap: 2.5 }}>
        {operation && <ClusterOperation key={operation.id} operation={operation} cluster={cluster} />}
        {cluster && <State cluster={cluster} operation={operation} />}
      </Stack>
    </>
  );
}

function Below({ cluster: { phase, driver, nodes, version } }: { readonly cluster: ClusterSummary }) {
  const { t } = useTranslation();
  return (
    <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
      <Status level={levelOfPhase[phase]}>{t(`phase.${phase}`)}</Status>
      <span>
        {t(`driver.${driver}`)} · {t('cluster.nodeCount', { count: nodes.length })} · {version}
      </span>
    </Stack>
  );
}

function State({ cluster, operation }: { readonly cluster: ClusterSummary; readonly operation: Operation | undefined }) {
  const { t } = useTranslation();
  if (cluster.phase === 'running')
    return (
      <ClusterContext value={cluster.name}>
        <WritesRefused cluster={cluster} />
        <RunningCluster cluster={cluster} />
      </ClusterContext>
    );
  if (cluster.phase === 'elsewhere') return <Elsewhere cluster={cluster} />;
  // Its steps, or why they failed, say more.
  if (operation && operation.state !== 'done') return null;
  if (cluster.phase === 'lost')
    return <StateView picture={<Moored />} title={t('cluster.lost', { name: cluster.name })} text={t('cluster.lostText')} />;
  return <StateView picture={<Moored />} title={t('cluster.stopped')} text={t('cluster.stoppedText')} />;
}

function Deleted({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={name} />
      <StateView
        picture={<Moored />}
        title={t('cluster.deleted', { name })}
        text={t('cluster.deletedText')}
        actions={
          <Button component={Link} to={paths.home()} variant="contained">
            {t('shell.home')}
          </Button>
        }
      />
    </>
  );
}
