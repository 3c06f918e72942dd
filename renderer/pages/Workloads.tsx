/** Deployments, ReplicaSets and Pods of the cluster. Route parameter: `tab`. */
import { useParams } from 'react-router';
import { PageHeader } from '../components/PageHeader.tsx';

export function WorkloadsPage() {
  const { tab = 'deployments' } = useParams();
  return <PageHeader title={tab} />;
}
