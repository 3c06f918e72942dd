/** The heads of a node and of a Service in a port map. */
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { mono } from '../app/theme.ts';
import { LevelIcon } from '../components/Status.tsx';
import { Unbroken } from '../components/Unbroken.tsx';
import { useClusterName } from '../data/hooks.ts';
import type { MapBox } from './boxes.ts';
import { TwoLines } from './TwoLines.tsx';

export function NodeHead({
  name,
  address,
  isReady,
}: {
  readonly name: string;
  readonly address: string | undefined;
  readonly isReady: boolean;
}) {
  const cluster = useClusterName();
  const { t } = useTranslation();
  return (
    <TwoLines
      first={
        <>
          {!isReady && <LevelIcon level="error" />}
          <NameLink to={paths.object(cluster, { plural: 'nodes', name })}>{name}</NameLink>
        </>
      }
      second={
        <>
          {isReady ? '' : `${t('services.nodeNotReady')} · `}
          <Address name="InternalIP" value={address} />
        </>
      }
    />
  );
}

export function ServiceHead({ box: { name, type, address, external } }: { readonly box: Extract<MapBox, { kind: 'service' }> }) {
  return (
    <TwoLines
      first={
        <>
          <Clipped>{name}</Clipped>
          <Box component="span" sx={{ ml: 'auto', fontSize: '0.72rem', fontWeight: 550, color: 'text.secondary', whiteSpace: 'nowrap' }}>
            {type}
          </Box>
        </>
      }
      second={
        <Address name={type === 'ExternalName' ? 'externalName' : 'clusterIP'} value={[address, external].filter(Boolean).join(', ')} />
      }
    />
  );
}

export function Address({ name, value }: { readonly name: string; readonly value: string | undefined }) {
  return (
    <>
      {name}
      <Box component="span" sx={{ fontFamily: mono, fontSize: '0.74rem', color: 'text.primary', minWidth: 0 }}>
        <Unbroken>{value ?? '–'}</Unbroken>
      </Box>
    </>
  );
}
export function NameLink({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <Box
      component={Link}
      to={to}
      title={children}
      sx={{
        color: 'text.primary',
        textDecoration: 'none',
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
        '&:hover': { textDecoration: 'underline' },
      }}
    >
      {children}
    </Box>
  );
}
function Clipped({ children }: { readonly children: string }) {
  return (
    <Box component="span" title={children} sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
      {children}
    </Box>
  );
}
