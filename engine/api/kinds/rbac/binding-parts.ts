/** What RoleBindings and ClusterRoleBindings share. Upstream: pkg/apis/rbac/v1/defaults.go, printRoleBinding in pkg/printers. */
import type { Column } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { RbacSubject, RoleRef } from '../../types.gen.ts';
import { age, text, wide } from '../columns.ts';
import { each, fill, inField } from '../fill.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

export interface Binding extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly RbacSubject[] | undefined;
}

function subjectDefaults(subject: RbacSubject): RbacSubject {
  return subject.kind === 'User' || subject.kind === 'Group' ? fill(subject, { apiGroup: rbacGroup }) : subject;
}

export function bindingDefaults<T extends Binding>(binding: T): T {
  const named = inField<Binding, 'roleRef'>(binding, 'roleRef', (ref) => fill(ref, { apiGroup: rbacGroup }));
  // Only the two fields that both kinds share were filled in.
  return inField(named, 'subjects', each(subjectDefaults)) as T;
}

function namesOf({ subjects = [] }: Binding, kind: string): string {
  const named = subjects.filter((subject) => subject.kind === kind);
  return named.map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name)).join(', ');
}

export const bindingColumns: readonly Column<Binding>[] = [
  text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  age,
  wide('Users', (binding) => namesOf(binding, 'User')),
  wide('Groups', (binding) => namesOf(binding, 'Group')),
  wide('ServiceAccounts', (binding) => namesOf(binding, 'ServiceAccount')),
];
