/** The head of a page: its one h1, a line below, and what can be done here on the right. Names the document, too. */
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect } from 'react';

export interface PageHeaderProps {
  readonly title: string;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, above, below, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} – Minato`;
  }, [title]);
  return (
    <Stack component="header" direction="row" sx={{ alignItems: 'flex-end', gap: 3, flexWrap: 'wrap', mb: 2.5 }}>
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        {above}
        <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        {below && (
          <Typography component="div" color="textSecondary" sx={{ mt: 0.5 }}>
            {below}
          </Typography>
        )}
      </Box>
      {actions && (
        <Stack direction="row" sx={{ gap: 1.25, alignItems: 'center', flexWrap: 'wrap' }}>
          {actions}
        </Stack>
      )}
    </Stack>
  );
}
