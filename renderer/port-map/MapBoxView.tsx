/** One box of a port map, at its place. Its height is fixed by layout.ts, so that the lines meet its rows. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import type { Probe } from '../data/ports-store.ts';
import { BackendHead } from './BackendHead.tsx';
import type { MapRow, Placed } from './boxes.ts';
import { HostPortHead } from './HostPortHead.tsx';
import { rowHeightOf } from './layout.ts';
import { NodeHead, ServiceHead } from './PlaceHeads.tsx';

export interface MapBoxViewProps {
  readonly box: Placed;
  readonly isBroken: boolean;
  readonly namespace: string;
  readonly probe: Probe | undefined;
}

export function MapBoxView({ box, isBroken, namespace, probe }: MapBoxViewProps) {
  const isSolid = box.kind !== 'none' && box.kind !== 'more';
  return (
    <Box
      component="li"
      style={{ top: box.top, height: box.height }}
      sx={{
        position: 'absolute',
        left: 0,
        right: 0,
        border: isBroken ? 2 : 1,
        borderStyle: isSolid ? 'solid' : 'dashed',
        borderColor: isBroken ? 'error.main' : isSolid ? 'divider' : 'fog.line',
        borderRadius: 1,
        bgcolor: isSolid ? 'background.paper' : 'transparent',
        overflow: 'hidden',
      }}
    >
      <Head box={box} namespace={namespace} probe={probe} />
      {box.rows.map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </Box>
  );
}

function Head({ box, namespace, probe }: Omit<MapBoxViewProps, 'isBroken'>) {
  switch (box.kind) {
    case 'hostPort':
      return <HostPortHead hostPort={box.hostPort} probe={probe} />;
    case 'node':
      return <NodeHead name={box.name} address={box.address} isReady={box.isReady} />;
    case 'service':
      return <ServiceHead box={box} />;
    case 'backend':
      return <BackendHead backend={box.backend} namespace={namespace} />;
    case 'more':
      return <More hop={box.hop} count={box.count} />;
    case 'none':
      return <None why={box.why} />;
  }
}

function More({ hop, count }: { readonly hop: Placed['hop']; readonly count: number }) {
  const { t } = useTranslation();
  return <Centred>{t(hop === 'node' ? 'services.moreNodes' : 'services.morePods', { count })}</Centred>;
}
function None({ why }: { readonly why: Extract<Placed, { kind: 'none' }>['why'] }) {
  const { t } = useTranslation();
  return <Centred>{t(`services.none.${why}`)}</Centred>;
}
function Centred({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      sx={{
        height: '100%',
        display: 'grid',
        placeItems: 'center',
        textAlign: 'center',
        px: 1,
        fontSize: '0.78rem',
        lineHeight: 1.35,
        color: 'text.secondary',
      }}
    >
      {children}
    </Box>
  );
}

function Row({ row }: { readonly row: MapRow }) {
  return (
    <Box
      style={{ height: rowHeightOf(row) }}
      sx={{ display: 'flex', flexDirection: 'column', justifyContent: 'center', px: 1.25, borderTop: 1, borderColor: 'divider' }}
    >
      {row.numbers.map(({ name, value }, index) => (
        <Box key={name} sx={{ display: 'flex', alignItems: 'baseline', gap: 0.75, whiteSpace: 'nowrap', minWidth: 0 }}>
          <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
            {name}
          </Box>
          <PortValue value={value} />
          {index === 0 && row.note && (
            <Box
              component="span"
              sx={{ ml: 'auto', fontSize: '0.72rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis' }}
            >
              {row.note}
            </Box>
          )}
        </Box>
      ))}
    </Box>
  );
}
function PortValue({ value }: { readonly value: string | undefined }) {
  const { t } = useTranslation();
  if (value === undefined)
    return (
      <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary', fontStyle: 'italic' }}>
        {t('services.undeclared')}
      </Box>
    );
  return (
    <Box component="span" sx={{ fontFamily: mono, fontSize: '0.82rem', fontWeight: 600, flex: 'none' }}>
      {value}
    </Box>
  );
}
