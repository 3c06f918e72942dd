/** Which labels of its own Node a node may set. Pure. Upstream: k8s.io/kubelet/pkg/apis/well_known_labels.go and getForbiddenLabels of noderestriction. */
type Labels = Readonly<Record<string, string>>;

const own = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
const ownDomains = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const kubernetesDomains = ['kubernetes.io', 'k8s.io'];
const restriction = 'node-restriction.kubernetes.io';

/** The labels that differ and are not the node's to say, sorted. */
export function forbiddenLabels(next: Labels = {}, before: Labels = {}): readonly string[] {
  const keys = new Set([...Object.keys(next), ...Object.keys(before)]);
  return [...keys].filter((key) => next[key] !== before[key] && isForbidden(key)).toSorted();
}

function isForbidden(key: string): boolean {
  const slash = key.indexOf('/');
  const domain = slash < 0 ? '' : key.slice(0, slash);
  if (isWithin(domain, [restriction])) return true;
  return isWithin(domain, kubernetesDomains) && !own.has(key) && !isWithin(domain, ownDomains);
}

function isWithin(domain: string, parents: readonly string[]): boolean {
  return parents.some((parent) => domain === parent || domain.endsWith(`.${parent}`));
}
