/** The first page: one button when there is no cluster; else the clusters of this computer, and a way to another. */
import Add from '@mui/icons-material/AddRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../components/PageHeader.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusters, useStore, useWindowData } from '../data/hooks.ts';
import { isAboutCluster } from './cluster/ClusterOperation.tsx';
import { ClusterCard } from './home/ClusterCard.tsx';
import { DetachedOperation } from './home/DetachedOperation.tsx';
import { freeName } from './home/free-name.ts';
import { HarbourView } from './home/HarbourView.tsx';
import { StartForm } from './home/StartForm.tsx';

export function HomePage() {
  const { t } = useTranslation();
  const clusters = useClusters();
  const [adding, setAdding] = useState(false);
  const detached = useDetachedOperations();
  if (!clusters) return <StateView busy title={t('common.loading')} />;
  if (clusters.length === 0 && detached.length === 0) return <FirstStart />;
  const name = freeName(clusters.map((cluster) => cluster.name));
  return (
    <>
      <PageHeader
        title={t('home.clusters')}
        below={t('home.clustersText')}
        actions={
          !adding && (
            <Button variant="outlined" startIcon={<Add />} onClick={() => setAdding(true)}>
              {t('home.another')}
            </Button>
          )
        }
      />
      <Stack sx={{ gap: 2 }}>
        {detached.map((operation) => (
          <DetachedOperation key={operation.id} operation={operation} />
        ))}
        {clusters.map((cluster) => (
          <ClusterCard key={cluster.name} cluster={cluster} />
        ))}
        {(adding || clusters.length === 0) && (
          <Paper variant="outlined" component="section" sx={{ p: 3 }}>
            <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between', mb: 2 }}>
              <Typography variant="h2">{t('home.another')}</Typography>
              {adding && (
                <Button color="inherit" onClick={() => setAdding(false)}>
                  {t('common.cancel')}
                </Button>
              )}
            </Stack>
            <StartForm key={name} freeName={name} />
          </Paper>
        )}
      </Stack>
    </>
  );
}

/** Operations on clusters that are not in the list: they failed before there was one. */
function useDetachedOperations() {
  const data = useWindowData();
  const clusters = useStore(data.clusters) ?? [];
  const dismissed = useStore(data.dismissed);
  return [...useStore(data.operations).values()].filter(
    (operation) =>
      isAboutCluster(operation) &&
      operation.state !== 'done' &&
      !dismissed.has(operation.id) &&
      !clusters.some(({ name }) => name === operation.cluster),
  );
}

function FirstStart() {
  const { t } = useTranslation();
  return (
    <Box
      sx={{ flex: 1, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 0.8fr)', alignItems: 'center', gap: 6, ...stacked }}
    >
      <Box>
        <PageHeader title={t('home.title')} below={<Box sx={{ fontSize: '1.05rem', maxWidth: '52ch', mt: 1 }}>{t('home.text')}</Box>} />
        <Box sx={{ mt: 4 }}>
          <StartForm freeName={freeName([])} />
        </Box>
      </Box>
      <HarbourView />
    </Box>
  );
}
const stacked = { '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)', alignContent: 'start' } } as const;
