/** Somebody else owns what is applied. Upstream: apimachinery's util/managedfields/internal/conflict.go. */
import { ApiError } from '../errors.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import { identityOf, type Manager } from './managers.ts';

/** What of a manager's fields would change. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const byName = conflicts.toSorted((a, b) => (identityOf(a.manager) < identityOf(b.manager) ? -1 : 1));
  const all = byName.flatMap(({ manager, fields }) => pathsOf(fields).map((path) => ({ name: nameOf(manager), path })));
  const causes = all.map(({ name, path }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${name}`, field: path }));
  return new ApiError('Conflict', messageOf(byName, all), { details: { causes } });
}

function messageOf(conflicts: readonly Conflict[], all: readonly { readonly name: string; readonly path: string }[]): string {
  const [only] = all;
  if (only && all.length === 1) return `Apply failed with 1 conflict: conflict with ${only.name}: ${only.path}`;
  const lines = conflicts.flatMap(({ manager, fields }) => [
    `conflicts with ${nameOf(manager)}:`,
    ...pathsOf(fields).map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${all.length} conflicts: ${lines.join('\n')}`;
}

function nameOf({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
