/** The voting app: what it is, what will be created, one button; while it comes up its parts are drawn with their state; it ends with two links. */
import Deploy from '@mui/icons-material/RocketLaunchOutlined';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Sample } from '../../engine/host/contract.ts';
import { removeSample, type SampleTarget } from '../actions/sample-actions.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { OperationPanel } from '../components/operation/OperationPanel.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Adrift } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useActions } from '../components/use-actions.tsx';
import { useClusterName } from '../data/hooks.ts';
import { useHostCall, useShownOperation } from '../data/use-host-call.ts';
import { useSample } from '../data/use-sample.ts';
import { SampleDiagram } from './samples/SampleDiagram.tsx';
import { SampleLinks } from './samples/SampleLinks.tsx';
import { SampleObjects } from './samples/SampleObjects.tsx';
import { useSampleState } from './samples/use-sample-state.ts';

const votingApp = 'voting-app';

export function SamplesPage() {
  const { t } = useTranslation();
  const { described, again } = useSample(votingApp);
  return (
    <>
      <PageHeader title={t('samples.title')} below={t('samples.text')} />
      {described === undefined && <StateView busy title={t('common.loading')} />}
      {described && 'error' in described && (
        <StateView
          picture={<Adrift />}
          title={t('samples.failed')}
          text={<ErrorNotice error={described.error} />}
          actions={
            <Button variant="contained" onClick={again}>
              {t('common.retry')}
            </Button>
          }
        />
      )}
      {described && 'sample' in described && <VotingApp sample={described.sample} />}
    </>
  );
}

function VotingApp({ sample }: { readonly sample: Sample }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { call, busy, error } = useHostCall();
  const { start: ask, dialog } = useActions<SampleTarget>(() => t('samples.votingApp'));
  const newest = useShownOperation(cluster);
  const operation = newest?.kind === 'deploy-sample' || newest?.kind === 'remove-sample' ? newest : undefined;
  const state = useSampleState(sample);
  const isBusy = operation?.state === 'running';
  const deploy = (): void => void call('samples.deploy', { cluster, sample: sample.id });
  const retry = operation?.kind === 'remove-sample' ? () => void call('samples.remove', { cluster, sample: sample.id }) : deploy;
  const panel = operation && <OperationPanel key={operation.id} operation={operation} onRetry={retry} busy={busy} />;
  return (
    <Stack sx={{ gap: 2.5 }}>
      <Paper variant="outlined" component="section" aria-label={t('samples.votingApp')} sx={{ p: 3 }}>
        <Stack direction="row" sx={{ gap: 3, flexWrap: 'wrap', alignItems: 'flex-start' }}>
          <Stack sx={{ flex: '1 1 380px', gap: 0.5 }}>
            <Typography variant="h2">{t('samples.votingApp')}</Typography>
            <Typography color="textSecondary" sx={{ maxWidth: '68ch' }}>
              {t('samples.votingAppText')}
            </Typography>
          </Stack>
          <Stack direction="row" sx={{ gap: 1.25 }}>
            {state.existing < sample.objects.length && (
              <Button variant="contained" color="secondary" startIcon={<Deploy />} loading={busy} disabled={isBusy} onClick={deploy}>
                {t('samples.deploy')}
              </Button>
            )}
            {state.existing > 0 && (
              <Button
                variant="outlined"
                color="error"
                startIcon={<removeSample.icon />}
                disabled={isBusy}
                onClick={() => ask(removeSample, { cluster, sample })}
              >
                {t('action.remove-sample.title')}
              </Button>
            )}
          </Stack>
        </Stack>
        <SampleDiagram verdicts={state.verdicts} />
      </Paper>
      {error && <ErrorNotice error={error} />}
      {operation && operation.state !== 'done' && panel}
      {state.existing > 0 && <SampleLinks sample={sample} ready={state.ready} />}
      {operation?.state === 'done' && panel}
      {!operation && <SampleObjects sample={sample} existing={state.existing} />}
      {dialog}
    </Stack>
  );
}
