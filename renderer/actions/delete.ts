/** Takes an object away, after it has been asked; what it owns goes with it. */
import Delete from '@mui/icons-material/DeleteOutlineRounded';
import { listOf } from '../detail/list-of.ts';
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
  after: ({ cluster, kind }) => listOf(cluster, kind).path,
});
