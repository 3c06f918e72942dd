/** New pods one after the other, as `kubectl rollout restart` does it: an annotation with the time changes the template. */
import Restart from '@mui/icons-material/RestartAltRounded';
import { addressOf, doing, inNamespace, nameOf, namespaceOf, type Target } from './action.ts';

export const restart = doing<Target, { readonly at: string }>({
  id: 'restart',
  icon: Restart,
  when: ({ kind }) => kind.plural === 'deployments' || kind.plural === 'daemonsets',
  initial: () => ({ at: new Date().toISOString() }),
  words: () => ({}),
  commands: (target) => [`kubectl rollout restart ${target.kind.singular}/${nameOf(target)}${inNamespace(namespaceOf(target))}`],
  manifest: (_target, { at }) => patchOf(at),
  run: async (host, target, { at }) => {
    await host.call('objects.patch', { ...addressOf(target), patch: { type: 'strategic', patch: patchOf(at) } });
  },
});

function patchOf(at: string) {
  return { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } } };
}
