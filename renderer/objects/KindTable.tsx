/** The objects of a kind, whatever kind it is: kubectl's columns, row actions and keys. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Column } from '../../engine/api/kind.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { paths, placeOf } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { DataTable, type TableColumn } from '../components/DataTable.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { NamespaceFilter, useNamespace } from '../components/NamespaceFilter.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName, useObjects } from '../data/hooks.ts';
import type { ShownKind } from '../data/kinds.ts';
import { useRowActions } from './use-row-actions.tsx';

type Row = Live<KubeObject>;

export function KindTable({ kind }: { readonly kind: ShownKind }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cluster = useClusterName();
  const [chosen] = useNamespace();
  const namespace = kind.namespaced ? chosen : undefined;
  const listing = useObjects(kind, namespace === undefined ? undefined : { by: 'namespace', value: namespace });
  const actions = useRowActions(kind);
  const { cell } = actions;
  const columns = useMemo(
    () => [...columnsOf(kind, kind.namespaced && namespace === undefined), { id: 'actions', title: '', width: '44px', cell }],
    [kind, namespace, cell],
  );
  const { title, plural } = kind;
  const empty = (
    <StateView
      picture={<EmptyBerth />}
      title={namespace === undefined ? t('kinds.empty', { title }) : t('list.emptyIn', { title, namespace })}
      text={t('kinds.emptyText', { plural })}
      actions={kind.namespaced && <NamespaceFilter />}
    />
  );
  return (
    <ListGate listing={listing} title={title} empty={empty}>
      <DataTable
        label={title}
        rows={listing.objects}
        columns={columns}
        rowKey={({ metadata }) => metadata.uid}
        onOpen={(object) => void navigate(paths.object(cluster, placeOf(kind, object)))}
        onKey={actions.onKey}
        toolbar={kind.namespaced && <NamespaceFilter />}
      />
      {actions.overlays}
    </ListGate>
  );
}

/** As `kubectl get` prints them, without those of `-o wide`. */
export function columnsOf(kind: Pick<ShownKind, 'columns'>, showNamespace: boolean): readonly TableColumn<Row>[] {
  const own = kind.columns.filter(({ priority }) => priority === 0).map(columnOf);
  const name = column('NAME', '2fr', ({ metadata }) => metadata.name);
  return [
    ...(showNamespace ? [column('NAMESPACE', '1fr', ({ metadata }) => metadata.namespace ?? '')] : []),
    // A kind that places its name itself (Events) is not given another.
    ...(kind.columns.some(({ format }) => format === 'name') ? own : [name, ...own]),
  ];
}

function columnOf({ name, type, cell }: Column<KubeObject>): TableColumn<Row> {
  const title = name.toUpperCase();
  if (title === 'AGE')
    return {
      ...column(title, '76px', ({ metadata }) => -Date.parse(metadata.creationTimestamp)),
      cell: ({ metadata }) => <Age since={metadata.creationTimestamp} />,
    };
  const value = (object: Row): string | number => {
    const shown = cell(object, Date.now());
    return typeof shown === 'number' ? shown : String(shown ?? '');
  };
  return column(title, type === 'integer' ? `${Math.max(64, 24 + title.length * 9)}px` : '1fr', value);
}
function column(title: string, width: string, value: (object: Row) => string | number): TableColumn<Row> {
  return { id: title.toLowerCase(), title, width, value, cell: value };
}
