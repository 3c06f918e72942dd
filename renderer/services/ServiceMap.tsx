/** The port map of one Service, live: asked of the caches, drawn, and explained where a hop is broken. */
import Stack from '@mui/material/Stack';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { VerdictPanel } from '../components/VerdictPanel.tsx';
import { useClusterName, useObjects } from '../data/hooks.ts';
import { nodes, services } from '../data/kinds.ts';
import { useFixes } from '../objects/use-fixes.tsx';
import type { ServiceView } from '../objects/use-verdicts.ts';
import { PortMapView } from '../port-map/PortMapView.tsx';
import { portMap } from '../port-map/port-map.ts';
import { useProbing } from '../port-map/use-probing.ts';
import { readyKey } from './ready-key.ts';

export function ServiceMap({ service, view }: { readonly service: Live<Service>; readonly view: ServiceView }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { objects: allNodes } = useObjects(nodes);
  const { verdict, pods, slices, hostPorts, probes } = view;
  const { brokenHop } = verdict;
  const map = useMemo(
    () => portMap({ service, endpointSlices: slices, pods, nodes: allNodes, hostPorts, brokenHop }),
    [service, slices, pods, allNodes, hostPorts, brokenHop],
  );
  useProbing(hostPorts, readyKey(view));
  const { onFix, dialog } = useFixes({ cluster, kind: services, object: service });
  const { name, namespace = '' } = service.metadata;
  return (
    <Stack sx={{ gap: 2 }}>
      <PortMapView map={map} probes={probes} brokenHop={brokenHop} namespace={namespace} label={t('services.mapOf', { name })} />
      {verdict.level !== 'ok' && verdict.level !== 'info' && <VerdictPanel verdict={verdict} onFix={onFix} />}
      {dialog}
    </Stack>
  );
}
