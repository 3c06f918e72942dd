/** What is asked about before it is done to a whole cluster. Stop keeps everything, delete leaves nothing, and the dialog says which is which. */
import Delete from '@mui/icons-material/DeleteOutlineRounded';
import Stop from '@mui/icons-material/StopRounded';
import type { ClusterSummary } from '../../engine/host/contract.ts';
import { paths } from '../app/paths.ts';
import { doing } from './action.ts';

export const stopCluster = doing<ClusterSummary, null>({
  id: 'stop-cluster',
  icon: Stop,
  showsItself: true,
  when: ({ phase }) => phase === 'running' || phase === 'elsewhere',
  initial: () => null,
  words: ({ name }) => ({ name }),
  commands: ({ name }) => [`npx minato stop --name ${name}`],
  run: async (host, { name }) => {
    await host.call('clusters.stop', { name });
  },
  after: ({ name }) => paths.cluster(name),
});
export const deleteCluster = doing<ClusterSummary, null>({
  id: 'delete-cluster',
  icon: Delete,
  danger: true,
  showsItself: true,
  when: ({ phase }) => phase !== 'stopping',
  initial: () => null,
  words: ({ name, nodes }) => ({ name, nodes: nodes.join(', ') }),
  commands: ({ name }) => [`npx minato delete --name ${name}`],
  run: async (host, { name }) => {
    await host.call('clusters.delete', { name });
  },
  after: ({ name }) => paths.cluster(name),
});
