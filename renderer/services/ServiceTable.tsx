/** Services as a table: kubectl's columns, the ports of this computer, and how each fares. For many Services, and for those who read rather than look. */
import Box from '@mui/material/Box';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { paths, placeOf } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { DataTable, type TableColumn } from '../components/DataTable.tsx';
import { ExternalLink } from '../components/ExternalLink.tsx';
import { NamespaceFilter } from '../components/NamespaceFilter.tsx';
import { useClusterName, usePorts } from '../data/hooks.ts';
import { services } from '../data/kinds.ts';
import { useRowActions } from '../objects/use-row-actions.tsx';
import { useServiceView } from '../objects/use-verdicts.ts';
import { VerdictBadge } from '../objects/VerdictBadge.tsx';
import { useProbing } from '../port-map/use-probing.ts';
import { Mono, NameCell } from '../workloads/cells.tsx';
import { ageValue } from '../workloads/values.ts';
import { readyKey } from './ready-key.ts';
import { portList } from './service-order.ts';

export function ServiceTable({ rows, showNamespace }: { readonly rows: readonly Live<Service>[]; readonly showNamespace: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cluster = useClusterName();
  const { cell, onKey, overlays } = useRowActions(services);
  const local = t('services.column.computer');
  const columns = useMemo(
    (): readonly TableColumn<Live<Service>>[] => [...tableColumns(showNamespace, local), { id: 'actions', title: '', width: '44px', cell }],
    [showNamespace, local, cell],
  );
  return (
    <>
      <DataTable
        label={services.title}
        rows={rows}
        columns={columns}
        rowKey={({ metadata }) => metadata.uid}
        onOpen={(service) => void navigate(paths.object(cluster, placeOf(services, service)))}
        onKey={onKey}
        toolbar={<NamespaceFilter />}
      />
      {overlays}
    </>
  );
}

function tableColumns(showNamespace: boolean, local: string): readonly TableColumn<Live<Service>>[] {
  return [
    {
      id: 'name',
      title: 'NAME',
      width: '1.6fr',
      value: ({ metadata }) => (showNamespace ? `${metadata.name} ${metadata.namespace}` : metadata.name),
      cell: (service) => <NameCell object={service} showNamespace={showNamespace} />,
    },
    {
      id: 'type',
      title: 'TYPE',
      width: '108px',
      value: ({ spec }) => spec.type ?? 'ClusterIP',
      cell: ({ spec }) => spec.type ?? 'ClusterIP',
    },
    {
      id: 'ip',
      title: 'CLUSTER-IP',
      width: '124px',
      value: ({ spec }) => spec.clusterIP ?? '',
      cell: ({ spec }) => <Mono>{spec.clusterIP ?? '–'}</Mono>,
    },
    { id: 'ports', title: 'PORT(S)', width: '1.4fr', value: portList, cell: (service) => <Mono>{portList(service)}</Mono> },
    { id: 'local', title: local, width: '1.4fr', cell: (service) => <LocalCell service={service} /> },
    { id: 'status', title: 'STATUS', width: '2fr', cell: (service) => <StatusCell service={service} /> },
    { id: 'age', title: 'AGE', width: '76px', value: ageValue, cell: ({ metadata }) => <Age since={metadata.creationTimestamp} /> },
  ];
}

function StatusCell({ service }: { readonly service: Live<Service> }) {
  const view = useServiceView(service);
  useProbing(view.hostPorts, readyKey(view));
  return <VerdictBadge verdict={view.verdict} />;
}
function LocalCell({ service }: { readonly service: Live<Service> }) {
  const {
    ports: { ports },
  } = usePorts();
  const own = ports?.filter(
    ({ namespace, service: name, url }) => url !== undefined && namespace === service.metadata.namespace && name === service.metadata.name,
  );
  if (!own || own.length === 0) return <span>–</span>;
  return (
    // A press on a link opens the link, not the row.
    <Box component="span" onClick={(event) => event.stopPropagation()} sx={{ display: 'inline-flex', gap: 1 }}>
      {own.map(({ id, url, hostPort }) => url !== undefined && <ExternalLink key={id} href={url}>{`localhost:${hostPort}`}</ExternalLink>)}
    </Box>
  );
}
