/** Deployments, ReplicaSets and Pods of the cluster. Route parameter: `tab`. */
import Add from '@mui/icons-material/AddRounded';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { paths, type WorkloadTab } from '../app/paths.ts';
import { PageHeader } from '../components/PageHeader.tsx';
import { useClusterName } from '../data/hooks.ts';
import { deployments, pods, replicaSets } from '../data/kinds.ts';
import { deploymentColumns, podColumns, replicaSetColumns } from '../workloads/columns.tsx';
import { WorkloadTable } from '../workloads/WorkloadTable.tsx';

const tabs = [deployments, replicaSets, pods] as const;

export function WorkloadsPage() {
  const { t } = useTranslation();
  const cluster = useClusterName();
  // The namespace goes along from tab to tab.
  const { search } = useLocation();
  const { tab } = useParams();
  const current: WorkloadTab = tab === 'pods' || tab === 'replicasets' ? tab : 'deployments';
  return (
    <>
      <PageHeader
        title={t('workloads.title')}
        actions={
          <Button component={Link} to={paths.createDeployment(cluster)} variant="contained" startIcon={<Add />}>
            {t('workloads.create')}
          </Button>
        }
      />
      <Tabs value={current} aria-label={t('workloads.title')} sx={{ mb: 2, borderBottom: 1, borderColor: 'divider' }}>
        {tabs.map(({ plural, title }) => (
          <Tab
            key={plural}
            value={plural}
            label={title}
            component={Link}
            to={`${paths.workloads(cluster, plural as WorkloadTab)}${search}`}
          />
        ))}
      </Tabs>
      {current === 'deployments' && <WorkloadTable kind={deployments} columns={deploymentColumns} />}
      {current === 'replicasets' && <WorkloadTable kind={replicaSets} columns={replicaSetColumns} />}
      {current === 'pods' && <WorkloadTable kind={pods} columns={podColumns} />}
    </>
  );
}
