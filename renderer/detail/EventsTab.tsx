/** The events about an object, and for workloads about what they own: newest first. */
import Box from '@mui/material/Box';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { CoreEvent } from '../../engine/api/types.gen.ts';
import { Age } from '../components/Age.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { Prose } from '../components/Prose.tsx';
import { StateView } from '../components/StateView.tsx';
import { Status } from '../components/Status.tsx';
import { useObjects } from '../data/hooks.ts';
import { events, type ShownKind } from '../data/kinds.ts';
import { useEventsAbout } from '../objects/use-verdicts.ts';
import { aboutText, lastSeen, timesSeen } from '../pages/events/event-row.ts';
import { PlainTable } from './PlainTable.tsx';
import { useFamily } from './use-family.ts';

export function EventsTab({ kind, object }: { readonly kind: ShownKind; readonly object: Live<KubeObject> }) {
  const { t } = useTranslation();
  const listing = useObjects(events);
  const family = useFamily(kind, object);
  // Events about a node name it by its name where they have no better (kubelets do).
  const about = useEventsAbout(kind.plural === 'nodes' ? [object.metadata.uid, object.metadata.name] : family);
  const rows = useMemo(() => about.toSorted((one, other) => (lastSeen(one) < lastSeen(other) ? 1 : -1)), [about]);
  const empty = <StateView picture={<EmptyBerth />} title={t('detail.noEvents.title')} text={t('detail.noEvents.text')} />;
  return (
    <ListGate listing={listing} title={events.title} empty={empty}>
      {rows.length === 0 ? (
        empty
      ) : (
        <PlainTable label={events.title} rows={rows} rowKey={({ metadata }) => metadata.uid} columns={columns(family.length > 1)} />
      )}
    </ListGate>
  );
}

function columns(showObject: boolean) {
  return [
    { title: 'LAST SEEN', width: '96px', cell: (event: Live<CoreEvent>) => <Age since={lastSeen(event)} /> },
    {
      title: 'TYPE',
      width: '110px',
      cell: ({ type = '' }: Live<CoreEvent>) => <Status level={type === 'Warning' ? 'warning' : 'ok'}>{type}</Status>,
    },
    { title: 'REASON', cell: ({ reason = '' }: Live<CoreEvent>) => reason },
    ...(showObject
      ? [
          {
            title: 'OBJECT',
            width: '220px',
            cell: (event: Live<CoreEvent>) => <Box sx={{ overflowWrap: 'anywhere' }}>{aboutText(event)}</Box>,
          },
        ]
      : []),
    { title: 'FROM', cell: ({ source, reportingComponent }: Live<CoreEvent>) => source?.component || reportingComponent || '–' },
    { title: 'COUNT', width: '72px', cell: timesSeen },
    {
      title: 'MESSAGE',
      width: '40%',
      cell: ({ message = '' }: Live<CoreEvent>) => (
        <Box sx={{ overflowWrap: 'anywhere' }}>
          <Prose>{message}</Prose>
        </Box>
      ),
    },
  ];
}
