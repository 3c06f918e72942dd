/** A difference, line by line: told by sign and colour, unchanged lines shortened. */
import Box from '@mui/material/Box';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { excerpt, lineDiff } from './line-diff.ts';

const signs = { same: ' ', gone: '−', new: '+' } as const;
const colours = { same: 'text.secondary', gone: 'error.main', new: 'success.main' } as const;

export function DiffView({ before, after, label }: { readonly before: string; readonly after: string; readonly label: string }) {
  const { t } = useTranslation();
  const lines = useMemo(() => excerpt(lineDiff(before, after)).map((line, place) => ({ line, place })), [before, after]);
  if (lines.length === 0) return <Box sx={{ color: 'text.secondary' }}>{t('detail.yaml.nothingChanges')}</Box>;
  return (
    <Box
      component="pre"
      role="group"
      tabIndex={0}
      aria-label={label}
      sx={{
        m: 0,
        p: 1.5,
        maxHeight: 420,
        overflow: 'auto',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        fontFamily: mono,
        fontSize: '0.8rem',
        lineHeight: 1.6,
      }}
    >
      {lines.map(({ line, place }) => (
        <Box
          key={place}
          component="span"
          sx={{ display: 'block', color: line ? colours[line.kind] : 'text.secondary', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {line ? `${signs[line.kind]} ${line.text}` : '⋯'}
        </Box>
      ))}
    </Box>
  );
}
