/** More or fewer pods. */
import Scale from '@mui/icons-material/UnfoldMoreRounded';
import type { Deployment } from '../../engine/api/types.gen.ts';
import { NumberField } from '../components/NumberField.tsx';
import { addressOf, doing, inNamespace, nameOf, namespaceOf, type Target } from './action.ts';

const most = 10_000;

export const scale = doing<Target, number>({
  id: 'scale',
  icon: Scale,
  shortcut: 's',
  when: ({ kind }) => kind.plural === 'deployments' || kind.plural === 'replicasets',
  // Only Deployments and ReplicaSets come here, and both have spec.replicas.
  initial: ({ object }) => (object as unknown as Deployment).spec.replicas ?? 1,
  Fields: ({ value, onChange }) => <NumberField autoFocus name="replicas" value={value} onChange={onChange} min={0} max={most} />,
  isReady: (replicas) => Number.isInteger(replicas) && replicas >= 0 && replicas <= most,
  words: (_target, replicas) => ({ replicas }),
  commands: (target, replicas) => [
    `kubectl scale ${target.kind.singular}/${nameOf(target)} --replicas=${replicas}${inNamespace(namespaceOf(target))}`,
  ],
  manifest: (_target, replicas) => ({ spec: { replicas } }),
  run: async (host, target, replicas) => {
    await host.call('objects.patch', { ...addressOf(target), patch: { type: 'merge', patch: { spec: { replicas } } } });
  },
});
