/** The head of a pod in a port map: whether it answers, its name, its address. */
import { summarizePod } from '../../engine/api/kinds/core/pod-status.ts';
import type { Pod } from '../../engine/api/types.gen.ts';
import type { Level } from '../../engine/explain/cause.ts';
import { explain } from '../../engine/explain/explain.ts';
import { paths } from '../app/paths.ts';
import { LevelIcon } from '../components/Status.tsx';
import { useClusterName } from '../data/hooks.ts';
import type { Backend } from './backends.ts';
import { Address, NameLink } from './PlaceHeads.tsx';
import { TwoLines } from './TwoLines.tsx';

export function BackendHead({ backend, namespace }: { readonly backend: Backend; readonly namespace: string }) {
  const cluster = useClusterName();
  const { id, isPod, isReady, pod, ip } = backend;
  const status = pod && summarizePod(pod).status;
  return (
    <TwoLines
      first={
        <>
          <LevelIcon level={isReady ? 'ok' : troubleOf(pod)} />
          {isPod ? (
            <NameLink to={paths.object(cluster, { plural: 'pods', namespace: backend.namespace ?? namespace, name: id })}>{id}</NameLink>
          ) : (
            id
          )}
        </>
      }
      second={
        <>
          {status !== undefined && `${status} · `}
          {isPod ? <Address name="podIP" value={ip} /> : endpointWord}
        </>
      }
    />
  );
}

/** Kubernetes' own word for an address that no pod stands behind. */
const endpointWord = 'Endpoint';

/** Not ready yet, or not well: as lists and details judge it. */
function troubleOf(pod: Pod | undefined): Level {
  const level = pod && explain(pod).level;
  return level === undefined || level === 'ok' ? 'warning' : level;
}
