/** Nodes of the cluster. A row opens the node; what can be done to it is there. */
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { nodeAddress, nodeRoles, nodeStatus } from '../../engine/api/node-summary.ts';
import type { Live } from '../../engine/api/object.ts';
import { byteCount, cpuMilli } from '../../engine/api/quantity.ts';
import type { Node } from '../../engine/api/types.gen.ts';
import { explain } from '../../engine/explain/explain.ts';
import { paths, placeOf } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { DataTable, type TableColumn } from '../components/DataTable.tsx';
import { ListGate } from '../components/ListGate.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { Status } from '../components/Status.tsx';
import { useClusterName, useObjects } from '../data/hooks.ts';
import { nodes, pods } from '../data/kinds.ts';
import { formatMemory } from './nodes/format-memory.ts';

interface Row {
  readonly node: Live<Node>;
  readonly pods: number;
}

export function NodesPage() {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const navigate = useNavigate();
  const listing = useObjects(nodes);
  const rows = useRows(listing.objects);
  return (
    <>
      <PageHeader title={nodes.title} below={t('nodes.text')} />
      <ListGate
        listing={listing}
        title={nodes.title}
        empty={<StateView picture={<EmptyBerth />} title={t('nodes.empty')} text={t('nodes.emptyText')} />}
      >
        <DataTable
          label={nodes.title}
          rows={rows}
          columns={columns}
          rowKey={({ node }) => node.metadata.uid}
          onOpen={({ node }) => void navigate(paths.object(cluster, placeOf(nodes, node)))}
        />
      </ListGate>
    </>
  );
}

/** Each node with the number of its pods. A row stays the same value while neither changes, so that it is not drawn again. */
function useRows(objects: readonly Live<Node>[]): readonly Row[] {
  const { objects: allPods } = useObjects(pods);
  const before = useRef<ReadonlyMap<string, Row>>(new Map());
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { spec, status } of allPods) {
      if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue;
      counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
    }
    const rows = objects.map((node) => {
      const known = before.current.get(node.metadata.uid);
      const count = counts.get(node.metadata.name) ?? 0;
      return known?.node === node && known.pods === count ? known : { node, pods: count };
    });
    before.current = new Map(rows.map((row) => [row.node.metadata.uid, row]));
    return rows;
  }, [objects, allPods]);
}

/** Absent until the node has told. */
function capacity({ node }: Row, resource: string): string | undefined {
  return node.status?.capacity?.[resource];
}
/** Headed by kubectl's words, where it has them. */
const columns: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    title: 'NAME',
    width: '2fr',
    value: ({ node }) => node.metadata.name,
    cell: ({ node }) => node.metadata.name,
  },
  {
    id: 'status',
    title: 'STATUS',
    width: '1.4fr',
    value: ({ node }) => nodeStatus(node),
    cell: ({ node }) => <Status level={explain(node).level}>{nodeStatus(node)}</Status>,
  },
  {
    id: 'roles',
    title: 'ROLES',
    width: '1.2fr',
    value: ({ node }) => nodeRoles(node),
    cell: ({ node }) => nodeRoles(node),
  },
  {
    id: 'version',
    title: 'VERSION',
    width: '104px',
    value: ({ node }) => node.status?.nodeInfo?.kubeletVersion ?? '',
    cell: ({ node }) => node.status?.nodeInfo?.kubeletVersion ?? '–',
  },
  {
    id: 'ip',
    title: 'INTERNAL-IP',
    width: '130px',
    value: ({ node }) => nodeAddress(node, 'InternalIP') ?? '',
    cell: ({ node }) => nodeAddress(node, 'InternalIP') ?? '–',
  },
  { id: 'pods', title: 'PODS', width: '70px', align: 'right', value: (row) => row.pods, cell: (row) => row.pods },
  {
    id: 'cpu',
    title: 'CPU',
    width: '70px',
    align: 'right',
    value: (row) => cpuMilli(capacity(row, 'cpu')),
    cell: (row) => capacity(row, 'cpu') ?? '–',
  },
  {
    id: 'memory',
    title: 'MEMORY',
    width: '100px',
    align: 'right',
    value: (row) => byteCount(capacity(row, 'memory')),
    cell: (row) => formatMemory(capacity(row, 'memory')),
  },
  {
    id: 'age',
    title: 'AGE',
    width: '80px',
    align: 'right',
    value: ({ node }) => -Date.parse(node.metadata.creationTimestamp),
    cell: ({ node }) => <Age since={node.metadata.creationTimestamp} />,
  },
];
