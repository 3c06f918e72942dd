/** The cluster the navigation leads to: that of the address, else the last one visited, else the first that runs, else the first. */
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { useClusters } from '../data/hooks.ts';

export function useCurrentCluster(): string | undefined {
  const clusters = useClusters();
  const here = clusterAt(useLocation().pathname);
  const [last, setLast] = useState<string>();
  useEffect(() => {
    if (here !== undefined) setLast(here);
  }, [here]);
  const known = (name: string | undefined): string | undefined => (clusters?.some((cluster) => cluster.name === name) ? name : undefined);
  return known(here) ?? known(last) ?? (clusters?.find(({ phase }) => phase === 'running') ?? clusters?.[0])?.name;
}

function clusterAt(pathname: string): string | undefined {
  const [first, name] = pathname.replace(/^\//, '').split('/');
  return first === 'c' && name ? decodeURIComponent(name) : undefined;
}
