/** Services and the ways into them: as port maps, or as a table. View, namespace and filter are kept in the URL. */
import MapIcon from '@mui/icons-material/HubRounded';
import TableIcon from '@mui/icons-material/TableRowsRounded';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { FilterField } from '../components/FilterField.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { NamespaceFilter, useNamespace } from '../components/NamespaceFilter.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { StateView } from '../components/StateView.tsx';
import { useObjects } from '../data/hooks.ts';
import { services } from '../data/kinds.ts';
import { NoServices } from '../services/NoServices.tsx';
import { ServiceCard } from '../services/ServiceCard.tsx';
import { ServiceTable } from '../services/ServiceTable.tsx';
import { matchesFilter, orderedServices } from '../services/service-order.ts';

/** Maps drawn at first; more of them are asked for. Above this a table is the better start. */
const firstMaps = 20;

export function ServicesPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const [namespace] = useNamespace();
  const listing = useObjects(services, namespace === undefined ? undefined : { by: 'namespace', value: namespace });
  const ordered = useMemo(() => orderedServices(listing.objects), [listing.objects]);
  const isTable = (parameters.get('view') ?? (ordered.length > firstMaps ? 'table' : 'map')) === 'table';
  const choose = (view: string): void => {
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        next.set('view', view);
        return next;
      },
      { replace: true },
    );
  };
  return (
    <>
      <PageHeader title={t('services.title')} below={t('services.text')} actions={<ViewToggle isTable={isTable} onChoose={choose} />} />
      <ListGate listing={listing} title={services.title} empty={<NoServices />}>
        {isTable ? <ServiceTable rows={ordered} showNamespace={namespace === undefined} /> : <Maps all={ordered} />}
      </ListGate>
    </>
  );
}

function ViewToggle({ isTable, onChoose }: { readonly isTable: boolean; readonly onChoose: (view: string) => void }) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={isTable ? 'table' : 'map'}
      onChange={(_event, view: string | null) => view && onChoose(view)}
      aria-label={t('services.view')}
    >
      <ToggleButton value="map" sx={{ textTransform: 'none', gap: 0.75 }}>
        <MapIcon fontSize="small" />
        {t('services.map')}
      </ToggleButton>
      <ToggleButton value="table" sx={{ textTransform: 'none', gap: 0.75 }}>
        <TableIcon fontSize="small" />
        {t('services.table')}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}

function Maps({ all }: { readonly all: readonly Live<Service>[] }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(firstMaps);
  const found = useMemo(() => all.filter((service) => matchesFilter(service, filter)), [all, filter]);
  const shown = found.slice(0, most);
  return (
    <Stack sx={{ gap: 2 }}>
      <Toolbar filter={filter} onFilter={setFilter}>
        {found.length === all.length
          ? t('table.count', { count: all.length })
          : t('table.countOf', { shown: found.length, count: all.length })}
      </Toolbar>
      {shown.map((service) => (
        <ServiceCard key={service.metadata.uid} service={service} />
      ))}
      {found.length === 0 && (
        <StateView
          title={t('table.nothingMatches', { filter })}
          text={t('table.hidden', { count: all.length })}
          actions={<Button onClick={() => setFilter('')}>{t('table.clearFilter')}</Button>}
        />
      )}
      {found.length > shown.length && (
        <Button onClick={() => setMost(most + firstMaps)} sx={{ alignSelf: 'center' }}>
          {t('services.showMore', { count: found.length - shown.length })}
        </Button>
      )}
    </Stack>
  );
}

interface ToolbarProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly children: ReactNode;
}
function Toolbar({ filter, onFilter, children }: ToolbarProps) {
  return (
    <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      <FilterField value={filter} onChange={onFilter} />
      <NamespaceFilter />
      <Stack role="status" sx={{ ml: 'auto', color: 'text.secondary', fontSize: '0.875rem' }}>
        {children}
      </Stack>
    </Stack>
  );
}
