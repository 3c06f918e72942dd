/** NetworkPolicies. Upstream: pkg/registry/networking/networkpolicy/strategy.go, pkg/apis/networking/v1/defaults.go, printNetworkPolicy in pkg/printers. */
import { kind } from '../../kind.ts';
import { formatLabelSelector } from '../../selector.ts';
import type { NetworkPolicy, NetworkPolicyPort, NetworkPolicySpec } from '../../types.gen.ts';
import { validateNetworkPolicy } from '../../validation/network-policy.ts';
import { age, text } from '../columns.ts';
import { each, fill, inField } from '../fill.ts';

const portDefaults = (port: NetworkPolicyPort): NetworkPolicyPort => fill(port, { protocol: 'TCP' });

function specDefaults(spec: NetworkPolicySpec): NetworkPolicySpec {
  const types = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  const typed = (spec.policyTypes ?? []).length > 0 ? spec : { ...spec, policyTypes: types };
  const ingress = inField(
    typed,
    'ingress',
    each((rule) => inField(rule, 'ports', each(portDefaults))),
  );
  return inField(
    ingress,
    'egress',
    each((rule) => inField(rule, 'ports', each(portDefaults))),
  );
}

export const networkPolicy = kind<NetworkPolicy>({
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  hasGeneration: true,
  defaults: (policy) => inField(policy, 'spec', specDefaults),
  validate: validateNetworkPolicy,
  columns: [text('Pod-Selector', ({ spec }) => formatLabelSelector(spec.podSelector)), age],
});
