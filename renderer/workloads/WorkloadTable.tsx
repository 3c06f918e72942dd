/** One list of workloads with its states, row actions and keys. */
import Button from '@mui/material/Button';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { paths, placeOf } from '../app/paths.ts';
import { DataTable, type TableColumn } from '../components/DataTable.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { NamespaceFilter, useNamespace } from '../components/NamespaceFilter.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName, useObjects } from '../data/hooks.ts';
import type { ShownKind } from '../data/kinds.ts';
import { useRowActions } from '../objects/use-row-actions.tsx';

export interface WorkloadTableProps<T extends KubeObject> {
  readonly kind: ShownKind<T>;
  readonly columns: (showNamespace: boolean) => readonly TableColumn<Live<T>>[];
}

export function WorkloadTable<T extends KubeObject>({ kind, columns }: WorkloadTableProps<T>) {
  const navigate = useNavigate();
  const cluster = useClusterName();
  const [namespace] = useNamespace();
  const listing = useObjects(kind, namespace === undefined ? undefined : { by: 'namespace', value: namespace });
  const actions = useRowActions(kind);
  const { cell } = actions;
  const shown = useMemo(
    () =>
      [...columns(namespace === undefined), { id: 'actions', title: '', width: '44px', cell }] satisfies readonly TableColumn<Live<T>>[],
    [columns, namespace, cell],
  );
  return (
    <ListGate listing={listing} title={kind.title} empty={<NoWorkloads kind={kind} />}>
      <DataTable
        label={kind.title}
        rows={listing.objects}
        columns={shown}
        rowKey={({ metadata }) => metadata.uid}
        onOpen={(object) => void navigate(paths.object(cluster, placeOf(kind, object)))}
        onKey={actions.onKey}
        toolbar={<NamespaceFilter />}
      />
      {actions.overlays}
    </ListGate>
  );
}

function NoWorkloads({ kind }: { readonly kind: ShownKind }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const [namespace, choose] = useNamespace();
  const create: ReactNode = (
    <Button component={Link} to={paths.createDeployment(cluster)} variant="contained">
      {t('workloads.create')}
    </Button>
  );
  if (namespace !== undefined) {
    return (
      <StateView
        picture={<EmptyBerth />}
        title={t('list.emptyIn', { title: kind.title, namespace })}
        actions={
          <>
            {create}
            <Button onClick={() => choose(undefined)}>{t('list.showAll')}</Button>
          </>
        }
      />
    );
  }
  return (
    <StateView
      picture={<EmptyBerth />}
      title={t('workloads.empty.title', { title: kind.title })}
      text={t('workloads.empty.text')}
      actions={create}
    />
  );
}
