/** What a page shows when it has nothing to show: why, and a way on. */
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

export interface StateViewProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly picture?: ReactNode;
  /** Buttons and links. */
  readonly actions?: ReactNode;
  readonly busy?: boolean;
}

export function StateView({ title, text, picture, actions, busy = false }: StateViewProps) {
  return (
    <Stack
      role={busy ? 'status' : undefined}
      sx={{ alignItems: 'center', textAlign: 'center', px: 3, py: 8, gap: 1.5, maxWidth: 560, mx: 'auto' }}
    >
      {busy ? <CircularProgress size={28} aria-label={title} /> : picture && <Box sx={{ color: 'fog.line', mb: 1 }}>{picture}</Box>}
      <Typography variant="h2" component="p">
        {title}
      </Typography>
      {text && (
        <Typography color="textSecondary" component="div">
          {text}
        </Typography>
      )}
      {actions && (
        <Stack direction="row" sx={{ gap: 1.5, mt: 1.5, flexWrap: 'wrap', justifyContent: 'center' }}>
          {actions}
        </Stack>
      )}
    </Stack>
  );
}
