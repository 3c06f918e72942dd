/** A link out of the window: a new tab in a browser; in Electron the host opens the system's browser, because the window itself goes nowhere. */
import OpenInNew from '@mui/icons-material/OpenInNewRounded';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost, useStore, useWindowData } from '../data/hooks.ts';
import { hidden } from './hidden.ts';
import { Unbroken } from './Unbroken.tsx';

export function ExternalLink({ href, children }: { readonly href: string; readonly children: string }) {
  const { t } = useTranslation();
  const host = useHost();
  const isElectron = useStore(useWindowData().app)?.shell === 'electron';
  const open = (event: MouseEvent): void => {
    if (!isElectron) return;
    event.preventDefault();
    void host.call('app.openExternal', { url: href });
  };
  return (
    <Link
      href={href}
      target="_blank"
      rel="noreferrer"
      onClick={open}
      sx={{ display: 'inline-flex', minWidth: 0, maxWidth: '100%', alignItems: 'center', gap: 0.5 }}
    >
      <Unbroken>{children}</Unbroken>
      <OpenInNew aria-hidden sx={{ fontSize: '1em', flex: 'none' }} />
      <Box component="span" sx={hidden}>
        {t('common.opensBrowser')}
      </Box>
    </Link>
  );
}
