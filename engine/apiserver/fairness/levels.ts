/**
 * Which requests share seats with which: upstream's suggested priority levels and flow schemas, as values.
 * Upstream: k8s.io/api/flowcontrol and apiserver's pkg/apis/flowcontrol/bootstrap/default.go.
 */
import type { User } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';

export type LevelName = 'system' | 'node-high' | 'leader-election' | 'workload-high' | 'workload-low' | 'global-default';

/** Nominal concurrency shares. Upstream's catch-all level takes what no schema matches; here global-default matches everything. */
export const shares: Readonly<Record<LevelName, number>> = {
  system: 30,
  'node-high': 40,
  'leader-election': 10,
  'workload-high': 40,
  'workload-low': 100,
  'global-default': 20,
};

interface FlowSchema {
  readonly name: string;
  readonly level: LevelName | 'exempt';
  readonly matches: (user: User, info: RequestInfo) => boolean;
  /** What makes a flow of its own within the schema; absent: all are one. */
  readonly by?: 'user' | 'namespace';
}

const inGroup =
  (group: string) =>
  ({ groups }: User): boolean =>
    groups.includes(group);
const named =
  (...names: readonly string[]) =>
  ({ username }: User): boolean =>
    names.includes(username);
const isLease = ({ resource }: RequestInfo): boolean => resource?.group === 'coordination.k8s.io' && resource.plural === 'leases';
const isNodeStatus = ({ resource }: RequestInfo): boolean =>
  resource?.group === '' && resource.plural === 'nodes' && resource.subresource === 'status';
const probes: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);
const controlPlane = named('system:kube-controller-manager', 'system:kube-scheduler');
const ofKubeSystem = inGroup('system:serviceaccounts:kube-system');

/** In order of precedence. */
const schemas: readonly FlowSchema[] = [
  { name: 'exempt', level: 'exempt', matches: inGroup('system:masters') },
  { name: 'probes', level: 'exempt', matches: (_, { path, resource }) => !resource && probes.has(path) },
  {
    name: 'system-leader-election',
    level: 'leader-election',
    matches: (user, info) => isLease(info) && (controlPlane(user) || ofKubeSystem(user)),
    by: 'user',
  },
  {
    name: 'system-node-high',
    level: 'node-high',
    matches: (user, info) => inGroup('system:nodes')(user) && (isLease(info) || isNodeStatus(info)),
    by: 'user',
  },
  { name: 'system-nodes', level: 'system', matches: inGroup('system:nodes'), by: 'user' },
  { name: 'kube-controller-manager', level: 'workload-high', matches: named('system:kube-controller-manager'), by: 'namespace' },
  { name: 'kube-scheduler', level: 'workload-high', matches: named('system:kube-scheduler'), by: 'namespace' },
  { name: 'kube-system-service-accounts', level: 'workload-high', matches: ofKubeSystem, by: 'namespace' },
  { name: 'service-accounts', level: 'workload-low', matches: inGroup('system:serviceaccounts'), by: 'user' },
  { name: 'global-default', level: 'global-default', matches: () => true, by: 'user' },
];

/** `undefined` for what is never held up. */
export function classify(user: User, info: RequestInfo): { readonly level: LevelName; readonly flow: string } | undefined {
  const schema = schemas.find(({ matches }) => matches(user, info));
  if (!schema || schema.level === 'exempt') return undefined;
  const apart = schema.by === 'user' ? user.username : schema.by === 'namespace' ? (info.resource?.namespace ?? '') : '';
  return { level: schema.level, flow: `${schema.name} ${apart}` };
}
