/** Takes a sample away, all of it, after it has been asked. */
import Delete from '@mui/icons-material/DeleteOutlineRounded';
import type { Sample } from '../../engine/host/contract.ts';
import { kindByName } from '../data/kinds.ts';
import { doing } from './action.ts';

export interface SampleTarget {
  readonly cluster: string;
  readonly sample: Sample;
}

export const removeSample = doing<SampleTarget, null>({
  id: 'remove-sample',
  icon: Delete,
  danger: true,
  showsItself: true,
  when: () => true,
  initial: () => null,
  words: ({ sample }) => ({ count: sample.objects.length, objects: sample.objects.map(titleOf).join(', ') }),
  commands: ({ sample }) => [`kubectl delete ${sample.objects.map(titleOf).join(' ')}`],
  run: async (host, { cluster, sample }) => {
    await host.call('samples.remove', { cluster, sample: sample.id });
  },
});

/** `deployment/vote` */
export function titleOf({ kind, metadata }: Sample['objects'][number]): string {
  return `${kindByName(kind)?.singular ?? kind?.toLowerCase()}/${metadata.name}`;
}
