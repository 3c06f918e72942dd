/** No new pods on a node, and again new pods. */
import Cordon from '@mui/icons-material/BlockRounded';
import Uncordon from '@mui/icons-material/TaskAltRounded';
import type { Node } from '../../engine/api/types.gen.ts';
import type { Host } from '../data/host-client.ts';
import { addressOf, doing, nameOf, type Target } from './action.ts';

const isCordoned = ({ object }: Target): boolean => (object as unknown as Node).spec.unschedulable === true;
const shared = (unschedulable: boolean) => ({
  initial: () => null,
  words: () => ({}),
  commands: (target: Target) => [`kubectl ${unschedulable ? 'cordon' : 'uncordon'} ${nameOf(target)}`],
  manifest: () => ({ spec: { unschedulable } }),
  run: async (host: Host, target: Target) => {
    await host.call('objects.patch', { ...addressOf(target), patch: { type: 'merge', patch: { spec: { unschedulable } } } });
  },
});

export const cordon = doing<Target, null>({
  id: 'cordon',
  icon: Cordon,
  when: (target) => target.kind.plural === 'nodes' && !isCordoned(target),
  ...shared(true),
});
export const uncordon = doing<Target, null>({
  id: 'uncordon',
  icon: Uncordon,
  when: (target) => target.kind.plural === 'nodes' && isCordoned(target),
  ...shared(false),
});
