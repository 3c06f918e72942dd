/** The head of a box: a name, and a line below. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { headHeight } from './layout.ts';

export function TwoLines({ first, second }: { readonly first: ReactNode; readonly second: ReactNode }) {
  return (
    <Box sx={{ height: headHeight, px: 1.25, display: 'flex', flexDirection: 'column', justifyContent: 'center', minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 0.75,
          minWidth: 0,
          fontWeight: 600,
          fontSize: '0.875rem',
          lineHeight: 1.45,
          whiteSpace: 'nowrap',
        }}
      >
        {first}
      </Box>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 0.5,
          minWidth: 0,
          fontSize: '0.75rem',
          lineHeight: 1.45,
          color: 'text.secondary',
          whiteSpace: 'nowrap',
          overflow: 'hidden',
          textOverflow: 'ellipsis',
        }}
      >
        {second}
      </Box>
    </Box>
  );
}
