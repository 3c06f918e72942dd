/** How far an operation has come, and the step it is at. */
import LinearProgress from '@mui/material/LinearProgress';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../../../engine/api/steps.ts';
import { currentStep, stepTitle } from './step-title.ts';

export function OperationProgress({ operation, title }: { readonly operation: Operation; readonly title: string }) {
  const { t } = useTranslation();
  const { steps, kind } = operation;
  const done = steps.filter(({ state }) => state === 'done').length;
  const step = currentStep(operation);
  return (
    <Stack sx={{ gap: 1 }}>
      <LinearProgress
        variant="determinate"
        color="secondary"
        value={(100 * done) / Math.max(1, steps.length)}
        aria-label={title}
        sx={{ height: 6, borderRadius: 3 }}
      />
      <Typography role="status" variant="body2" color="textSecondary">
        {t('operation.progress', { done, count: steps.length, step: step ? stepTitle(t, kind, step) : '' })}
      </Typography>
    </Stack>
  );
}
