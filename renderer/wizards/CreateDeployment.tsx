/** A Deployment from an image. */
import { PageHeader } from '../components/PageHeader.tsx';
import { deployments } from '../data/kinds.ts';

export function CreateDeploymentPage() {
  return <PageHeader title={deployments.title} />;
}
