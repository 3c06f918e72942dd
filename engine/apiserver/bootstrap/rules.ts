/** What the bootstrap roles are written with. Upstream: rbacv1helpers.NewRule and the verb lists of policy.go. */
import type { PolicyRule } from '../../api/types.gen.ts';

/** The group without a name. */
export const core = '';
export const read = ['get', 'list', 'watch'];

export const on = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});
export const recordsEvents: readonly PolicyRule[] = [
  on(core, ['events'], ['create', 'patch', 'update']),
  on('events.k8s.io', ['events'], ['create', 'patch', 'update']),
];
