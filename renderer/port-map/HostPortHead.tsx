/** A port of this computer: a link that is asked whether something answers, or why there is none. */
import Refresh from '@mui/icons-material/RefreshRounded';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import type { HostPort } from '../../engine/host/contract.ts';
import { ExternalLink } from '../components/ExternalLink.tsx';
import { LevelIcon } from '../components/Status.tsx';
import { Unbroken } from '../components/Unbroken.tsx';
import { useIsSimulated, usePorts } from '../data/hooks.ts';
import type { Probe } from '../data/ports-store.ts';
import { hostPortStatus } from './host-port-status.ts';
import { TwoLines } from './TwoLines.tsx';

export function HostPortHead({ hostPort, probe }: { readonly hostPort: HostPort; readonly probe: Probe | undefined }) {
  const { t } = useTranslation();
  const { store } = usePorts();
  const { level, text, params } = hostPortStatus(hostPort, probe, useIsSimulated());
  const said = t(`services.probe.${text}`, params);
  const address = `localhost:${hostPort.hostPort ?? hostPort.preferredHostPort}`;
  return (
    <TwoLines
      first={
        <>
          <LevelIcon level={level} />
          {hostPort.url ? (
            <ExternalLink href={hostPort.url}>{address}</ExternalLink>
          ) : (
            <Box component="span" sx={{ minWidth: 0, color: 'text.secondary', textDecoration: 'line-through' }}>
              <Unbroken>{address}</Unbroken>
            </Box>
          )}
          {hostPort.url && text !== 'simulated' && (
            <Tooltip title={t('services.probeAgain')}>
              <IconButton
                size="small"
                aria-label={t('services.probeAgainAt', { address })}
                onClick={() => void store.probe(hostPort.id)}
                sx={{ ml: 'auto', p: 0.25 }}
              >
                <Refresh sx={{ fontSize: 16 }} />
              </IconButton>
            </Tooltip>
          )}
        </>
      }
      second={
        <Box component="span" role="status" title={said} sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
          {said}
        </Box>
      }
    />
  );
}
