/** Environment variables as rows of name and value. Enter in a row begins the next one; the form is submitted elsewhere. */
import Add from '@mui/icons-material/AddRounded';
import Close from '@mui/icons-material/CloseRounded';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { isComposing } from '../components/Form.tsx';
import type { EnvRow } from './deployment-draft.ts';

export interface EnvRowsProps {
  readonly rows: readonly EnvRow[];
  readonly onChange: (rows: readonly EnvRow[]) => void;
  readonly error?: string | undefined;
}

export function EnvRows({ rows, onChange, error }: EnvRowsProps) {
  const { t } = useTranslation();
  const id = useId();
  const add = (): void => onChange([...rows, { id: Math.max(0, ...rows.map((row) => row.id)) + 1, name: '', value: '' }]);
  const change = (changed: EnvRow): void => onChange(rows.map((row) => (row.id === changed.id ? changed : row)));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || isComposing(event) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    add();
  };
  return (
    <Stack role="group" aria-labelledby={id} sx={{ gap: 1.25 }}>
      <Typography id={id} variant="body2" sx={{ fontWeight: 600 }}>
        {t('wizard.env.title')}
      </Typography>
      {rows.map((row, index) => (
        <Stack key={row.id} direction="row" sx={{ gap: 1 }} onKeyDown={onKeyDown}>
          <TextField
            autoFocus={index > 0 || row.name === ''}
            label={t('wizard.env.name')}
            value={row.name}
            onChange={(event) => change({ ...row, name: event.target.value.trim() })}
            sx={{ flex: 2, '& input': { fontFamily: mono } }}
          />
          <TextField
            label={t('wizard.env.value')}
            value={row.value}
            onChange={(event) => change({ ...row, value: event.target.value })}
            sx={{ flex: 3, '& input': { fontFamily: mono } }}
          />
          <Tooltip title={t('wizard.env.remove')}>
            <IconButton aria-label={t('wizard.env.remove')} onClick={() => onChange(rows.filter((other) => other !== row))}>
              <Close fontSize="small" />
            </IconButton>
          </Tooltip>
        </Stack>
      ))}
      {error !== undefined && (
        <FormHelperText error sx={{ whiteSpace: 'pre-line', mx: 0 }}>
          {error}
        </FormHelperText>
      )}
      <Button size="small" startIcon={<Add />} onClick={add} sx={{ alignSelf: 'flex-start' }}>
        {t('wizard.env.add')}
      </Button>
    </Stack>
  );
}
