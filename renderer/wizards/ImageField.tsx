/** The image: any name may be typed; offered are those the nodes already have, those that run, and some to begin with. */
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { useSelected } from '../data/hooks.ts';
import { nodes, pods } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';
import { imageChoices } from './image-choices.ts';

export interface ImageFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}

export function ImageField({ value, onChange, error }: ImageFieldProps) {
  const { t } = useTranslation();
  const present = useSelected(
    nodes,
    (list) => list.list().flatMap(({ status }) => (status?.images ?? []).flatMap(({ names }) => names ?? [])),
    sameItems,
  );
  const running = useSelected(
    pods,
    (list) => list.list().flatMap(({ spec }) => spec.containers.flatMap(({ image }) => image ?? [])),
    sameItems,
  );
  const choices = useMemo(() => imageChoices({ present, running }), [present, running]);
  return (
    <Autocomplete
      freeSolo
      // Within the page's landmarks, where screen readers look for it.
      disablePortal
      renderGroup={({ key, group, children }) => (
        <Box key={key} role="group" aria-label={group}>
          <Box aria-hidden sx={{ px: 2, py: 0.75, fontSize: '0.78rem', fontWeight: 650, color: 'text.secondary' }}>
            {group}
          </Box>
          <Box component="ul" role="none" sx={{ p: 0, m: 0, listStyle: 'none', fontFamily: mono, fontSize: '0.85rem' }}>
            {children}
          </Box>
        </Box>
      )}
      options={choices}
      getOptionLabel={(choice) => (typeof choice === 'string' ? choice : choice.image)}
      groupBy={({ source }) => t(`wizard.image.${source}`)}
      inputValue={value}
      onInputChange={(_event, next) => onChange(next.trim())}
      renderInput={(parameters) => (
        <TextField
          {...parameters}
          label={t('wizard.image.label')}
          required
          error={error !== undefined}
          helperText={error ?? t('wizard.image.help')}
          sx={{ '& input': { fontFamily: mono } }}
          slotProps={{
            ...parameters.slotProps,
            inputLabel: { ...parameters.slotProps?.inputLabel, required: false },
            formHelperText: { sx: { whiteSpace: 'pre-line' } },
          }}
        />
      )}
    />
  );
}
