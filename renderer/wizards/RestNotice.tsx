/** What the API server refuses about an object and no field of the form is to blame for. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import type { FieldErrors } from './field-errors.ts';

export function RestNotice({ errors: { rest, general } }: { readonly errors: FieldErrors<string> }) {
  const { t } = useTranslation();
  if (general) return <ErrorNotice error={general} />;
  if (rest.length === 0) return null;
  return (
    <Alert severity="error" role="alert">
      {t('wizard.refused')}
      {rest.map((line) => (
        <Box key={line} component="p" sx={{ m: 0, mt: 0.5, fontFamily: mono, fontSize: '0.8rem', overflowWrap: 'anywhere' }}>
          {line}
        </Box>
      ))}
    </Alert>
  );
}
