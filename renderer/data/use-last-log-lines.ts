/** The last lines that a crashed container wrote, for `explain`: fetched once for each crash, and only while a container is down. */
import { useEffect, useState } from 'react';
import type { Live } from '../../engine/api/object.ts';
import type { ContainerStatus, Pod } from '../../engine/api/types.gen.ts';
import { useClusterName, useHost } from './hooks.ts';

const lines = 40;

export function useLastLogLines(pod: Live<Pod>): readonly string[] | undefined {
  const host = useHost();
  const cluster = useClusterName();
  const [said, setSaid] = useState<{ readonly crash: string; readonly lines: readonly string[] }>();
  const { namespace = '', name, uid } = pod.metadata;
  const fallen = pod.status?.containerStatuses?.find(isDown);
  const container = fallen?.name;
  // A restarted container's last words belong to its previous run; one that stays down has not been followed by another.
  const previous = fallen?.state?.terminated === undefined;
  const crash = fallen && `${uid} ${container} ${fallen.restartCount} ${previous}`;
  useEffect(() => {
    if (crash === undefined || container === undefined) return;
    let heard: readonly string[] = [];
    return host.subscribe(
      'pods.log',
      { cluster, namespace, pod: name, container, previous, tailLines: lines },
      {
        onEvent: (chunk) => {
          heard = [...heard, ...chunk.lines].slice(-lines);
        },
        // No log, no evidence: the verdict then rests on the status alone.
        onEnd: () => setSaid({ crash, lines: heard }),
      },
    );
  }, [crash, container, previous, host, cluster, namespace, name]);
  return said !== undefined && said.crash === crash ? said.lines : undefined;
}

function isDown({ state, lastState }: ContainerStatus): boolean {
  if (state?.terminated) return state.terminated.exitCode !== 0;
  return state?.waiting?.reason === 'CrashLoopBackOff' && lastState?.terminated !== undefined;
}
