/** What the cluster tells about its objects, the newest first. A row opens the object. */
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink, useNavigate } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { CoreEvent } from '../../engine/api/types.gen.ts';
import { paths } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { DataTable, type TableColumn } from '../components/DataTable.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { NamespaceFilter, useNamespace } from '../components/NamespaceFilter.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { Status } from '../components/Status.tsx';
import { useClusterName, useObjects } from '../data/hooks.ts';
import { events, kindByName } from '../data/kinds.ts';
import { aboutText, filterEvents, lastSeen, type TypeFilter, timesSeen } from './events/event-row.ts';

export function EventsPage() {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const navigate = useNavigate();
  const listing = useObjects(events);
  const [type, setType] = useState<TypeFilter>('all');
  const [namespace, chooseNamespace] = useNamespace();
  const rows = useMemo(() => filterEvents(listing.objects, { type, namespace }), [listing.objects, type, namespace]);
  const columns = useMemo(() => columnsOf(cluster), [cluster]);
  const showAll = (): void => {
    setType('all');
    chooseNamespace(undefined);
  };
  return (
    <>
      <PageHeader
        title={events.title}
        below={t('events.text')}
        actions={
          <>
            <TypeToggle value={type} onChange={setType} />
            <NamespaceFilter />
          </>
        }
      />
      <ListGate
        listing={listing}
        title={events.title}
        empty={<StateView picture={<EmptyBerth />} title={t('events.empty')} text={t('events.emptyText')} />}
      >
        {rows.length === 0 ? (
          <StateView
            picture={<EmptyBerth />}
            title={t('events.noneMatch')}
            text={t('table.hidden', { count: listing.objects.length })}
            actions={<Button onClick={showAll}>{t('events.showAll')}</Button>}
          />
        ) : (
          <DataTable
            label={events.title}
            rows={rows}
            columns={columns}
            initialSort={{ column: 'lastSeen', descending: true }}
            rowKey={({ metadata }) => metadata.uid}
            onOpen={(event) => {
              const path = objectPath(cluster, event);
              if (path !== undefined) void navigate(path);
            }}
          />
        )}
      </ListGate>
    </>
  );
}

function TypeToggle({ value, onChange }: { readonly value: TypeFilter; readonly onChange: (value: TypeFilter) => void }) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={value}
      aria-label={t('events.type')}
      onChange={(_event, next: TypeFilter | null) => next !== null && onChange(next)}
    >
      {(['all', 'Normal', 'Warning'] as const).map((type) => (
        <ToggleButton key={type} value={type} sx={{ textTransform: 'none', px: 1.75, py: 0.9 }}>
          {/* The types are Kubernetes' own words. */}
          {type === 'all' ? t('events.all') : type}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** Events about kinds that have no page lead nowhere. */
function objectPath(cluster: string, { involvedObject }: CoreEvent): string | undefined {
  const kind = kindByName(involvedObject.kind);
  if (!kind || !involvedObject.name) return undefined;
  return paths.object(cluster, {
    plural: kind.plural,
    namespace: kind.namespaced ? involvedObject.namespace : undefined,
    name: involvedObject.name,
  });
}

type Row = Live<CoreEvent>;
/** Headed by kubectl's words. */
function columnsOf(cluster: string): readonly TableColumn<Row>[] {
  return [
    {
      id: 'lastSeen',
      title: 'LAST SEEN',
      width: '92px',
      value: (event) => Date.parse(lastSeen(event)),
      cell: (event) => <Age since={lastSeen(event)} />,
    },
    {
      id: 'type',
      title: 'TYPE',
      width: '108px',
      value: ({ type = '' }) => type,
      cell: ({ type = '' }) => <Status level={type === 'Warning' ? 'warning' : 'ok'}>{type}</Status>,
    },
    {
      id: 'reason',
      title: 'REASON',
      width: '1.3fr',
      value: ({ reason = '' }) => reason,
      cell: ({ reason = '' }) => reason,
    },
    {
      id: 'object',
      title: 'OBJECT',
      width: '1.5fr',
      value: (event) => `${event.metadata.namespace} ${aboutText(event)}`,
      cell: (event) => <ObjectLink event={event} path={objectPath(cluster, event)} />,
    },
    {
      id: 'message',
      title: 'MESSAGE',
      width: '3fr',
      value: ({ message = '' }) => message,
      cell: ({ message = '' }) => <span title={message}>{message}</span>,
    },
    { id: 'count', title: 'COUNT', width: '64px', align: 'right', value: timesSeen, cell: timesSeen },
  ];
}

function ObjectLink({ event, path }: { readonly event: Row; readonly path: string | undefined }) {
  if (path === undefined) return aboutText(event);
  return (
    <Link component={RouterLink} to={path} onClick={(click) => click.stopPropagation()} title={aboutText(event)}>
      {aboutText(event)}
    </Link>
  );
}
