/** A step's time: ticks while it runs, with the time it may take at most beside it. */
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { Step } from '../../../engine/api/steps.ts';
import { useNow } from '../Age.tsx';
import { formatDuration, formatRunning } from '../duration.ts';

export function StepTime({ step: { state, startedAt, elapsedMs, deadlineMs } }: { readonly step: Step }) {
  const { t, i18n } = useTranslation();
  if (state === 'running' && startedAt !== undefined)
    return (
      <Box component="span" sx={column}>
        <Elapsed since={startedAt} />
        <Box component="span" sx={{ fontSize: '0.75rem' }}>
          {t('operation.atMost', { time: formatDuration(deadlineMs, i18n.language) })}
        </Box>
      </Box>
    );
  return (
    <Box component="span" sx={column}>
      {elapsedMs !== undefined && formatDuration(elapsedMs, i18n.language)}
    </Box>
  );
}

export function Elapsed({ since }: { readonly since: number }) {
  const { i18n } = useTranslation();
  const now = useNow(Date.now() - since < 10_000 ? 100 : 1000);
  return <span>{formatRunning(now - since, i18n.language)}</span>;
}

const column = {
  display: 'flex',
  flexDirection: 'column',
  alignItems: 'flex-end',
  color: 'text.secondary',
  fontSize: '0.8125rem',
  lineHeight: 1.5,
  whiteSpace: 'nowrap',
  pt: '2px',
} as const;
