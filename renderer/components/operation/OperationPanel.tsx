/** Long work on a cluster: its steps while it runs, its outcome until it is put away. Cancel works in every state; a failure says why and what helps. */
import Close from '@mui/icons-material/CloseRounded';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../../../engine/api/steps.ts';
import type { FixId } from '../../../engine/explain/catalogue.ts';
import { explainFailure } from '../../../engine/explain/explain.ts';
import { useDismiss, useHostCall } from '../../data/use-host-call.ts';
import { formatDuration } from '../duration.ts';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { LevelIcon } from '../Status.tsx';
import { VerdictPanel } from '../VerdictPanel.tsx';
import { OperationProgress } from './OperationProgress.tsx';
import { StepList } from './StepList.tsx';
import { Elapsed } from './StepTime.tsx';

export interface OperationPanelProps {
  readonly operation: Operation;
  /** Asks for the same again. */
  readonly onRetry: () => void;
  /** Further ways on after a failure. */
  readonly ways?: ReactNode;
  readonly onFix?: (fix: FixId) => (() => void) | undefined;
  /** Retry has been pressed. */
  readonly busy?: boolean;
}

export function OperationPanel({ operation, onRetry, ways, onFix, busy = false }: OperationPanelProps) {
  const { t } = useTranslation();
  const { kind, cluster, state } = operation;
  const title = t(`operation.${kind}.${state}`, { name: cluster });
  const failure = operation.steps.find((step) => step.failure)?.failure;
  return (
    <Paper variant="outlined" component="section" aria-label={title} data-operation={state} sx={{ p: 3 }}>
      <Stack sx={{ gap: operation.state === 'done' ? 1 : 2.25 }}>
        <Head operation={operation} title={title} />
        {state === 'running' && <OperationProgress operation={operation} title={title} />}
        {failure && <VerdictPanel verdict={explainFailure(failure)} {...(onFix ? { onFix } : {})} />}
        <Outcome operation={operation} onRetry={onRetry} ways={ways} busy={busy} />
        <Steps operation={operation} />
      </Stack>
    </Paper>
  );
}

function Head({ operation, title }: { readonly operation: Operation; readonly title: string }) {
  const { t, i18n } = useTranslation();
  const { id, state, startedAt, elapsedMs } = operation;
  const { call, error } = useHostCall();
  const dismiss = useDismiss();
  const [cancelled, setCancelled] = useState<string>();
  const cancel = (): void => {
    setCancelled(id);
    void call('operations.cancel', { id }).then((done) => done || setCancelled(undefined));
  };
  return (
    <>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <Stack direction="row" sx={{ flex: '1 1 240px', alignItems: 'center', gap: 1.25 }}>
          {state === 'done' && <LevelIcon level="ok" size={22} />}
          <Typography variant="h2">{title}</Typography>
        </Stack>
        <Typography component="span" color="textSecondary">
          {state === 'running' ? <Elapsed since={startedAt} /> : formatDuration(elapsedMs, i18n.language)}
        </Typography>
        {state === 'running' && (
          <Button variant="outlined" color="inherit" loading={cancelled === id} onClick={cancel}>
            {t('common.cancel')}
          </Button>
        )}
        {state === 'done' && (
          <Tooltip title={t('operation.dismiss')}>
            <IconButton aria-label={t('operation.dismiss')} onClick={() => dismiss(operation)} edge="end">
              <Close fontSize="small" />
            </IconButton>
          </Tooltip>
        )}
      </Stack>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function Outcome({
  operation,
  onRetry,
  ways,
  busy,
}: Pick<OperationPanelProps, 'operation' | 'onRetry' | 'ways'> & { readonly busy: boolean }) {
  const { t } = useTranslation();
  const dismiss = useDismiss();
  const { state } = operation;
  if (state === 'running' || state === 'done') return null;
  return (
    <Stack direction="row" sx={{ gap: 1.25, flexWrap: 'wrap' }}>
      <Button variant="contained" onClick={onRetry} loading={busy}>
        {t('common.retry')}
      </Button>
      {ways}
      <Button color="inherit" onClick={() => dismiss(operation)}>
        {t('operation.dismiss')}
      </Button>
    </Stack>
  );
}

/** After success the steps are still there, but no longer what the page is about. */
function Steps({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  if (operation.state !== 'done') return <StepList operation={operation} />;
  return (
    <details>
      <Typography
        component="summary"
        variant="body2"
        color="textSecondary"
        sx={{ cursor: 'pointer', fontWeight: 600, width: 'fit-content', 'details[open] > &': { mb: 1.5 } }}
      >
        {t('operation.steps', { count: operation.steps.length })}
      </Typography>
      <StepList operation={operation} />
    </details>
  );
}
