/** The columns of the workload lists: kubectl's, with kubectl's titles. */
import { summarizePod } from '../../engine/api/kinds/core/pod-status.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Deployment, Pod, ReplicaSet } from '../../engine/api/types.gen.ts';
import { Age } from '../components/Age.tsx';
import type { TableColumn } from '../components/DataTable.tsx';
import { DeploymentStatusCell, Mono, NameCell, PodStatusCell, ReplicaSetStatusCell, RestartsCell } from './cells.tsx';
import { ageValue, deploymentReady, desiredOf, imagesOf, podShare, readyShare } from './values.ts';

type Columns<T extends KubeObject> = readonly TableColumn<Live<T>>[];

function nameColumn<T extends KubeObject>(showNamespace: boolean, width: string): TableColumn<Live<T>> {
  return {
    id: 'name',
    title: 'NAME',
    width,
    value: ({ metadata }) => (showNamespace ? `${metadata.name} ${metadata.namespace}` : metadata.name),
    cell: (object) => <NameCell object={object} showNamespace={showNamespace} />,
  };
}
function ageColumn<T extends KubeObject>(): TableColumn<Live<T>> {
  return { id: 'age', title: 'AGE', width: '76px', value: ageValue, cell: ({ metadata }) => <Age since={metadata.creationTimestamp} /> };
}
function countColumn<T extends KubeObject>(title: string, width: string, value: (object: Live<T>) => number): TableColumn<Live<T>> {
  return { id: title.toLowerCase(), title, width, value, cell: value };
}
function imagesColumn<T extends Deployment | ReplicaSet>(): TableColumn<Live<T>> {
  return {
    id: 'images',
    title: 'IMAGES',
    width: '2fr',
    value: ({ spec }) => imagesOf(spec.template),
    cell: ({ spec }) => <Mono>{imagesOf(spec.template)}</Mono>,
  };
}

export function deploymentColumns(showNamespace: boolean): Columns<Deployment> {
  return [
    nameColumn(showNamespace, '2fr'),
    {
      id: 'ready',
      title: 'READY',
      width: '84px',
      value: (object) => readyShare(object.status?.readyReplicas ?? 0, desiredOf(object)),
      cell: deploymentReady,
    },
    countColumn('UP-TO-DATE', '112px', ({ status }) => status?.updatedReplicas ?? 0),
    countColumn('AVAILABLE', '104px', ({ status }) => status?.availableReplicas ?? 0),
    { id: 'status', title: 'STATUS', width: '2.2fr', cell: (deployment) => <DeploymentStatusCell deployment={deployment} /> },
    imagesColumn(),
    ageColumn(),
  ];
}

export function replicaSetColumns(showNamespace: boolean): Columns<ReplicaSet> {
  return [
    nameColumn(showNamespace, '2.2fr'),
    countColumn('DESIRED', '92px', desiredOf),
    countColumn('CURRENT', '96px', ({ status }) => status?.replicas ?? 0),
    countColumn('READY', '84px', ({ status }) => status?.readyReplicas ?? 0),
    { id: 'status', title: 'STATUS', width: '2.2fr', cell: (set) => <ReplicaSetStatusCell set={set} /> },
    imagesColumn(),
    ageColumn(),
  ];
}

export function podColumns(showNamespace: boolean): Columns<Pod> {
  return [
    nameColumn(showNamespace, '2.4fr'),
    {
      id: 'ready',
      title: 'READY',
      width: '80px',
      value: podShare,
      cell: (pod) => {
        const { ready, total } = summarizePod(pod);
        return `${ready}/${total}`;
      },
    },
    { id: 'status', title: 'STATUS', width: '2.2fr', value: (pod) => summarizePod(pod).status, cell: (pod) => <PodStatusCell pod={pod} /> },
    {
      id: 'restarts',
      title: 'RESTARTS',
      width: '118px',
      value: (pod) => summarizePod(pod).restarts,
      cell: (pod) => <RestartsCell pod={pod} />,
    },
    ageColumn(),
    {
      id: 'ip',
      title: 'IP',
      width: '124px',
      value: ({ status }) => status?.podIP ?? '',
      cell: ({ status }) => <Mono>{status?.podIP ?? '–'}</Mono>,
    },
    { id: 'node', title: 'NODE', width: '1.3fr', value: ({ spec }) => spec.nodeName ?? '', cell: ({ spec }) => spec.nodeName ?? '–' },
  ];
}
