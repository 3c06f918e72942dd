/** An object that is known: its head with actions, and the tabs. When it is deleted meanwhile, says so and keeps what was seen last. */
import ArrowBack from '@mui/icons-material/ArrowBackRounded';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { type DetailTab, paths, placeOf } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName } from '../data/hooks.ts';
import type { ShownKind } from '../data/kinds.ts';
import { DetailActions } from './DetailActions.tsx';
import { EventsTab } from './EventsTab.tsx';
import { LogsTab } from './LogsTab.tsx';
import { listOf } from './list-of.ts';
import { Overview } from './Overview.tsx';
import { YamlTab } from './YamlTab.tsx';

export interface ObjectViewProps {
  readonly kind: ShownKind;
  readonly object: Live<KubeObject>;
  readonly isDeleted: boolean;
  readonly tab: DetailTab;
}

export function ObjectView({ kind, object, isDeleted, tab }: ObjectViewProps) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const list = listOf(cluster, kind);
  const { name, namespace, creationTimestamp, deletionTimestamp } = object.metadata;
  return (
    <>
      <PageHeader
        title={name}
        above={list && <BackLink {...list} />}
        below={
          <Stack direction="row" sx={{ gap: 1.25, alignItems: 'center', flexWrap: 'wrap', fontSize: '0.875rem' }}>
            <Chip size="small" label={kind.kind} />
            {namespace !== undefined && <span>{t('detail.inNamespace', { namespace })}</span>}
            <span>
              {t('detail.age')} <Age since={creationTimestamp} />
            </span>
          </Stack>
        }
        actions={!isDeleted && <DetailActions target={{ cluster, kind, object }} />}
      />
      {isDeleted && tab !== 'overview' && <DeletedNotice name={name} list={list} />}
      {!isDeleted && deletionTimestamp !== undefined && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('detail.terminating')}
        </Alert>
      )}
      <DetailTabs kind={kind} object={object} tab={tab} />
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
        {tab === 'overview' && (isDeleted ? <Deleted name={name} list={list} /> : <Overview kind={kind} object={object} />)}
        {tab === 'events' && <EventsTab kind={kind} object={object} />}
        {tab === 'logs' && <LogsTab kind={kind} object={object} isDeleted={isDeleted} />}
        {tab === 'yaml' && <YamlTab kind={kind} object={object} isDeleted={isDeleted} />}
      </Box>
    </>
  );
}

function DetailTabs({ kind, object, tab }: Omit<ObjectViewProps, 'isDeleted'>) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const hasLogs = kind.plural === 'pods' || kind.plural === 'deployments' || kind.plural === 'replicasets';
  const shown: readonly DetailTab[] = hasLogs ? ['overview', 'events', 'logs', 'yaml'] : ['overview', 'events', 'yaml'];
  return (
    <Tabs
      value={shown.includes(tab) ? tab : 'overview'}
      aria-label={object.metadata.name}
      sx={{ mb: 2.5, borderBottom: 1, borderColor: 'divider', flex: 'none' }}
    >
      {shown.map((each) => (
        <Tab
          key={each}
          value={each}
          label={t(`detail.tab.${each}`)}
          component={RouterLink}
          to={paths.object(cluster, placeOf(kind, object), each)}
          // The way back leads to the list, not through all tabs.
          replace
        />
      ))}
    </Tabs>
  );
}

function BackLink({ path, title }: { readonly path: string; readonly title: string }) {
  return (
    <Link component={RouterLink} to={path} sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, mb: 0.75, fontSize: '0.875rem' }}>
      <ArrowBack aria-hidden sx={{ fontSize: 16 }} />
      {title}
    </Link>
  );
}

/** An overview of what is no more would tell of its health. */
function Deleted({ name, list }: { readonly name: string; readonly list: ReturnType<typeof listOf> }) {
  const { t } = useTranslation();
  return (
    <Box role="alert">
      <StateView
        picture={<EmptyBerth />}
        title={t('detail.gone.title', { name })}
        text={t('detail.gone.text')}
        actions={
          list && (
            <Button component={RouterLink} to={list.path} variant="contained">
              {t('detail.backTo', { title: list.title })}
            </Button>
          )
        }
      />
    </Box>
  );
}

function DeletedNotice({ name, list }: { readonly name: string; readonly list: ReturnType<typeof listOf> }) {
  const { t } = useTranslation();
  return (
    <Alert
      severity="warning"
      role="alert"
      sx={{ mb: 2 }}
      action={
        list && (
          <Button component={RouterLink} to={list.path} color="inherit" size="small">
            {t('detail.backTo', { title: list.title })}
          </Button>
        )
      }
    >
      {t('detail.deleted', { name })}
    </Alert>
  );
}
