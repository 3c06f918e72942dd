/** Which clusters an engine has something of, by the labels of containers, networks and volumes. */
import type Docker from 'dockerode';
import { labels } from './labels.ts';
import type { ClusterHome, EngineCluster } from './node-provider.ts';

export function homeLabel({ host, directory }: ClusterHome): string {
  return `${host}:${directory}`;
}
function parseHome(text: string | undefined): ClusterHome | undefined {
  const colon = text?.indexOf(':') ?? -1;
  return text === undefined || colon < 0 ? undefined : { host: text.slice(0, colon), directory: text.slice(colon + 1) };
}

type Labels = Readonly<Record<string, string>>;

/** In order of name. */
export async function foundClusters(docker: Docker): Promise<readonly EngineCluster[]> {
  const filters = { label: [labels.cluster] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const things: readonly Labels[] = [...containers, ...networks, ...(Volumes ?? [])].map((thing) => thing.Labels ?? {});
  const byName = Map.groupBy(things, (own) => own[labels.cluster] ?? '');
  return [...byName].sort(([a], [b]) => a.localeCompare(b)).map(([name, own]) => clusterOf(name, own));
}

function clusterOf(name: string, things: readonly Labels[]): EngineCluster {
  const values = (label: string): readonly string[] => [...new Set(things.flatMap((own) => own[label] ?? []))].sort();
  return { name, home: parseHome(values(labels.home)[0]), nodes: values(labels.node) };
}
