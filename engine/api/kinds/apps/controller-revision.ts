/** ControllerRevisions: what DaemonSets and StatefulSets were before. Upstream: pkg/registry/apps/controllerrevision, printControllerRevision in pkg/printers. */
import { Path, required } from '../../field-error.ts';
import { kind } from '../../kind.ts';
import type { ControllerRevision } from '../../types.gen.ts';
import { type Errors, immutable, none, nonNegative } from '../../validation/fields.ts';
import { age, text } from '../columns.ts';

const data = new Path('data');

function dataErrors({ data: given }: ControllerRevision): Errors {
  if (given === undefined || given === null) return [required(data, 'data is mandatory')];
  return typeof given === 'object' && !Array.isArray(given) ? none : [required(data, 'data must be a valid JSON object')];
}
/** `daemonset.apps/web` */
function controller({ metadata }: ControllerRevision): string {
  const reference = metadata.ownerReferences?.find(({ controller: controls }) => controls === true);
  if (!reference) return '<none>';
  const group = reference.apiVersion.includes('/') ? `.${reference.apiVersion.split('/')[0]}` : '';
  return `${reference.kind.toLowerCase()}${group}/${reference.name}`;
}

export const controllerRevision = kind<ControllerRevision>({
  group: 'apps',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  validate: ({ revision }) => nonNegative(new Path('revision'), revision),
  validateCreate: dataErrors,
  validateUpdate: (next, old) => immutable(data, next.data, old.data),
  columns: [text('Controller', controller), text('Revision', ({ revision }) => revision ?? 0), age],
});
