/** One object from all sides. Route parameters: `plural`, `namespace` (`-` for none), `name`, `tab`. */
import { useParams } from 'react-router';
import { PageHeader } from '../components/PageHeader.tsx';

export function ObjectDetailPage() {
  const { name = '' } = useParams();
  return <PageHeader title={name} />;
}
