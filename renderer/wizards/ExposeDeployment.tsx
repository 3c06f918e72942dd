/** A Service for a Deployment. Route parameters: `namespace`, `deployment`. */
import { useParams } from 'react-router';
import { PageHeader } from '../components/PageHeader.tsx';

export function ExposeDeploymentPage() {
  const { deployment = '' } = useParams();
  return <PageHeader title={deployment} />;
}
