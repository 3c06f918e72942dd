/** Objects that belong to the one shown: ReplicaSets, pods, Services, each with the way to it. */
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { summarizePod } from '../../engine/api/kinds/core/pod-status.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import { matches } from '../../engine/explain/service.ts';
import { paths, placeOf } from '../app/paths.ts';
import { Age } from '../components/Age.tsx';
import { useClusterName, useSelected } from '../data/hooks.ts';
import { pods as podKind, replicaSets, type ShownKind, services } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';
import { revisionOf } from '../objects/use-verdicts.ts';
import { portList } from '../services/service-order.ts';
import { PodStatusCell, ReplicaSetStatusCell, RestartsCell } from '../workloads/cells.tsx';
import { desiredOf } from '../workloads/values.ts';
import { PlainTable } from './PlainTable.tsx';
import { Section } from './Section.tsx';

function ObjectLink({ kind, object }: { readonly kind: ShownKind; readonly object: Live<KubeObject> }) {
  const cluster = useClusterName();
  return (
    <Link component={RouterLink} to={paths.object(cluster, placeOf(kind, object))} sx={{ whiteSpace: 'nowrap' }}>
      {object.metadata.name}
    </Link>
  );
}

export function PodTable({ pods, showNamespace = false }: { readonly pods: readonly Live<Pod>[]; readonly showNamespace?: boolean }) {
  return (
    <Section title={`${podKind.title} (${pods.length})`} bare>
      {pods.length === 0 ? (
        <NothingHere kind={podKind} />
      ) : (
        <PlainTable
          label={podKind.title}
          rows={pods}
          rowKey={({ metadata }) => metadata.uid}
          columns={[
            { title: 'NAME', cell: (pod) => <ObjectLink kind={podKind} object={pod} /> },
            ...(showNamespace ? [{ title: 'NAMESPACE', cell: ({ metadata }: Live<Pod>) => metadata.namespace }] : []),
            { title: 'READY', cell: readyText },
            { title: 'STATUS', cell: (pod) => <PodStatusCell pod={pod} /> },
            { title: 'RESTARTS', cell: (pod) => <RestartsCell pod={pod} /> },
            { title: 'AGE', cell: ({ metadata }) => <Age since={metadata.creationTimestamp} /> },
            ...(showNamespace ? [] : [{ title: 'NODE', cell: ({ spec }: Live<Pod>) => spec.nodeName ?? '–' }]),
          ]}
        />
      )}
    </Section>
  );
}
function readyText(pod: Live<Pod>): string {
  const { ready, total } = summarizePod(pod);
  return `${ready}/${total}`;
}

export function ReplicaSetTable({ sets }: { readonly sets: readonly Live<ReplicaSet>[] }) {
  const { t } = useTranslation();
  return (
    <Section title={`${replicaSets.title} (${sets.length})`} bare>
      {sets.length === 0 ? (
        <NothingHere kind={replicaSets} />
      ) : (
        <PlainTable
          label={replicaSets.title}
          rows={sets}
          rowKey={({ metadata }) => metadata.uid}
          columns={[
            { title: t('detail.revision'), cell: (set) => revisionOf(set) || '–' },
            { title: 'NAME', cell: (set) => <ObjectLink kind={replicaSets} object={set} /> },
            { title: 'DESIRED', cell: desiredOf },
            { title: 'READY', cell: ({ status }) => status?.readyReplicas ?? 0 },
            { title: 'STATUS', cell: (set) => <ReplicaSetStatusCell set={set} /> },
            { title: 'AGE', cell: ({ metadata }) => <Age since={metadata.creationTimestamp} /> },
          ]}
        />
      )}
    </Section>
  );
}

interface ServicesOfProps {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Offers to expose it, where no Service leads there. */
  readonly deployment?: string;
}
export function ServicesOf({ namespace, labels, deployment }: ServicesOfProps) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const leading = useSelected<Service, readonly Live<Service>[]>(
    services,
    (list) =>
      list
        .by('namespace', namespace)
        .filter(({ spec }) => spec.selector && Object.keys(spec.selector).length > 0 && matches(spec.selector, labels)),
    sameItems,
  );
  const action: ReactNode = deployment !== undefined && leading.length === 0 && (
    <Button component={RouterLink} to={paths.expose(cluster, namespace, deployment)} size="small">
      {t('action.expose.title')}
    </Button>
  );
  return (
    <Section title={`${services.title} (${leading.length})`} bare action={action}>
      {leading.length === 0 ? (
        <NothingHere kind={services} />
      ) : (
        <PlainTable
          label={services.title}
          rows={leading}
          rowKey={({ metadata }) => metadata.uid}
          columns={[
            { title: 'NAME', cell: (service) => <ObjectLink kind={services} object={service} /> },
            { title: 'TYPE', cell: ({ spec }) => spec.type ?? 'ClusterIP' },
            { title: 'CLUSTER-IP', cell: ({ spec }) => spec.clusterIP ?? '–' },
            { title: 'PORT(S)', cell: portList },
          ]}
        />
      )}
    </Section>
  );
}

function NothingHere({ kind }: { readonly kind: ShownKind }) {
  const { t } = useTranslation();
  return (
    <Typography variant="body2" color="textSecondary">
      {t('detail.none', { title: kind.title })}
    </Typography>
  );
}
