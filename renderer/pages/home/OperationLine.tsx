/** One line for an operation: what is being done and at which step, or why it ended early. */
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../../../engine/api/steps.ts';
import { explainFailure } from '../../../engine/explain/explain.ts';
import { currentStep, stepTitle } from '../../components/operation/step-title.ts';
import { Status } from '../../components/Status.tsx';

export function OperationLine({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const { kind, cluster, state, steps } = operation;
  const title = t(`operation.${kind}.${state}`, { name: cluster });
  if (state === 'running') {
    const done = steps.filter((step) => step.state === 'done').length;
    const step = currentStep(operation);
    return (
      <>
        <LinearProgress
          variant="determinate"
          color="secondary"
          value={(100 * done) / Math.max(1, steps.length)}
          aria-label={title}
          sx={{ mt: 2, height: 6, borderRadius: 3 }}
        />
        <Typography variant="body2" color="textSecondary" role="status" sx={{ mt: 1 }}>
          {t('operation.progress', { done, count: steps.length, step: step ? stepTitle(t, kind, step) : '' })}
        </Typography>
      </>
    );
  }
  const failure = steps.find((step) => step.failure)?.failure;
  const verdict = failure && explainFailure(failure);
  return (
    <Typography variant="body2" component="div" sx={{ mt: 1.5 }}>
      <Status level={state === 'failed' ? 'error' : 'info'}>{verdict ? t(`explain.${verdict.cause}.title`, verdict.params) : title}</Status>
    </Typography>
  );
}
