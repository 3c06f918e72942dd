/** A state as colour, shape and word: never by colour alone. */
import CheckCircle from '@mui/icons-material/CheckCircleRounded';
import ErrorIcon from '@mui/icons-material/ErrorRounded';
import Info from '@mui/icons-material/PendingRounded';
import Warning from '@mui/icons-material/WarningRounded';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import type { Level } from '../../engine/explain/cause.ts';

const icons = { ok: CheckCircle, info: Info, warning: Warning, error: ErrorIcon } as const;
export const colours = { ok: 'success.main', info: 'info.main', warning: 'warning.main', error: 'error.main' } as const satisfies Record<
  Level,
  string
>;

export function LevelIcon({ level, size = 17 }: { readonly level: Level; readonly size?: number }) {
  const Icon = icons[level];
  return <Icon aria-hidden sx={{ fontSize: size, color: colours[level], flex: 'none' }} />;
}

export function Status({ level, children }: { readonly level: Level; readonly children: ReactNode }) {
  return (
    <Box
      component="span"
      data-level={level}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        minWidth: 0,
        fontWeight: 550,
        verticalAlign: 'middle',
        maxWidth: '100%',
      }}
    >
      <LevelIcon level={level} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {children}
      </Box>
    </Box>
  );
}
