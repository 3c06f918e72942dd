/** Draws a port map: four columns of boxes, and between them the lines. The columns are lists for those who do not see the lines. */
import Box from '@mui/material/Box';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hop } from '../../engine/explain/service.ts';
import type { Probe } from '../data/ports-store.ts';
import type { PortMap } from './boxes.ts';
import { Lines } from './Lines.tsx';
import { hops } from './layout.ts';
import { MapBoxView } from './MapBoxView.tsx';

export interface PortMapViewProps {
  readonly map: PortMap;
  readonly probes: ReadonlyMap<string, Probe>;
  readonly brokenHop: Hop | undefined;
  readonly namespace: string;
  readonly label: string;
}

const gapWidth = 46;
const template = `minmax(184px, 1.05fr) ${gapWidth}px minmax(164px, 1fr) ${gapWidth}px minmax(184px, 1fr) ${gapWidth}px minmax(190px, 1.3fr)`;

export function PortMapView({ map, probes, brokenHop, namespace, label }: PortMapViewProps) {
  return (
    <Box
      role="group"
      aria-label={label}
      // Narrow windows scroll the map by itself, also with the keyboard.
      tabIndex={0}
      sx={{ display: 'grid', gridTemplateColumns: template, overflowX: 'auto', pb: 0.5 }}
    >
      {hops.map((hop, index) => (
        <Fragment key={hop}>
          {index > 0 && (
            <Lines lines={map.lines.filter(({ gap }) => gap === index - 1)} height={map.height} width={gapWidth} offset={headingHeight} />
          )}
          <Column hop={hop} map={map} probes={probes} isBroken={brokenHop === hop} namespace={namespace} />
        </Fragment>
      ))}
    </Box>
  );
}

const headingHeight = 26;

interface ColumnProps extends Pick<PortMapViewProps, 'map' | 'probes' | 'namespace'> {
  readonly hop: Hop;
  readonly isBroken: boolean;
}
function Column({ hop, map, probes, isBroken, namespace }: ColumnProps) {
  const { t } = useTranslation();
  const title = t(`services.column.${hop}`);
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box aria-hidden sx={{ height: headingHeight, fontSize: '0.75rem', fontWeight: 650, color: 'text.secondary' }}>
        {title}
      </Box>
      <Box component="ul" aria-label={title} sx={{ position: 'relative', height: map.height, listStyle: 'none', p: 0, m: 0 }}>
        {map.columns[hop].map((box) => (
          <MapBoxView
            key={box.id}
            box={box}
            isBroken={isBroken}
            namespace={namespace}
            probe={box.kind === 'hostPort' ? probes.get(box.hostPort.id) : undefined}
          />
        ))}
      </Box>
    </Box>
  );
}
