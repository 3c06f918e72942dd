/** The head of a page: its one h1, a line below, and what can be done here on the right. Names the document, too. */
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

export interface PageHeaderProps {
  readonly title: string;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, above, below, actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirstLoad = useLocation().key === 'default';
  useEffect(() => {
    document.title = `${title} – Minato`;
  }, [title]);
  // Whoever came here by a link or a key goes on reading here. Tabs within a page keep this header, and with it the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page appears
  useEffect(() => {
    if (!isFirstLoad) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack component="header" direction="row" sx={{ alignItems: 'flex-end', gap: 3, flexWrap: 'wrap', mb: 2.5 }}>
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        {above}
        <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ overflowWrap: 'anywhere', '&:focus': { outline: 'none' } }}>
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
