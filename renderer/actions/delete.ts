/** Takes an object away, after it has been asked; what it owns goes with it. */
import Delete from '@mui/icons-material/DeleteOutlineRounded';
import { paths } from '../app/paths.ts';
import { addressOf, doing, inNamespace, nameOf, namespaceOf, type Target } from './action.ts';

export const deleteObject = doing<Target, null>({
  id: 'delete',
  icon: Delete,
  shortcut: 'Delete',
  danger: true,
  when: ({ kind }) => kind.plural !== 'events',
  initial: () => null,
  words: () => ({}),
  commands: (target) => [`kubectl delete ${target.kind.singular} ${nameOf(target)}${inNamespace(namespaceOf(target))}`],
  run: async (host, target) => {
    await host.call('objects.delete', { ...addressOf(target), propagationPolicy: 'Background' });
  },
  after: ({ cluster, kind }) => listPath(cluster, kind.plural),
});

function listPath(cluster: string, plural: string): string {
  if (plural === 'pods' || plural === 'replicasets' || plural === 'deployments') return paths.workloads(cluster, plural);
  return plural === 'nodes' ? paths.nodes(cluster) : paths.services(cluster);
}
