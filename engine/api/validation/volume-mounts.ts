/** Where containers have their Pod's volumes. Upstream: ValidateVolumeMounts and ValidateVolumeDevices in pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, notFoundValue, notSupported, type Path, required } from '../field-error.ts';
import type { Container, Volume, VolumeMount } from '../types.gen.ts';
import { type Errors, none } from './fields.ts';
import { descendingPath, withoutBacksteps } from './paths.ts';

type Volumes = ReadonlyMap<string, Volume>;
const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursions = ['Disabled', 'Enabled', 'IfPossible'];

export function mountErrors(path: Path, container: Container, volumes: Volumes): Errors {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const seen = new Set<string>();
  return volumeMounts.flatMap((mount, index) => {
    const { name, mountPath } = mount;
    const at = path.at(index);
    const isTaken = seen.has(mountPath);
    seen.add(mountPath);
    return [
      ...(name ? none : [required(at.at('name'))]),
      ...(volumes.has(name) ? none : [notFoundValue(at.at('name'), name)]),
      ...(mountPath ? none : [required(at.at('mountPath'))]),
      ...(isTaken ? [invalidValue(at.at('mountPath'), mountPath, 'must be unique')] : none),
      ...(volumeDevices.some((device) => device.name === name)
        ? [invalidValue(at.at('name'), name, 'must not already exist in volumeDevices')]
        : none),
      ...(volumeDevices.some(({ devicePath }) => devicePath === mountPath)
        ? [invalidValue(at.at('mountPath'), mountPath, 'must not already exist as a path in volumeDevices')]
        : none),
      ...subPathErrors(path, at, mount),
      ...propagationErrors(path, mount, container),
    ];
  });
}

/** Upstream reports the sub-paths themselves at the list, not at the entry. */
function subPathErrors(list: Path, at: Path, { subPath, subPathExpr }: VolumeMount): Errors {
  const exclusive = 'subPathExpr and subPath are mutually exclusive';
  return [
    ...(subPath ? descendingPath(list.at('subPath'), subPath) : none),
    ...(subPathExpr && subPath ? [invalidValue(at.at('subPathExpr'), subPathExpr, exclusive)] : none),
    ...(subPathExpr ? descendingPath(list.at('subPathExpr'), subPathExpr) : none),
  ];
}

function propagationErrors(list: Path, mount: VolumeMount, { securityContext }: Container): Errors {
  const { mountPropagation, recursiveReadOnly, readOnly } = mount;
  const at = list.at('mountPropagation');
  const recursion = list.at('recursiveReadOnly');
  const needsPrivilege = mountPropagation === 'Bidirectional' && !securityContext?.privileged;
  const isRecursive = recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible';
  return [
    ...(mountPropagation !== undefined && !propagations.includes(mountPropagation)
      ? [notSupported(at, mountPropagation, propagations)]
      : none),
    ...(needsPrivilege ? [forbiddenValue(at, 'Bidirectional mount propagation is available only to privileged containers')] : none),
    ...(recursiveReadOnly !== undefined && !recursions.includes(recursiveReadOnly)
      ? [notSupported(recursion, recursiveReadOnly, recursions)]
      : none),
    ...(isRecursive && !readOnly ? [forbiddenValue(recursion, 'may only be specified when readOnly is true')] : none),
  ];
}

export function deviceErrors(path: Path, { volumeMounts = [], volumeDevices = [] }: Container, volumes: Volumes): Errors {
  const names = new Set<string>();
  const paths = new Set<string>();
  return volumeDevices.flatMap(({ name, devicePath }, index) => {
    const at = path.at(index);
    const volume = volumes.get(name);
    const isBlock = volume?.persistentVolumeClaim !== undefined || volume?.ephemeral !== undefined;
    const onlyClaims = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    const errors = [
      ...(name ? none : [required(at.at('name'))]),
      ...(names.has(name) ? [invalidValue(at.at('name'), name, 'must be unique')] : none),
      ...(volume && !isBlock ? [invalidValue(at.at('name'), name, onlyClaims)] : none),
      ...(volume ? none : [notFoundValue(at.at('name'), name)]),
      ...(devicePath ? none : [required(at.at('devicePath'))]),
      ...(paths.has(devicePath) ? [invalidValue(at.at('devicePath'), devicePath, 'must be unique')] : none),
      ...(withoutBacksteps(at, devicePath).length > 0
        ? [invalidValue(at.at('devicePath'), devicePath, "can not contain backsteps ('..')")]
        : none),
      ...(volumeMounts.some((mount) => mount.name === name)
        ? [invalidValue(at.at('name'), name, 'must not already exist in volumeMounts')]
        : none),
      ...(volumeMounts.some(({ mountPath }) => mountPath === devicePath)
        ? [invalidValue(at.at('devicePath'), devicePath, 'must not already exist as a path in volumeMounts')]
        : none),
    ];
    names.add(name);
    paths.add(devicePath);
    return errors;
  });
}
