/** The frame of every page: navigation on the left, page on the right, the notice of a lost connection above, a link past the navigation for the keyboard. */
import Box from '@mui/material/Box';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { StateView } from '../components/StateView.tsx';
import { useStore, useWindowData } from '../data/hooks.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Navigation } from './Navigation.tsx';
import { useFilterKey } from './use-filter-key.ts';

export function Shell() {
  const { pathname } = useLocation();
  useFilterKey();
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', bgcolor: 'background.default' }}>
      <SkipLink />
      <ConnectionNotice />
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        <Navigation />
        <Box
          component="main"
          id="page"
          tabIndex={-1}
          sx={{ flex: 1, minWidth: 0, overflow: 'auto', outline: 'none', display: 'flex', flexDirection: 'column' }}
        >
          <Box sx={{ flex: 1, minHeight: 0, width: '100%', maxWidth: 1440, mx: 'auto', px: 4, pt: 3.5, pb: 4, ...column }}>
            <ErrorBoundary place={pathname}>
              <Suspense fallback={<PageLoading />}>
                <Outlet />
              </Suspense>
            </ErrorBoundary>
          </Box>
        </Box>
      </Box>
    </Box>
  );
}
const column = { display: 'flex', flexDirection: 'column' } as const;

/** The first page of a window is the only one that is waited for with nothing before it; it says so only when that takes long. */
function PageLoading() {
  const { t } = useTranslation();
  const isLate = useLate(400);
  return isLate ? <StateView busy title={t('common.loading')} /> : null;
}
function useLate(afterMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return late;
}

function SkipLink() {
  const { t } = useTranslation();
  return (
    <Box
      component="button"
      type="button"
      // A link to #page would be a route of the router.
      onClick={() => document.getElementById('page')?.focus()}
      sx={{
        position: 'absolute',
        zIndex: 'tooltip',
        top: 8,
        left: 8,
        px: 2,
        py: 1,
        border: 0,
        borderRadius: 1,
        font: 'inherit',
        fontWeight: 650,
        bgcolor: 'primary.main',
        color: 'primary.contrastText',
        '&:not(:focus)': { clipPath: 'inset(50%)', width: 1, height: 1, p: 0, overflow: 'hidden' },
      }}
    >
      {t('shell.skip')}
    </Box>
  );
}

function ConnectionNotice() {
  const { t } = useTranslation();
  const connected = useStore(useWindowData().connected);
  return (
    <Box role="status">
      {!connected && (
        <Box sx={{ px: 3, py: 1, bgcolor: 'warning.main', color: 'warning.contrastText', fontWeight: 600, fontSize: '0.875rem' }}>
          {t('shell.connectionLost')}
        </Box>
      )}
    </Box>
  );
}
