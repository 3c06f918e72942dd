/** What the API server said to the last dry run, in one line. */
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { Status } from '../components/Status.tsx';
import type { DryRun } from './use-dry-run.ts';

export function DryRunLine({ dryRun }: { readonly dryRun: DryRun }) {
  const { t } = useTranslation();
  return (
    <Box role="status" sx={{ fontSize: '0.82rem', color: 'text.secondary', minHeight: 22, display: 'flex' }}>
      {dryRun.state === 'accepted' && <Status level="ok">{t('wizard.dryRun.accepted')}</Status>}
      {dryRun.state === 'refused' && <Status level="error">{t('wizard.dryRun.refused')}</Status>}
      {dryRun.state === 'asking' && <Status level="info">{t('wizard.dryRun.asking')}</Status>}
    </Box>
  );
}
