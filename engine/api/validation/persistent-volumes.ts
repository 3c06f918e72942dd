/** PersistentVolumes and their claims. Upstream: ValidatePersistentVolume, ValidatePersistentVolumeClaim in pkg/apis/core/validation. */
import { forbiddenValue, notSupported, Path, required } from '../field-error.ts';
import { compareQuantity, parseQuantity } from '../quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec } from '../types.gen.ts';
import { nodeSelectorErrors } from './affinity.ts';
import { differences } from './differences.ts';
import { type Errors, entries, immutable, invalidEach, isSame, none, supportedIfSet } from './fields.ts';
import { validSelector } from './labels.ts';
import { dns1123SubdomainProblems } from './names.ts';
import { positiveAmount } from './resources.ts';
import { hostPathErrors, nfsErrors } from './volumes.ts';

const path = new Path('spec');
const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];

function modeErrors(accessModes: readonly string[] = [], missing = ''): Errors {
  const at = path.at('accessModes');
  if (accessModes.length === 0) return [required(at, missing)];
  const isMixed = accessModes.includes('ReadWriteOncePod') && accessModes.some((mode) => mode !== 'ReadWriteOncePod');
  return [
    ...accessModes.flatMap((mode) => supportedIfSet(at, mode, modes)),
    ...(isMixed ? [forbiddenValue(at, 'may not use ReadWriteOncePod with other access modes')] : none),
  ];
}

function classErrors(name: string | undefined): Errors {
  return name ? invalidEach(path.at('storageClassName'), name, dns1123SubdomainProblems(name)) : none;
}

/** What a volume says besides where its data lies. */
const plain = new Set<string>([
  ...['accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity', 'persistentVolumeReclaimPolicy'],
  ...['storageClassName', 'volumeAttributesClassName', 'volumeMode'],
]);
function sourcesOf(spec: PersistentVolumeSpec): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(spec).filter(([name, value]) => !plain.has(name) && value !== undefined));
}

function capacityErrors(capacity: Readonly<Record<string, string>> = {}): Errors {
  const at = path.at('capacity');
  const names = Object.keys(capacity);
  if (names.length === 0) return [required(at)];
  return [
    ...(names.length === 1 && names[0] === 'storage' ? none : [notSupported(at, capacity, ['storage'])]),
    ...entries(capacity).flatMap(([name, amount]) => positiveAmount(at.key(name), amount)),
  ];
}

export function validatePersistentVolume({ spec }: PersistentVolume): Errors {
  const [first, ...others] = Object.keys(sourcesOf(spec));
  const { hostPath, nfs, nodeAffinity, persistentVolumeReclaimPolicy: policy } = spec;
  const isRoot = hostPath?.path === '/' && policy === 'Recycle';
  return [
    ...modeErrors(spec.accessModes),
    ...capacityErrors(spec.capacity),
    ...supportedIfSet(path.at('persistentVolumeReclaimPolicy'), policy, ['Delete', 'Recycle', 'Retain']),
    ...(nodeAffinity?.required ? nodeSelectorErrors(path.at('nodeAffinity', 'required'), nodeAffinity.required) : none),
    ...(hostPath ? hostPathErrors(path.at('hostPath'), hostPath) : none),
    ...(nfs ? nfsErrors(path.at('nfs'), nfs) : none),
    ...others.map((source) => forbiddenValue(path.at(source), 'may not specify more than 1 volume type')),
    ...(first === undefined ? [required(path, 'must specify a volume type')] : none),
    ...(isRoot ? [forbiddenValue(path.at('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")] : none),
    ...classErrors(spec.storageClassName),
    ...supportedIfSet(path.at('volumeMode'), spec.volumeMode, volumeModes),
  ];
}

export function validatePersistentVolumeUpdate({ spec: next }: PersistentVolume, { spec: old }: PersistentVolume): Errors {
  const changes = differences(sourcesOf(old), sourcesOf(next));
  return [
    ...(changes.length > 0
      ? [
          forbiddenValue(
            path.at('persistentvolumesource'),
            `spec.persistentvolumesource is immutable after creation\n${changes.join('\n')}`,
          ),
        ]
      : none),
    ...immutable(new Path('volumeMode'), next.volumeMode, old.volumeMode),
  ];
}

export function validatePersistentVolumeClaim({ spec }: PersistentVolumeClaim): Errors {
  const storage = spec.resources?.requests?.storage;
  const at = path.at('resources').key('storage');
  return [
    ...modeErrors(spec.accessModes, 'at least 1 access mode is required'),
    ...validSelector(path.at('selector'), spec.selector),
    ...(storage === undefined ? [required(at)] : positiveAmount(at, storage)),
    ...classErrors(spec.storageClassName),
    ...supportedIfSet(path.at('volumeMode'), spec.volumeMode, volumeModes),
  ];
}

/** A claim may be bound, and grow; nothing else. */
export function validatePersistentVolumeClaimUpdate(next: PersistentVolumeClaim, old: PersistentVolumeClaim): Errors {
  const isBound = next.status?.phase === 'Bound';
  const comparable = ({ spec }: PersistentVolumeClaim) => ({
    ...spec,
    ...(old.spec.volumeName ? {} : { volumeName: undefined }),
    ...(old.spec.storageClassName === undefined ? { storageClassName: undefined } : {}),
    ...(isBound ? { resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage: '' } } } : {}),
  });
  const before = comparable(old);
  const after = comparable(next);
  const what = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  const size = next.spec.resources?.requests?.storage ?? '0';
  const oldSize = old.spec.resources?.requests?.storage ?? '0';
  const capacity = old.status?.capacity?.storage ?? '0';
  const isShrunk = compareQuantity(parseQuantity(size), parseQuantity(oldSize)) < 0;
  const isBelow = isShrunk && compareQuantity(parseQuantity(size), parseQuantity(capacity)) <= 0;
  return [
    ...(isSame(before, after) ? none : [forbiddenValue(path, `${what}\n${differences(before, after).join('\n')}`)]),
    ...(isBelow ? [forbiddenValue(path.at('resources', 'requests', 'storage'), 'field can not be less than status.capacity')] : none),
    ...immutable(new Path('volumeMode'), next.spec.volumeMode, old.spec.volumeMode),
  ];
}
