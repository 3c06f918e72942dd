/**
 * Claims without a class get the default one, nothing in use is deleted, and only what can grow grows.
 * Upstream: plugin/pkg/admission/storage: DefaultStorageClass, StorageObjectInUseProtection, PersistentVolumeClaimResize.
 */
import { forbidden } from '../../api/errors.ts';
import { isDefaultClass } from '../../api/kinds/storage/storage-class.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity.ts';
import { claimProtection, classOf, volumeProtection } from '../../api/storage.ts';
import type { PersistentVolumeClaim, StorageClass } from '../../api/types.gen.ts';
import type { Admission, AdmissionRequest } from '../context.ts';
import type { Mirror } from '../mirror.ts';

type Classes = Mirror<StorageClass>;

function isWriteOf(plural: string, operation: string, request: AdmissionRequest): boolean {
  const { kind } = request.target.resource;
  return kind.group === '' && kind.plural === plural && request.operation === operation && request.target.subresource === undefined;
}

export function defaultStorageClass(classes: Classes): Admission {
  return async (request) => {
    if (!isWriteOf('persistentvolumeclaims', 'CREATE', request)) return request.object;
    // The kind was just looked at.
    const claim = request.object as PersistentVolumeClaim;
    if (claim.spec.storageClassName !== undefined || classOf(claim) !== '') return claim;
    const found = defaultOf(classes);
    if (!found) return claim;
    const next: PersistentVolumeClaim = { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name } };
    return next;
  };
}

/** Of several the newest, then the first by name. Upstream: GetDefaultClass. */
function defaultOf(classes: Classes): Live<StorageClass> | undefined {
  return [...classes.objects.values()].filter(isDefaultClass).toSorted((a, b) => {
    const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
    return left === right ? (a.metadata.name < b.metadata.name ? -1 : 1) : left < right ? 1 : -1;
  })[0];
}

const finalizers: readonly (readonly [plural: string, finalizer: string])[] = [
  ['persistentvolumes', volumeProtection],
  ['persistentvolumeclaims', claimProtection],
];

export const storageProtection: Admission = async (request) => {
  const [, finalizer] = finalizers.find(([plural]) => isWriteOf(plural, 'CREATE', request)) ?? [];
  const { object } = request;
  if (finalizer === undefined || !object || object.metadata.finalizers?.includes(finalizer)) return object;
  const next: KubeObject = { ...object, metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] } };
  return next;
};

export function claimResize(classes: Classes): Admission {
  return async (request) => {
    if (!isWriteOf('persistentvolumeclaims', 'UPDATE', request)) return request.object;
    // The kind was just looked at.
    const [next, old] = [request.object as PersistentVolumeClaim, request.old as PersistentVolumeClaim];
    const size = ({ spec }: PersistentVolumeClaim) => parseQuantity(spec.resources?.requests?.storage ?? '0');
    if (compareQuantity(size(next), size(old)) <= 0) return next;
    const refuse = (problem: string) => forbidden(request.target.resource.kind, request.name, problem);
    if (old.status?.phase !== 'Bound') throw refuse('Only bound persistent volume claims can be expanded');
    const found = [...classes.objects.values()].find(({ metadata }) => metadata.name === classOf(next));
    if (classOf(next) !== classOf(old) || !found?.allowVolumeExpansion)
      throw refuse('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
    return next;
  };
}
