/** An error of the host or of the API server, in the user's language where it has one, with the API server's own words as they are. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { WireError } from '../../engine/host/contract.ts';
import { mono } from '../app/theme.ts';
import { Prose } from './Prose.tsx';

export function ErrorNotice({ error, onRetry }: { readonly error: WireError; readonly onRetry?: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Alert severity="error" role="alert" action={onRetry}>
      <Prose>{t(`error.${error.code}`, error.params)}</Prose>
      {error.code !== 'disconnected' && (
        <Box component="p" sx={{ m: 0, mt: 0.5, fontFamily: mono, fontSize: '0.8rem', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          <Prose>{error.status?.message ?? error.message}</Prose>
        </Box>
      )}
    </Alert>
  );
}
