/** Services and the ways into them. */
import { PageHeader } from '../components/PageHeader.tsx';
import { services } from '../data/kinds.ts';

export function ServicesPage() {
  return <PageHeader title={services.title} />;
}
