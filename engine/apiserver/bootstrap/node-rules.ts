/**
 * The rules of the role `system:node`. The Node authorizer grants them, and narrows those that name objects to what a node's Pods need.
 * Upstream: NodeRules in bootstrappolicy/policy.go.
 */
import type { PolicyRule } from '../../api/types.gen.ts';
import { core, on, read, recordsEvents } from './rules.ts';

const changes = ['patch', 'update'];

export const nodeRules: readonly PolicyRule[] = [
  on('authentication.k8s.io', ['tokenreviews'], ['create']),
  on('authorization.k8s.io', ['localsubjectaccessreviews', 'subjectaccessreviews'], ['create']),
  on(core, ['services'], read),
  on(core, ['nodes'], ['create', ...read]),
  on(core, ['nodes/status'], changes),
  on(core, ['nodes'], changes),
  ...recordsEvents,
  on(core, ['pods'], read),
  on(core, ['pods'], ['create', 'delete']),
  on(core, ['pods/status'], changes),
  on(core, ['pods/eviction'], ['create']),
  on(core, ['configmaps', 'secrets'], read),
  on(core, ['persistentvolumeclaims', 'persistentvolumes'], ['get']),
  on(core, ['endpoints'], ['get']),
  on('certificates.k8s.io', ['certificatesigningrequests'], ['create', ...read]),
  on('coordination.k8s.io', ['leases'], ['create', 'delete', 'get', 'patch', 'update']),
  on('storage.k8s.io', ['volumeattachments'], ['get']),
  on(core, ['serviceaccounts/token'], ['create']),
  on(core, ['persistentvolumeclaims/status'], ['get', ...changes]),
  on('storage.k8s.io', ['csidrivers'], read),
  on('storage.k8s.io', ['csinodes'], ['create', 'delete', 'get', 'patch', 'update']),
  on('node.k8s.io', ['runtimeclasses'], read),
];
