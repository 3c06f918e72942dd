/** One part of an overview, with its heading. */
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly action?: ReactNode;
  /** Without a frame: for parts that bring their own. */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, action, bare = false, children }: SectionProps) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0 }}>
      <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between', gap: 2, mb: 1, minHeight: 30 }}>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        {action}
      </Stack>
      {bare ? (
        children
      ) : (
        <Paper variant="outlined" sx={{ p: 2.25 }}>
          {children}
        </Paper>
      )}
    </Box>
  );
}
