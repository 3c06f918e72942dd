/** One line for an operation: what is being done and at which step, or why it ended early. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../../../engine/api/steps.ts';
import { explainFailure } from '../../../engine/explain/explain.ts';
import { OperationProgress } from '../../components/operation/OperationProgress.tsx';
import { Status } from '../../components/Status.tsx';

export function OperationLine({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const { kind, cluster, state, steps } = operation;
  const title = t(`operation.${kind}.${state}`, { name: cluster });
  if (state === 'running') {
    return (
      <Box sx={{ mt: 2 }}>
        <OperationProgress operation={operation} title={title} />
      </Box>
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
