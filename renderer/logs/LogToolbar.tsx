/** What to show of a log: container, run, times, line breaks; search with the way from hit to hit. */
import Next from '@mui/icons-material/KeyboardArrowDownRounded';
import Previous from '@mui/icons-material/KeyboardArrowUpRounded';
import Search from '@mui/icons-material/SearchRounded';
import FormControlLabel from '@mui/material/FormControlLabel';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../components/Form.tsx';
import type { LogContainer, LogOptions } from './log-options.ts';

export interface LogToolbarProps {
  readonly containers: readonly LogContainer[];
  readonly options: LogOptions;
  readonly onChange: (next: Partial<LogOptions>) => void;
  readonly hits: number;
  /** Counts from 0. */
  readonly hit: number;
  readonly onStep: (by: 1 | -1) => void;
  readonly choice: ReactNode;
}

export function LogToolbar({ containers, options, onChange, hits, hit, onStep, choice }: LogToolbarProps) {
  const { t } = useTranslation();
  const hasPrevious = (containers.find(({ name }) => name === options.container)?.restarts ?? 0) > 0;
  return (
    <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      {choice}
      {containers.length > 1 && (
        <TextField
          select
          label={t('field.container')}
          value={options.container}
          onChange={(event) => onChange({ container: event.target.value, previous: false })}
          sx={{ minWidth: 150 }}
        >
          {containers.map(({ name, isInit }) => (
            <MenuItem key={name} value={name}>
              {isInit ? t('logs.init', { name }) : name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <SearchField query={options.query} onChange={onChange} hits={hits} hit={hit} onStep={onStep} />
      <Stack direction="row" sx={{ ml: 'auto', flexWrap: 'wrap' }}>
        <Toggle label={t('logs.follow')} value={options.follow} onChange={(follow) => onChange({ follow })} disabled={options.previous} />
        <Toggle label={t('logs.timestamps')} value={options.timestamps} onChange={(timestamps) => onChange({ timestamps })} />
        <Toggle label={t('logs.wrap')} value={options.wrap} onChange={(wrap) => onChange({ wrap })} />
        <Toggle
          label={t('logs.previous')}
          value={options.previous}
          onChange={(previous) => onChange({ previous })}
          disabled={!hasPrevious && !options.previous}
        />
      </Stack>
    </Stack>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly disabled?: boolean;
}
function Toggle({ label, value, onChange, disabled = false }: ToggleProps) {
  return (
    <FormControlLabel
      label={label}
      disabled={disabled}
      control={<Switch size="small" checked={value} onChange={(_event, checked) => onChange(checked)} />}
      slotProps={{ typography: { variant: 'body2' } }}
    />
  );
}

function SearchField({
  query,
  onChange,
  hits,
  hit,
  onStep,
}: Pick<LogToolbarProps, 'onChange' | 'hits' | 'hit' | 'onStep'> & { readonly query: string }) {
  const { t } = useTranslation();
  return (
    <TextField
      type="search"
      value={query}
      placeholder={t('logs.search')}
      onChange={(event) => onChange({ query: event.target.value })}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || isComposing(event)) return;
        event.preventDefault();
        onStep(event.shiftKey ? -1 : 1);
      }}
      sx={{ width: 300 }}
      slotProps={{
        htmlInput: { 'aria-label': t('logs.search'), 'data-filter': true, 'aria-keyshortcuts': '/' },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search fontSize="small" />
            </InputAdornment>
          ),
          endAdornment: query !== '' && (
            <InputAdornment position="end" sx={{ gap: 0.25 }}>
              <Stack component="span" role="status" sx={{ fontSize: '0.78rem' }}>
                {hits === 0 ? t('logs.noHits') : t('logs.hitOf', { hit: hit + 1, hits })}
              </Stack>
              <IconButton size="small" aria-label={t('logs.previousHit')} disabled={hits === 0} onClick={() => onStep(-1)}>
                <Previous fontSize="inherit" />
              </IconButton>
              <IconButton size="small" aria-label={t('logs.nextHit')} disabled={hits === 0} onClick={() => onStep(1)}>
                <Next fontSize="inherit" />
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
