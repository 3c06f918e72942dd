/** Names and values side by side, as a description list. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { Prose } from './Prose.tsx';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', columnGap: 3, rowGap: 1 }}>
      {facts.map(({ label, value }) => (
        <Box key={label} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
            {label}
          </Box>
          <Box component="dd" sx={{ m: 0, fontSize: '0.9rem', overflowWrap: 'anywhere' }}>
            {typeof value === 'string' ? <Prose>{value}</Prose> : value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
