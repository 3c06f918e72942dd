/** Which place of the navigation an address belongs to: an object's page lies where its list lies. */
export type Section = 'home' | 'overview' | 'nodes' | 'workloads' | 'services' | 'events' | 'kinds' | 'samples' | 'settings';

const ofKind: Readonly<Record<string, Section>> = {
  nodes: 'nodes',
  services: 'services',
  endpointslices: 'services',
  events: 'events',
  pods: 'workloads',
  deployments: 'workloads',
  replicasets: 'workloads',
};
const ofPage: Readonly<Record<string, Section>> = {
  '': 'overview',
  nodes: 'nodes',
  workloads: 'workloads',
  create: 'workloads',
  services: 'services',
  expose: 'services',
  events: 'events',
  kinds: 'kinds',
  samples: 'samples',
};

export function sectionOf(pathname: string): Section | undefined {
  const [first = '', , page = '', kind = ''] = pathname.replace(/^\//, '').split('/');
  if (first === '') return 'home';
  if (first === 'settings') return 'settings';
  if (first !== 'c') return undefined;
  return page === 'object' ? (ofKind[kind] ?? 'kinds') : ofPage[page];
}
