/** StorageClasses. Upstream: pkg/apis/storage/validation. */
import { Path, required } from '../field-error.ts';
import type { StorageClass } from '../types.gen.ts';
import { type Errors, immutable, invalidEach, supportedIfSet } from './fields.ts';
import { qualifiedNameProblems } from './names.ts';

export function validateStorageClass({ provisioner, reclaimPolicy, volumeBindingMode }: StorageClass): Errors {
  const path = new Path('provisioner');
  return [
    ...(provisioner ? invalidEach(path, provisioner, qualifiedNameProblems(provisioner.toLowerCase())) : [required(path)]),
    ...supportedIfSet(new Path('reclaimPolicy'), reclaimPolicy, ['Delete', 'Retain']),
    ...supportedIfSet(new Path('volumeBindingMode'), volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
  ];
}

export function validateStorageClassUpdate(next: StorageClass, old: StorageClass): Errors {
  return (['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const).flatMap((field) =>
    immutable(new Path(field), next[field], old[field]),
  );
}
