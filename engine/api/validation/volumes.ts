/** Volumes of a Pod. Sources that nodes here do not offer are only counted. Upstream: ValidateVolumes in pkg/apis/core/validation. */
import { duplicate, forbiddenValue, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import { parseQuantity } from '../quantity.ts';
import type { HostPathVolumeSource, NFSVolumeSource, Volume } from '../types.gen.ts';
import { type Errors, none, validLabel } from './fields.ts';
import { descendingPath, fileMode, withoutBacksteps } from './paths.ts';
import { projectedErrors } from './projected-volumes.ts';
import { downwardFileErrors, keyToPathErrors } from './volume-files.ts';

export interface CheckedVolumes {
  readonly errors: Errors;
  /** Those that are well formed, by name: what may be mounted. */
  readonly byName: ReadonlyMap<string, Volume>;
}

export function checkVolumes(path: Path, volumes: readonly Volume[] = []): CheckedVolumes {
  const byName = new Map<string, Volume>();
  const errors = volumes.flatMap((volume, index) => {
    const at = path.at(index);
    const found = [
      ...sourceErrors(at, volume),
      ...(volume.name ? validLabel(at.at('name'), volume.name) : [required(at.at('name'))]),
      ...(byName.has(volume.name) ? [duplicate(at.at('name'), volume.name)] : none),
    ];
    if (found.length === 0) byName.set(volume.name, volume);
    return found;
  });
  return { errors, byName };
}

type Source = Exclude<keyof Volume, 'name'>;
type Check<K extends Source> = (path: Path, source: NonNullable<Volume[K]>) => Errors;

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export function hostPathErrors(path: Path, { path: target, type = '' }: HostPathVolumeSource): Errors {
  return [
    ...(target ? withoutBacksteps(path.at('path'), target) : [required(path.at('path'))]),
    ...(hostPathTypes.includes(type) ? none : [notSupported(path.at('type'), type, hostPathTypes)]),
  ];
}

export function nfsErrors(path: Path, { server, path: target }: NFSVolumeSource): Errors {
  return [
    ...(server ? none : [required(path.at('server'))]),
    ...(target ? none : [required(path.at('path'))]),
    ...(target && !target.startsWith('/') ? [invalidValue(path.at('path'), target, 'must be an absolute path')] : none),
  ];
}

/** In the order in which more than one is counted. */
const checks: { readonly [K in Source]?: Check<K> } = {
  emptyDir: (path, { sizeLimit }) =>
    sizeLimit !== undefined && parseQuantity(sizeLimit).nano < 0n
      ? [forbiddenValue(path.at('sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
      : none,
  hostPath: hostPathErrors,
  gitRepo: (path, { repository, directory }) => [
    ...(repository ? none : [required(path.at('repository'))]),
    ...(directory ? descendingPath(path.at('directory'), directory) : none),
  ],
  secret: (path, { secretName, defaultMode, items }) => [
    ...(secretName ? none : [required(path.at('secretName'))]),
    ...fileMode(path.at('defaultMode'), defaultMode),
    ...keyToPathErrors(path.at('items'), items),
  ],
  nfs: nfsErrors,
  persistentVolumeClaim: (path, { claimName }) => (claimName ? none : [required(path.at('claimName'))]),
  configMap: (path, { name, defaultMode, items }) => [
    ...(name ? none : [required(path.at('name'))]),
    ...fileMode(path.at('defaultMode'), defaultMode),
    ...keyToPathErrors(path.at('items'), items),
  ],
  downwardAPI: (path, { defaultMode, items = [] }) => [
    ...fileMode(path.at('defaultMode'), defaultMode),
    ...items.flatMap((file, index) => downwardFileErrors(path.at('items', index), file)),
  ],
  projected: projectedErrors,
};

function sourceErrors(path: Path, volume: Volume): Errors {
  const order = Object.keys(checks);
  const rank = (source: string): number => (order.includes(source) ? order.indexOf(source) : order.length);
  const given = (Object.keys(volume) as (keyof Volume)[]).filter((key): key is Source => key !== 'name' && volume[key] !== undefined);
  if (given.length === 0) return [required(path, 'must specify a volume type')];
  return given
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((source, index) =>
      index === 0 ? checkSource(path, volume, source) : [forbiddenValue(path.at(source), 'may not specify more than 1 volume type')],
    );
}

function checkSource<K extends Source>(path: Path, volume: Volume, source: K): Errors {
  const value = volume[source];
  return value === undefined ? none : (checks[source]?.(path.at(source), value) ?? none);
}
