/** The pages of one cluster: they are drawn only while it runs in this Minato. Otherwise the page says what is the matter, with a way on. */
import Button from '@mui/material/Button';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useParams } from 'react-router';
import type { ClusterSummary, WireError } from '../../engine/host/contract.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Adrift, Moored } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { WritesRefused } from '../components/WritesRefused.tsx';
import { ClusterContext, useClusters, useHost } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';
import { paths } from './paths.ts';

export function ClusterScope() {
  const { cluster: name = '' } = useParams();
  const { t } = useTranslation();
  const clusters = useClusters();
  const cluster = clusters?.find((candidate) => candidate.name === name);
  if (!clusters) return <StateView busy title={t('common.loading')} />;
  if (!cluster) return <UnknownCluster name={name} />;
  if (cluster.phase !== 'running') return <NotRunning cluster={cluster} />;
  return (
    <ClusterContext value={name} key={name}>
      <WritesRefused cluster={cluster} />
      <Outlet />
    </ClusterContext>
  );
}

export function UnknownCluster({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={name} />
      <StateView
        picture={<Adrift />}
        title={t('shell.unknownCluster.title', { name })}
        text={t('shell.unknownCluster.text')}
        actions={<HomeButton>{t('shell.home')}</HomeButton>}
      />
    </>
  );
}

function NotRunning({ cluster: { name, phase } }: { readonly cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const host = useHost();
  const [error, setError] = useState<WireError>();
  const canStart = phase === 'stopped' || phase === 'failed';
  const start = (): void => {
    setError(undefined);
    host.call('clusters.start', { name }).catch((reason: unknown) => setError(wireErrorOf(reason)));
  };
  return (
    <>
      <PageHeader title={name} />
      <StateView
        picture={<Moored />}
        title={t(`shell.notRunning.${phase}`, { name })}
        text={error ? <ErrorNotice error={error} /> : t(canStart ? 'shell.notRunning.startText' : 'shell.notRunning.seeText')}
        actions={
          <>
            {canStart && (
              <Button variant="contained" onClick={start}>
                {t('shell.notRunning.start')}
              </Button>
            )}
            <Button component={Link} to={paths.cluster(name)}>
              {t('shell.notRunning.see')}
            </Button>
          </>
        }
      />
    </>
  );
}

function HomeButton({ children }: { readonly children: ReactNode }) {
  return (
    <Button component={Link} to={paths.home()} variant="contained">
      {children}
    </Button>
  );
}
