/** Namespaces. Upstream: ValidateNamespace in pkg/apis/core/validation. */
import { invalidValue, Path } from '../field-error.ts';
import type { Namespace } from '../types.gen.ts';
import { type Errors, none } from './fields.ts';
import { validFinalizer } from './object-meta.ts';

export function validateNamespace({ spec }: Namespace): Errors {
  return (spec.finalizers ?? []).flatMap((name) => validFinalizer(new Path('spec').at('finalizers'), name));
}

/** The phase says whether the namespace is going, and nothing else. */
export function validateNamespaceStatusUpdate({ metadata, status }: Namespace): Errors {
  const isGoing = metadata.deletionTimestamp !== undefined;
  const phase = isGoing ? 'Terminating' : 'Active';
  if (status?.phase === phase) return none;
  const problem = `may only be '${phase}' if \`deletionTimestamp\` is ${isGoing ? 'not empty' : 'empty'}`;
  return [invalidValue(new Path('status').at('Phase'), status?.phase ?? '', problem)];
}
