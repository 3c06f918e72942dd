/** A cluster that is being made, or could not be: it is not in the list yet, but its steps are known. */
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Operation } from '../../../engine/api/steps.ts';
import { paths } from '../../app/paths.ts';
import { OperationLine } from './OperationLine.tsx';

export function DetachedOperation({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  return (
    <Paper variant="outlined" component="section" aria-label={operation.cluster} sx={{ p: 3 }}>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center' }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {operation.cluster}
        </Typography>
        <Button component={Link} to={paths.cluster(operation.cluster)} variant="outlined">
          {t('home.seeSteps')}
        </Button>
      </Stack>
      <OperationLine operation={operation} />
    </Paper>
  );
}
